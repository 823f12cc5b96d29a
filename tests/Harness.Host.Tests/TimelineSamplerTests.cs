using System.Diagnostics;
using Harness.Host.Perf;
using Harness.Host.Runs;
using Harness.Host.Timelines;
using Harness.Interop;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>Does the sampler take a sample a tick, say which it missed, agree with the window, and cost next to nothing?</summary>
public sealed class TimelineSamplerTests
{
    private const double Interval = Timeline.ShortestSeconds;
    private const int Pages = 20_000;
    private static readonly string[] Counters = ["vmstat.pgfault", "interrupts.LOC", "interrupts.TLB", "node0.numastat.numa_hit", "perf.page-faults"];

    [Fact]
    public void Every_tick_is_a_sample_or_missed_and_the_last_sample_is_the_end()
    {
        using Counting source = new();
        using TimelineSampler sampler = new(Interval, 60, [source]);
        Sampled(sampler, () => source.WaitForReads(20));
        Timeline timeline = sampler.Result();

        Assert.Equal(Interval, timeline.IntervalSeconds);
        Assert.Equal(timeline.Seconds.Order(), timeline.Seconds);
        Assert.True(sampler.Ticks >= 20, $"{sampler.Ticks} ticks");
        Assert.Equal(sampler.Ticks + 1, timeline.Seconds.Count);
        // The end is looked at a moment before the last sample's own time is.
        double due = timeline.Seconds[^1] / Interval;
        Assert.InRange(sampler.Ticks + timeline.MissedTicks, due - 2, due);
        Assert.Equal(Enumerable.Range(1, timeline.Seconds.Count).Select(n => (double)n), timeline.Series[0].Values);
    }

    [Fact]
    public void Ticks_that_come_while_a_sample_is_taken_are_missed_and_the_next_is_on_time()
    {
        using Counting source = new() { Slow = TimeSpan.FromSeconds(5 * Interval) };
        using TimelineSampler sampler = new(Interval, 60, [source]);
        Sampled(sampler, () => source.WaitForReads(3));
        Assert.True(sampler.Result().MissedTicks >= 4 * 2, $"{sampler.Result().MissedTicks} missed");
    }

    [Fact]
    public void A_full_room_keeps_what_is_in_it_and_counts_the_rest_as_missed()
    {
        using Counting source = new();
        using TimelineSampler sampler = new(Interval, 3 * Interval, [source]);
        using TickTimer clock = new();
        clock.Start(TimeSpan.FromSeconds(20 * Interval));
        Sampled(sampler, () => clock.Wait());
        Assert.InRange(sampler.Ticks, 1, 4);
        Assert.True(sampler.Result().MissedTicks >= 16, $"{sampler.Result().MissedTicks} missed");
    }

    [Fact]
    public void A_window_shorter_than_the_interval_has_its_end()
    {
        using Counting source = new();
        using TimelineSampler sampler = new(3600, 1, [source]);
        Sampled(sampler, () => { });
        Assert.Equal((0, 1), (sampler.Result().MissedTicks, sampler.Result().Seconds.Count));
    }

    [Fact]
    public void A_counter_that_failed_once_has_no_values_and_says_why_and_the_others_keep_theirs()
    {
        using Counting source = new() { FailsAt = 2 }, other = new();
        using TimelineSampler sampler = new(Interval, 60, [source, other]);
        Sampled(sampler, () => other.WaitForReads(3));
        Timeline timeline = sampler.Result();
        Assert.Empty(timeline.Series[0].Values);
        Assert.Equal("failed", timeline.Series[0].Note);
        Assert.Equal(timeline.Seconds.Count, timeline.Series[1].Values.Count);
        Assert.Null(timeline.Series[1].Note);
    }

    [Fact]
    public void A_run_that_fails_in_the_middle_leaves_no_thread_waiting()
    {
        TimelineSampler sampler = new(3600, 60, []);
        sampler.Zero();
        sampler.Start();
        sampler.Dispose();
        new TimelineSampler(3600, 60, []).Dispose();
    }

    // Is anything allocated on the sampler's thread from one tick to the next, or by the window's own calls?
    [Fact]
    public void Ticks_allocate_nothing()
    {
        using Counting source = new();
        using HostTimeline host = new();
        using TimelineSampler sampler = new(Interval, 60, [source, .. host.Sources]);
        sampler.Zero();
        long before = GC.GetAllocatedBytesForCurrentThread();
        sampler.Start();
        long started = GC.GetAllocatedBytesForCurrentThread();
        source.WaitForReads(20);
        sampler.Stop();
        Assert.Equal(before, started);
        Assert.Equal(source.Allocated[0], source.Allocated[^2]);    // the last reading is on this thread
    }

    // The goal: at one tick a second the sampler takes less than a thousandth of one CPU.
    [SkippableFact]
    public void A_tick_costs_less_than_a_millisecond_of_CPU()
    {
        using Counting source = new();
        using HostTimeline host = new();
        using TimelineSampler sampler = new(Interval, 60, [source, .. host.Sources]);
        Sampled(sampler, () => source.WaitForReads(20));
        double share = sampler.Used.Cpu.TotalSeconds / sampler.Ticks;
        Assert.True(share < 0.001, $"{share:P3} of one CPU at 1 Hz");
    }

    [SkippableFact]
    public void The_last_sample_agrees_with_the_counters_of_the_window()
    {
        RequirePerf();
        using HostWindow window = new(Request(), [.. Affinity.Get()]);
        window.Begin();
        for (int i = 0; i < 5; i++) PerfSessionTests.Touch(Pages);
        window.End();
        Timeline timeline = window.Sampler!.Result();
        IReadOnlyList<Counter> counters = window.Counters();

        Assert.Equal(Counters.Order(), timeline.Series.Select(series => series.Counter).Order());
        foreach (TimelineSeries series in timeline.Series)
        {
            Counter counter = counters.First(one => one.Name == series.Counter);
            Assert.Equal((null, counter.Unit), (series.Note, series.Unit));
            Assert.Equal(series.Values.Order(), series.Values);
            // The samples lie inside the snapshots, with what the host does meanwhile between the two.
            Assert.InRange(series.Values[^1], 0, counter.Value!.Value);
        }
        double Last(string name) => timeline.Series.First(series => series.Counter == name).Values[^1];
        double Total(string name) => counters.First(counter => counter.Name == name).Value!.Value;
        Assert.Equal(Total("perf.page-faults"), Last("perf.page-faults"));
        Assert.True(Last("perf.page-faults") >= 5 * Pages);
        Assert.True(Last("vmstat.pgfault") >= 0.8 * Total("vmstat.pgfault"));
    }

    // Is the window's own counting the same whether or not somebody reads it in the middle?
    [SkippableFact]
    public void Reading_events_in_the_middle_does_not_change_what_the_window_counts()
    {
        RequirePerf();
        using PerfSession session = PerfSession.Open(["page-faults"], Affinity.Get());
        TimelineName[] names = [TimelineName.Parse("perf.page-faults", ["page-faults"])];
        using PerfSource source = new(session, names);
        double[] so = new double[1];
        session.Start();
        for (int i = 0; i < 10; i++)
        {
            PerfSessionTests.Touch(Pages / 10);
            source.Read(so);
            Assert.True(so[0] >= (i + 1) * Pages / 10);
        }
        session.Stop();
        source.Read(so);
        Counter counter = session.Read()[0];
        Assert.Equal((so[0], CounterTrust.Counted), (counter.Value, counter.Trust));
        Assert.Equal(0, Allocations.Least(() => source.Read(so)));
    }

    [Fact]
    public void An_event_that_is_not_counted_here_says_why()
    {
        using PerfSession session = PerfSession.Open(["nope:nope"], Affinity.Get());
        string[] events = ["nope:nope"];
        using PerfSource source = new(session, [TimelineName.Parse("trace.nope:nope", events), TimelineName.Parse("trace.nope:nope/part", events)]);
        double[] totals = new double[2];
        source.Read(totals);
        Assert.Equal([double.NaN, double.NaN], totals);
        Assert.Equal(session.Find("trace.nope:nope")!.Why, source.WhyNot(0));
        Assert.Equal("the event has no such part", source.WhyNot(1));
    }

    private static void Sampled(TimelineSampler sampler, Action work)
    {
        sampler.Zero();
        sampler.Start();
        work();
        sampler.Stop();
    }

    private static void RequirePerf()
    {
        string? why = PerfEvents.Probe().First(event_ => event_.Name == "page-faults").Why;
        Skip.If(why?.Contains("CAP_PERFMON", StringComparison.Ordinal) ?? false, why);
    }

    private static RunRequest Request() => new()
    {
        Session = "s",
        Plan = "p",
        Arm = "a",
        Pair = 0,
        Sequence = 0,
        Seed = 1,
        Workload = "w",
        Parameters = new Dictionary<string, string>(),
        Command = new WorkloadCommand { Program = "w", Arguments = [] },
        MetricUnits = new Dictionary<string, string>(),
        Events = ["page-faults"],
        TimelineSeconds = Interval,
        TimelineCounters = Counters,
        DeadlineSeconds = 60,
    };

    /// <summary>What a plan would sample on this host.</summary>
    private sealed class HostTimeline : IDisposable
    {
        private readonly PerfSession perf = PerfSession.Open(["page-faults"], Affinity.Get());

        public HostTimeline()
        {
            TimelineName[] names = [.. Counters.Select(name => TimelineName.Parse(name, ["page-faults"]))];
            Sources = TimelineSources.Open(names, new Proc.HostTree("/"), perf);
            perf.Start();
        }

        public IReadOnlyList<ITimelineSource> Sources { get; }

        public void Dispose() => perf.Dispose();
    }

    /// <summary>Counts its own readings since the zero, and what the reading thread had allocated at each.</summary>
    private sealed class Counting : ITimelineSource
    {
        private readonly long[] allocated = new long[10_000];
        private volatile int reads;

        public TimeSpan Slow { get; init; }

        public int FailsAt { get; init; } = -1;

        public long[] Allocated => allocated[..reads];

        public IReadOnlyList<(string Counter, string Unit)> Series { get; } = [("reads", "reads")];

        public int Calls => 0;

        public void Zero() => reads = 0;

        public void Read(Span<double> totals)
        {
            long start = Stopwatch.GetTimestamp();
            allocated[reads] = GC.GetAllocatedBytesForCurrentThread();
            while (Stopwatch.GetElapsedTime(start) < Slow) Thread.SpinWait(100);
            reads++;
            totals[0] = reads == FailsAt ? double.NaN : reads;
        }

        public string WhyNot(int series) => "failed";

        public void WaitForReads(int count)
        {
            while (reads < count) Thread.Yield();
        }

        public void Dispose()
        {
        }
    }
}
