using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports.Tests;

/// <summary>A night made by hand: a regression with a cause, a quiet counter, one without a value, and a plan that did not run.</summary>
internal static class NightlySample
{
    public static readonly DateTimeOffset Began = new(2026, 11, 21, 1, 0, 0, TimeSpan.Zero);

    public static NightlyReport Report(string name = "migrate-batching", string counter = "interrupts.TLB") => new()
    {
        Box = "lab7",
        Began = Began,
        ExitCode = 4,
        Plans =
        [
            new NightlyPlan
            {
                Plan = name,
                ExitCode = 1,
                Runs = [new("before", 8, 8, []), new("after", 8, 7, ["pair 3 failed: the guest did not answer"])],
                History = History(name, counter),
            },
            new NightlyPlan { Plan = "luf-llama", Shape = "small", ExitCode = 3, Problem = "qemu is missing", Runs = [] },
        ],
    };

    public static PlanHistory History(string name = "migrate-batching", string counter = "interrupts.TLB") => new()
    {
        Plan = name,
        Box = "lab7",
        Nights =
        [
            .. Enumerable.Range(0, 3).Select(night => new Night
            {
                Session = $"s{night}",
                Created = Began.AddDays(night - 2),
                Differences = night == 2 ? [new NightDifference("after", new("target", "vm:6.12", "vm:6.1"))] : [],
            }),
        ],
        Series =
        [
            Series("after", counter, "interrupts", HistoryVerdict.Regressed, null, [2, 4, 17_040]) with
            {
                Changes =
                [
                    new LevelChange
                    {
                        Night = 2, FoundAt = 2, Before = 2.5, After = 17_040, Change = 6815, Low = 5000, High = 9000,
                        Kind = HistoryVerdict.Regressed, Stands = true,
                        Causes = [new("target", "vm:6.12", "vm:6.1"), new("kernel.release", "6.12.117", "6.1.0-56")],
                    },
                ],
            },
            Series("after", "workload.elapsed", "s", HistoryVerdict.NoChange, null, [0.5, 0.6, 0.55]),
            Series("before", "vmstat.pgmigrate_success", "pages", HistoryVerdict.Invalid, "untrusted: doubted", [100, 101]),
        ],
    };

    private static CounterHistory Series(string arm, string counter, string unit, HistoryVerdict verdict, string? why, double[] nights) => new()
    {
        Arm = arm,
        Counter = counter,
        Unit = unit,
        Better = Better.Lower,
        Values = [.. nights.Select((value, night) => new NightValue(night, Summary.Of([value]), false))],
        Changes = [],
        Verdict = verdict,
        Why = why,
    };
}
