using BenchmarkDotNet.Attributes;
using Harness.Host.Perf;
using Harness.Host.Proc;
using Harness.Host.Timelines;
using Harness.Interop;

namespace Harness.Benchmarks;

/// <summary>
/// What does one tick of the timeline cost? The counters are those of a plan for migration and tiering; nothing may be allocated. Needs
/// CAP_PERFMON.
/// </summary>
public class TimelineBenchmarks
{
    private static readonly string[] Events = ["page-faults", "context-switches"];
    private static readonly string[] Files =
    [
        "interrupts.TLB", "interrupts.CAL", "vmstat.pgmigrate_success", "vmstat.numa_pte_updates", "vmstat.numa_hint_faults",
        "vmstat.pgpromote_success", "node0.vmstat.pgdemote_kswapd", "node0.numastat.numa_hit",
    ];

    private readonly string large = Path.GetTempFileName();
    private readonly double[] totals = new double[Files.Length + Events.Length];
    private PerfSession? perf;
    private ITimelineSource[] files = [];
    private ITimelineSource[] events = [];
    private InterruptSource? interrupts;

    [GlobalSetup]
    public void Open()
    {
        perf = PerfSession.Open(Events, Affinity.Get());
        files = [.. TimelineSources.Open([.. Files.Select(name => TimelineName.Parse(name, []))], new HostTree("/"), perf)];
        events = [.. TimelineSources.Open([.. Events.Select(name => TimelineName.Parse("perf." + name, Events))], new HostTree("/"), perf)];
        File.WriteAllBytes(large, SyntheticInterrupts.Render(512));
        interrupts = new InterruptSource(large, [TimelineName.Parse("interrupts.TLB", [])]);
        foreach (ITimelineSource source in (ITimelineSource[])[.. files, interrupts]) source.Zero();
        perf.Start();
    }

    [GlobalCleanup]
    public void Close()
    {
        foreach (ITimelineSource source in (ITimelineSource[])[.. files, interrupts!]) source.Dispose();
        perf!.Dispose();
        File.Delete(large);
    }

    /// <summary>Eight counters of four files of this host; most of the time is the kernel's.</summary>
    [Benchmark]
    public void Files_of_this_host() => Read(files);

    /// <summary>One group of two events, read in place on each CPU: an interrupt to each other CPU.</summary>
    [Benchmark]
    public void Events_of_this_host() => Read(events);

    /// <summary>One row of 300, of a saved file of 1.7 MB: the harness's part alone, without the kernel's writing of it.</summary>
    [Benchmark]
    public void Interrupts_of_512_CPUs() => interrupts!.Read(totals.AsSpan(0, 1));

    private void Read(ITimelineSource[] sources)
    {
        Span<double> left = totals;
        foreach (ITimelineSource source in sources)
        {
            source.Read(left[..source.Series.Count]);
            left = left[source.Series.Count..];
        }
    }
}
