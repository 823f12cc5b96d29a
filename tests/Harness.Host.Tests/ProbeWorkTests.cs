using Harness.Host.Probes;
using Harness.Host.Proc;
using Harness.Host.Runs;
using Harness.Interop;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>Do this host's own counters move by what work of known cost must move them, and does a reader that is wrong show?</summary>
public sealed class ProbeWorkTests
{
    private static readonly int[] Cpus = [.. ThisHost.Describe().Cpus];

    /// <summary>What may keep a counter from being tried on a host.</summary>
    private static readonly string[] Whys =
        ["tracefs", "no hardware PMU", "PMU has no such event", "CAP_PERFMON", "no readable TLB row", "alone: there is no other to interrupt"];

    private static readonly Lazy<IReadOnlyList<CounterProbe>> Seen = new(() => CounterProbes.Run(Cpus));

    [Fact]
    public void Every_probe_was_tried_or_says_why_not() =>
        Assert.All(Seen.Value, probe => Assert.Equal(probe.Seen is null, !string.IsNullOrEmpty(probe.Why)));

    [Theory]
    [InlineData("vmstat.pgfault")]
    [InlineData("perf.page-faults")]
    [InlineData("perf.minor-faults")]
    public void A_fresh_page_is_one_fault(string counter) => MustPassOrSayWhy(counter);

    [SkippableTheory]
    [InlineData("interrupts.TLB")]
    [InlineData("interrupts.CAL")]
    [InlineData("trace.tlb:tlb_flush")]
    [InlineData("trace.tlb:tlb_flush/remote_ipi_send")]
    [InlineData("trace.tlb:tlb_flush/local_mm_shootdown")]
    [InlineData("trace.tlb:tlb_flush/remote_shootdown")]
    public void A_flush_of_a_page_that_another_CPU_may_hold_is_sent_done_and_received_once(string counter)
    {
        string? hypervisor = ThisHost.Describe().Hypervisor;
        Skip.If(hypervisor is not null and not "tcg" && Find(Seen.Value, counter) is { Seen: not null, Passed: false },
            $"{hypervisor} may flush another CPU without an interrupt");
        MustPassOrSayWhy(counter);
    }

    [Theory]
    [InlineData("perf.dTLB-load-misses")]
    [InlineData("perf.dTLB-loads")]
    public void A_load_from_one_of_more_pages_than_the_TLB_holds_misses(string counter) => MustPassOrSayWhy(counter);

    // What the readers of a run would do to its records, they do to the probes first.
    [Theory]
    [InlineData("vmstat.pgfault", 0.5)]
    [InlineData("vmstat.pgfault", 2)]
    [InlineData("interrupts.TLB", 0.5)]
    [InlineData("interrupts.TLB", 2)]
    public void A_reader_that_loses_half_or_counts_twice_fails_its_probe_and_no_other(string counter, double times)
    {
        if (Find(Seen.Value, counter).Seen is null) return;
        IReadOnlyList<CounterProbe> probes = CounterProbes.Run(Cpus, (events, cpus) => new BrokenWindow(new HostWindow(events, cpus), counter, times));
        Assert.Equal([counter], probes.Where(probe => probe is { Seen: not null, Passed: false }).Select(probe => probe.Counter));
    }

    [Fact]
    public void On_one_CPU_there_is_nobody_to_interrupt_and_the_rest_is_tried()
    {
        IReadOnlyList<CounterProbe> probes = [];
        Thread thread = new(() =>
        {
            Affinity.Set([Cpus[^1]]);
            probes = CounterProbes.Run(Cpus);
        });
        thread.Start();
        thread.Join();
        Assert.Equal($"this process may run on CPU {Cpus[^1]} alone: there is no other to interrupt", Find(probes, "interrupts.TLB").Why);
        Assert.NotNull(Find(probes, "vmstat.pgfault").Seen);
    }

    [Fact]
    public void Where_nothing_is_counted_nothing_is_done_and_every_probe_says_so()
    {
        List<NoWindow> windows = [];
        IReadOnlyList<CounterProbe> probes = CounterProbes.Run(Cpus, (_, _) =>
        {
            windows.Add(new NoWindow());
            return windows[^1];
        });
        Assert.All(windows, window => Assert.Equal(1, window.Begun));
        Assert.Equal("no vmstat.pgfault was read", Find(probes, "vmstat.pgfault").Why);
        Assert.All(probes, probe => Assert.Null(probe.Seen));
    }

    [Fact]
    public void Readers_that_cannot_be_opened_are_the_reason() =>
        Assert.All(CounterProbes.Run(Cpus, (_, _) => throw new HostCannotException("no native library")),
            probe => Assert.Equal((null, "no native library"), (probe.Seen, probe.Why)));

    [Fact]
    public void A_partner_that_cannot_run_spoils_the_try_and_is_named()
    {
        const int noSuchCpu = 8000;
        using ShootdownWork work = new(Cpus[0], noSuchCpu);
        work.Prepare();
        Assert.Contains("sched_setaffinity", work.Perform(), StringComparison.Ordinal);
    }

    private static void MustPassOrSayWhy(string counter)
    {
        CounterProbe probe = Find(Seen.Value, counter);
        if (probe.Seen is null) Assert.Contains(Whys, why => probe.Why!.Contains(why, StringComparison.Ordinal));
        else Assert.True(probe.Passed, $"{probe.Work}: {probe.Least} to {probe.Most} expected, {probe.Seen} seen");
    }

    private static CounterProbe Find(IReadOnlyList<CounterProbe> probes, string counter) => probes.Single(probe => probe.Counter == counter);

    private sealed class NoWindow : IWindow
    {
        public int Begun { get; private set; }

        public void Begin() => Begun++;

        public void End()
        {
        }

        public IReadOnlyList<Counter> Counters() => [];

        public void Dispose()
        {
        }
    }
}
