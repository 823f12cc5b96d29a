namespace Harness.Host.Programs;

/// <summary>
/// The table of llama-bench: columns between bars, of which <c>test</c> (<c>pp512</c>, <c>tg128</c>) and <c>t/s</c> (<c>38.81 ± 0.40</c>)
/// matter; the others come and go with what was varied.
/// </summary>
internal static class LlamaBenchOutput
{
    /// <summary>Metrics: for each test <c>TEST_tokens_per_second</c> and <c>TEST_tokens_per_second_deviation</c>.</summary>
    internal static void Read(string text, FoundMetrics found)
    {
        int test = -1;
        int rate = -1;
        foreach (string line in text.Split('\n'))
        {
            if (!line.TrimStart().StartsWith('|')) continue;
            string[] cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (Array.IndexOf(cells, "t/s") is > 0 and int heading)
            {
                rate = heading;
                test = Array.IndexOf(cells, "test");
                continue;
            }
            if (test < 0 || rate < 0 || cells.Length <= Math.Max(test, rate) || cells[test].Length == 0) continue;
            string[] figures = cells[rate].Split('±', StringSplitOptions.TrimEntries);
            if (!FoundMetrics.TryNumber(figures[0], out double value)) continue;
            string name = FoundMetrics.NameOf(cells[test]) + "_tokens_per_second";
            found.Add(name, value);
            if (figures.Length == 2 && FoundMetrics.TryNumber(figures[1], out double deviation)) found.Add(name + "_deviation", deviation);
        }
    }
}
