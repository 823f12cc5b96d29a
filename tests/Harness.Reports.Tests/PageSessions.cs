using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports.Tests;

/// <summary>Made-up sessions with all that a page can show, and with what it may lack.</summary>
internal static class PageSessions
{
    /// <summary>Timelines, probes, an environment that differs, messages of the kernel, a failed run, the model, and a manifest.</summary>
    public static SessionReport Full(int pairs = 4, int cpus = 4)
    {
        List<RunRecord> records = [.. Sessions.MeasuredAndModelled(pairs, cpus)
            .Select(run => run.Origin == Origin.Modelled ? run : Rich(run))];
        records.Add(Failed(records[0], pairs));
        return Report(records);
    }

    public static SessionReport Report(List<RunRecord> records) =>
        new(records, "before", "after", Sessions.Counters)
        {
            Title = "Migrate anonymous folios to and fro: 6.1 against 6.12", Source = "a patch letter",
            Command = "./run.sh run migrate-batching --pairs 4", Manifest = Manifest(),
        };

    /// <summary>One arm on both sides.</summary>
    public static SessionReport SameArm()
    {
        List<RunRecord> records =
        [
            .. Sessions.Measured(12).Where(run => run.Request.Arm == "before")
                .Select((run, i) => run with
                {
                    Request = run.Request with { Arm = i % 2 == 0 ? "before" : "after", Pair = i / 2, Sequence = i },
                }),
        ];
        return new(records, "before", "after", Sessions.Counters)
        {
            Title = "nothing differs", Command = "./run.sh run migrate-batching --same before",
            NoiseFloor = NoiseFloor.Of(records, "before", "before", "after", Sessions.Counters),
        };
    }

    /// <summary>The run again, without a result.</summary>
    public static RunRecord Failed(RunRecord run, int pair) => run with
    {
        Request = run.Request with { Pair = pair, Sequence = 2 * pair }, State = RunState.Failed, Failure = FailureKind.GuestPanic,
        Why = "the guest's kernel panicked", Counters = [], Timeline = null, Host = null, Log = "logs/8.txt",
        KernelMessages = ["Kernel panic - not syncing"],
    };

    private static RunRecord Rich(RunRecord run) => run with
    {
        Environment = new Dictionary<string, string>
        {
            ["clock"] = run.Request.Arm == "before" ? "hpet" : "tsc", ["cpu.governor"] = "none",
        },
        KernelMessages = run.Request.Sequence == 1 ? ["hrtimer: interrupt took 4193 ns"] : [],
        Probes = [new CounterProbe { Counter = "interrupts.TLB", Work = "32 forced shootdowns of CPU 3", Least = 28, Most = 48,
            Seen = 32 }],
        Timeline = new Timeline
        {
            IntervalSeconds = 1, MissedTicks = 0, Seconds = [.. Enumerable.Range(1, 8).Select(i => (double)i)],
            Series = [new TimelineSeries("interrupts.TLB", "interrupts",
                [.. Enumerable.Range(1, 8).Select(i => (run.Request.Arm == "before" ? 8000.0 : 20) * i)])],
        },
    };

    private static Manifest Manifest() => new()
    {
        Session = "20250101-000000", Plan = "migrate-batching", Title = "t", Command = "c",
        PlanText = "title: t\narms:\n  before: {target: vm:6.1}\n",
        PlanChecksum = "0", Created = DateTimeOffset.UnixEpoch, Ended = DateTimeOffset.UnixEpoch.AddMinutes(3), Arms = [], Counters = [],
        Runs = [], Box = "box1",
    };
}
