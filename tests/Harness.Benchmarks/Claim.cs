using System.Globalization;
using BenchmarkDotNet.Reports;

namespace Harness.Benchmarks;

/// <summary>A speed that the project claims, and the benchmark that shows it.</summary>
/// <param name="What">The claim.</param>
/// <param name="Goal">Operations a second at least.</param>
/// <param name="Benchmark">The benchmark's class and method: <c>TlbBenchmarks.Stream</c>.</param>
/// <param name="Parameters">Its parameters as the summary shows them, each of which must be among the benchmark's.</param>
internal sealed record Claim(string What, double Goal, string Benchmark, params string[] Parameters)
{
    /// <summary>The claims there are; goals are for one core.</summary>
    public static IReadOnlyList<Claim> All { get; } =
    [
        new("TLB accesses, a stream of 64 touches a page", 50e6, "TlbBenchmarks.Stream", "Cpu=GoldenCove", "touchesOfAPage=64"),
        new("TLB accesses, random over a million pages", 20e6, "TlbBenchmarks.Scattered", "Cpu=GoldenCove", "pages=1048576"),
        new("mm events, streaming, 1 GiB and 4 CPUs", 20e6, "TieringBenchmarks.Stream", "GiB=1", "Cpus=4"),
        new("mm events, streaming, 140 GiB and 4 CPUs", 20e6, "TieringBenchmarks.Stream", "GiB=140", "Cpus=4"),
        new("mm events, streaming, 140 GiB and 512 CPUs", 20e6, "TieringBenchmarks.Stream", "GiB=140", "Cpus=512"),
        new("mm events, random order, 1 GiB", 5e6, "RandomEventBenchmarks.Scattered", "GiB=1"),
        new("mm events, random order, 64 GiB", 5e6, "RandomEventBenchmarks.Scattered", "GiB=64"),
        new("recorded events read and replayed, luf", 5e6, "ReplayBenchmarks.With_the_reader", "Policies=luf"),
        new("recorded events, from the kernel's pages to the trace", 1e6, "RecordingBenchmarks.Record"),
        new("recorded events, written, 4 CPUs", 5e6, "TraceBenchmarks.Write", "Cpus=4"),
        new("recorded events, read in order of time, 4 CPUs", 10e6, "TraceBenchmarks.Read", "Cpus=4"),
        new("recorded events, read in order of time, 64 CPUs", 5e6, "TraceBenchmarks.Read", "Cpus=64"),
    ];

    /// <summary>What to give BenchmarkDotNet to run these and no more.</summary>
    public static string[] Filters => ["--filter", .. All.Select(claim => $"*.{claim.Benchmark}*").Distinct()];

    /// <summary>The claims as a table, with what was measured.</summary>
    public static void Print(TextWriter to, IEnumerable<Summary> summaries)
    {
        BenchmarkReport[] reports = [.. summaries.SelectMany(summary => summary.Reports)];
        to.WriteLine($"\n{"on one core",-50} {"goal/s",12} {"measured/s",14} {"ns each",10}");
        foreach (Claim claim in All)
        {
            double? ns = Array.Find(reports, claim.IsOf)?.ResultStatistics?.Mean;
            string measured = ns is null ? "-" : Number(1e9 / ns.Value);
            string each = ns is null ? "-" : ns.Value.ToString("0.0", CultureInfo.InvariantCulture);
            to.WriteLine($"{claim.What,-50} {Number(claim.Goal),12} {measured,14} {each,10}");
        }
    }

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private bool IsOf(BenchmarkReport report)
    {
        var of = report.BenchmarkCase;
        if ($"{of.Descriptor.Type.Name}.{of.Descriptor.WorkloadMethod.Name}" != Benchmark) return false;
        string[] there = [.. of.Parameters.Items.Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Name}={item.Value}"))];
        return Parameters.All(there.Contains);
    }
}
