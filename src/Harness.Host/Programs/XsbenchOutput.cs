namespace Harness.Host.Programs;

/// <summary>
/// The results of XSBench: <c>Runtime: 968.783 seconds</c>, <c>Lookups: 1,700,000,000</c>, <c>Lookups/s: 1,754,778</c>; under MPI
/// <c>Total Lookups/s:</c> stands for the last two.
/// </summary>
internal static class XsbenchOutput
{
    /// <summary>Metrics: <c>threads</c>, <c>runtime_seconds</c>, <c>lookups</c>, <c>lookups_per_second</c>.</summary>
    internal static void Read(string text, FoundMetrics found)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || colon > 40) continue;
            string? metric = line[..colon] switch
            {
                "Threads" => "threads",
                "Runtime" => "runtime_seconds",
                "Lookups" => "lookups",
                "Lookups/s" or "Total Lookups/s" => "lookups_per_second",
                _ => null,
            };
            string value = line[(colon + 1)..].Replace("seconds", "", StringComparison.Ordinal).Trim();
            if (metric is not null && value.Length < 40 && FoundMetrics.TryGrouped(value, out double number)) found.Add(metric, number);
        }
    }
}
