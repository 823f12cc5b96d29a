using System.Runtime.InteropServices;
using Harness.Host.Perf;
using Harness.Interop;
using Harness.Records;
using Mono.Unix.Native;

namespace Harness.Host.Tests;

/// <summary>Does a session count what the whole host does in the window, on the CPU where it happens, and nothing else?</summary>
public sealed class PerfSessionTests
{
    private const int Touched = 20_000;
    private static readonly int[] Cpus = Affinity.Get();

    [SkippableFact]
    public void Every_touched_page_is_counted_and_the_parts_are_the_sum()
    {
        using PerfSession session = Open("page-faults", "minor-faults");
        Counter[] counters = Window(session, () => Touch(Touched));
        Assert.Equal(["perf.page-faults", "perf.minor-faults"], counters.Select(counter => counter.Name));
        Assert.All(counters, counter =>
        {
            Assert.Equal(("events", CounterTrust.Counted, null), (counter.Unit, counter.Trust, counter.Note));
            Assert.True(counter.Value >= Touched, $"{counter.Value} faults");
            Assert.Equal(Cpus.Length, counter.PerCpu!.Count);
            Assert.Equal(counter.Value!.Value, counter.PerCpu.Sum());
        });
    }

    [SkippableFact]
    public void What_happened_before_the_window_is_not_in_it()
    {
        using PerfSession session = Open("page-faults");
        Touch(Touched);
        Assert.True(Window(session, () => { })[0].Value < Touched);
        Window(session, () => Touch(Touched));
        Assert.True(Window(session, () => { })[0].Value < Touched);
    }

    [SkippableFact]
    public void A_fault_is_counted_on_the_CPU_it_happened_on()
    {
        int[] backwards = [.. Cpus.Reverse()];
        using PerfSession session = Open(["page-faults"], backwards);
        for (int i = 0; i < backwards.Length; i++)
        {
            Counter faults = Window(session, () => OnCpu(backwards[i], () => Touch(Touched)))[0];
            Assert.True(faults.PerCpu![i] >= Touched, $"{faults.PerCpu[i]} faults on cpu {backwards[i]}");
        }
    }

    [SkippableFact]
    public void Starting_and_stopping_allocates_nothing()
    {
        using PerfSession session = Open("page-faults", "context-switches", "cpu-migrations");
        Window(session, () => { });
        Assert.Equal(0, Allocations.Least(() =>
        {
            session.Start();
            session.Stop();
        }));
    }

    [SkippableFact]
    public void Tlb_flushes_are_counted_by_reason_or_say_how_to_make_them_so()
    {
        using PerfSession session = Open("tlb:tlb_flush");
        Counter[] counters = Window(session, () => Touch(1000));
        Assert.Equal(6, counters.Length);
        if (Tracefs.Usual.Events is null)
        {
            Assert.All(counters, counter => Assert.Equal(CounterTrust.Unsupported, counter.Trust));
            Assert.All(counters, counter => Assert.Equal(Tracefs.Usual.Problem, counter.Note));
            return;
        }
        // unmapping what was touched flushes at least once; later kernels have reasons that are in the total only
        Assert.True(counters[0].Value > 0);
        Assert.InRange(counters.Skip(1).Sum(counter => counter.Value!.Value), 1, counters[0].Value!.Value);
    }

    [SkippableFact]
    public void An_event_that_cannot_be_counted_is_unsupported_and_the_others_count()
    {
        using PerfSession session = Open("nope:nope", "page-faults");
        Counter[] counters = Window(session, () => Touch(Touched));
        Assert.Equal((CounterTrust.Unsupported, null, "trace.nope:nope"), (counters[0].Trust, counters[0].Value, counters[0].Name));
        Assert.NotEmpty(counters[0].Note!);
        Assert.True(counters[1].Value >= Touched);
    }

    [SkippableFact]
    public void A_hardware_event_has_a_value_or_a_reason()
    {
        using PerfSession session = Open("cycles", "instructions", "dTLB-loads", "dTLB-load-misses", "iTLB-load-misses");
        Assert.All(Window(session, () => Touch(Touched)), counter =>
        {
            Assert.Equal(counter.Value is null, counter.Trust == CounterTrust.Unsupported);
            Assert.Equal(counter.Note is null, counter.Trust == CounterTrust.Counted);
            Assert.Equal(counter.Value is null, counter.RunningShare is null);
        });
    }

    [SkippableFact]
    public void A_CPU_that_is_not_there_is_named()
    {
        using PerfSession session = Open(["page-faults"], [Cpus[0], 8000]);
        Counter counter = Window(session, () => { })[0];
        Assert.Equal(CounterTrust.Unsupported, counter.Trust);
        Assert.Contains("perf_event_open(page-faults, cpu 8000)", counter.Note, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void An_event_asked_for_twice_is_counted_once() =>
        Assert.Single(Window(Open("context-switches", "context-switches"), () => { }));

    [Fact]
    public void Reading_before_there_was_a_window_is_an_error_not_a_zero()
    {
        using PerfSession session = PerfSession.Open([], Cpus);
        Assert.Throws<InvalidOperationException>(session.Read);
        session.Start();
        session.Stop();
        Assert.Empty(session.Read());
    }

    [Fact]
    public void An_unknown_event_is_a_usage_error() =>
        Assert.Throws<UsageException>(() => PerfSession.Open(["page-faults", "page-fault"], Cpus));

    [SkippableFact]
    public void The_probe_names_every_known_event_and_agrees_with_a_session()
    {
        RequirePerf();
        foreach (PerfAvailability event_ in PerfEvents.Probe())
        {
            using PerfSession session = PerfSession.Open([event_.Name], [Cpus[0]]);
            Counter counter = Window(session, () => Touch(1000))[0];
            if (event_.Why is not null) Assert.Equal(CounterTrust.Unsupported, counter.Trust);
            if (event_.Name == "page-faults") Assert.Null(event_.Why);
        }
        Assert.Equal(PerfEvents.Known, PerfEvents.Probe().Select(event_ => event_.Name));
    }

    private static Counter[] Window(PerfSession session, Action work)
    {
        session.Start();
        work();
        session.Stop();
        return [.. session.Read()];
    }

    private static PerfSession Open(params string[] events) => Open(events, Cpus);

    private static PerfSession Open(string[] events, int[] cpus)
    {
        RequirePerf();
        return PerfSession.Open(events, cpus);
    }

    private static void RequirePerf()
    {
        string? why = PerfEvents.Probe().First(event_ => event_.Name == "page-faults").Why;
        Skip.If(why?.Contains("CAP_PERFMON", StringComparison.Ordinal) ?? false, why);
    }

    // Shared memory: transparent huge pages leave it alone, so that every page is one fault.
    internal static void Touch(int pages)
    {
        ulong length = (ulong)pages * (ulong)Environment.SystemPageSize;
        const MmapProts rights = MmapProts.PROT_READ | MmapProts.PROT_WRITE;
        nint start = Syscall.mmap(0, length, rights, MmapFlags.MAP_SHARED | MmapFlags.MAP_ANONYMOUS, -1, 0);
        Assert.NotEqual(Syscall.MAP_FAILED, start);
        for (int i = 0; i < pages; i++) Marshal.WriteByte(start + i * Environment.SystemPageSize, 1);
        Assert.Equal(0, Syscall.munmap(start, length));
    }

    private static void OnCpu(int cpu, Action work)
    {
        Thread thread = new(() =>
        {
            Affinity.Set([cpu]);
            work();
        });
        thread.Start();
        thread.Join();
    }
}
