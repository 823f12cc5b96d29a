using System.Text.RegularExpressions;

namespace Harness.Host.Programs;

/// <summary>
/// The report of pmbench 0.7 to 0.9: for each thread a block with its net latency and the number of its accesses, and, unless it runs
/// quietly, a line at the end of each thread's work, which had no thread's number at first.
/// </summary>
internal static partial class PmbenchOutput
{
    /// <summary>
    /// Metrics: <c>threads</c>; <c>page_latency_us</c>, the mean of the threads' net latencies weighted by their accesses;
    /// <c>page_latency_us_slowest</c>, the largest of them; <c>accesses</c>; <c>accesses_per_second</c>, the sum of the threads' own rates.
    /// </summary>
    internal static void Read(string text, FoundMetrics found)
    {
        int threads = 0;
        double latency = 0;
        double slowest = 0;
        double accesses = 0;
        double weighted = 0;
        double rate = 0;
        bool counts = false;    // the next count of samples is that of the benchmark
        foreach (string line in text.Split('\n'))
        {
            if (Net().Match(line) is { Success: true } net && FoundMetrics.TryNumber(net.Groups[1].Value, out latency))
            {
                threads++;
                slowest = Math.Max(slowest, latency);
            }
            else if (line.Contains("Page latency during benchmark", StringComparison.Ordinal)) counts = true;
            else if (counts && Samples().Match(line) is { Success: true } samples
                && FoundMetrics.TryNumber(samples.Groups[1].Value, out double count))
            {
                accesses += count;
                weighted += count * latency;
                counts = false;
            }
            else if (Done().Match(line) is { Success: true } done
                && FoundMetrics.TryNumber(done.Groups[1].Value, out double seconds) && seconds > 0
                && FoundMetrics.TryNumber(done.Groups[2].Value, out double pages))
            {
                rate += pages / seconds;
            }
        }
        if (threads == 0 || accesses <= 0) return;
        found.Add("threads", threads);
        found.Add("page_latency_us", weighted / accesses);
        found.Add("page_latency_us_slowest", slowest);
        found.Add("accesses", accesses);
        if (rate > 0) found.Add("accesses_per_second", rate);
    }

    [GeneratedRegex(@"Net average page latency \(Arith\. mean\): (-?[0-9.]{1,20}|-?nan|-?inf) us", RegexOptions.CultureInvariant)]
    private static partial Regex Net();

    [GeneratedRegex(@"Total samples count: ([0-9]{1,20})", RegexOptions.CultureInvariant)]
    private static partial Regex Samples();

    [GeneratedRegex(@"Benchmark done(?: -|\. It) took ([0-9.]{1,20}) sec for ([0-9]{1,20}) page access", RegexOptions.CultureInvariant)]
    private static partial Regex Done();
}
