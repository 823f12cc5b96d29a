namespace Harness.Host.Programs;

/// <summary>
/// The table of stress-ng's <c>--metrics</c> and <c>--metrics-brief</c>, a row for each stressor: bogo operations, real, user and system
/// seconds, and the rates by real and by CPU time. Its lines began with <c>info:</c> and begin with <c>metrc:</c> since 0.14; further
/// columns follow with <c>--metrics</c>.
/// </summary>
internal static class StressNgOutput
{
    private static readonly string[] Columns =
        ["bogo_ops", "real_seconds", "user_seconds", "system_seconds", "bogo_ops_per_second", "bogo_ops_per_cpu_second"];

    /// <summary>
    /// Metrics: <c>STRESSOR_bogo_ops</c>, <c>_real_seconds</c>, <c>_user_seconds</c>, <c>_system_seconds</c>, <c>_bogo_ops_per_second</c>
    /// (by real time), <c>_bogo_ops_per_cpu_second</c>; without the stressor's name where there is only one.
    /// </summary>
    internal static void Read(string text, FoundMetrics found)
    {
        Dictionary<string, double[]> rows = new(StringComparer.Ordinal);
        bool inTable = false;
        bool untrustworthy = false;
        foreach (string line in text.Split('\n'))
        {
            int close = line.IndexOf("] ", StringComparison.Ordinal);    // the end of "stress-ng: metrc: [PID] "
            string rest = close is >= 0 and < 120 ? line[(close + 2)..] : line;
            string[] words = rest.Split((char[]?)null, Columns.Length + 2, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 2 && words is ["stressor", "bogo", ..]) inTable = true;
            else if (words is ["metrics", "untrustworthy:", var count, ..]) untrustworthy = count != "0";
            else if (inTable && Figures(words) is { } figures) rows[FoundMetrics.NameOf(words[0])] = figures;
        }
        foreach ((string stressor, double[] figures) in rows)
        {
            for (int i = 0; i < Columns.Length; i++)
            {
                found.Add($"{stressor}_{Columns[i]}", figures[i]);
                if (rows.Count == 1) found.Add(Columns[i], figures[i]);
            }
        }
        if (untrustworthy) found.RefuseAll("stress-ng calls its metrics untrustworthy");
    }

    private static double[]? Figures(string[] words)
    {
        if (words.Length <= Columns.Length || words[0].Length > 40) return null;
        double[] figures = new double[Columns.Length];
        for (int i = 0; i < figures.Length; i++)
        {
            if (!FoundMetrics.TryNumber(words[i + 1], out figures[i])) return null;
        }
        return figures;
    }
}
