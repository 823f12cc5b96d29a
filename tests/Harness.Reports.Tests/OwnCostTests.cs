using Harness.Records;

namespace Harness.Reports.Tests;

/// <summary>Does a report say what the harness itself did while it measured, and nothing where nothing is known?</summary>
public sealed class OwnCostTests
{
    [Fact]
    public void Timeline_share_of_a_CPU_and_disturbed_windows_are_told()
    {
        List<RunRecord> runs = [.. Sessions.Measured(2).Select(Sampled)];
        runs[1] = Paused(runs[1]);
        string text = Flat(Sessions.Report(runs));
        Assert.Contains("timeline every 1 s: 12 samples in 4 runs, 1 tick missed; not sampled: perf.cycles", text, StringComparison.Ordinal);
        Assert.Contains("0.1% of one CPU in a window (median), the timeline's part 0.01%; garbage collection paused it in 1 of 4 windows", text,
            StringComparison.Ordinal);
        Assert.Contains(
            "run 1 (after, pair 0, vm:6.12): garbage collection paused the harness in the window: 1.5 ms in all, the longest for 1 ms", text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_runtime_did_in_all_phases_is_told_with_what_could_not_be_traced()
    {
        SessionReport report = new(Sessions.Measured(2), "before", "after", Sessions.Counters)
        {
            Title = "t",
            Command = "c",
            OwnCost = new SessionCost { Phases = [new("open", 2.5, 1, 0.0042, 0.0042, 900, 0.4), new("run", 9, 0, 0, 0, 20, 0.1)], Notes = ["lost 3 events"] },
        };
        string text = Flat(report);
        Assert.Contains("the session's process: 1 collection paused it for 4.2 ms, 920 methods compiled in 500 ms", text, StringComparison.Ordinal);
        Assert.Contains("lost 3 events", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_without_a_timeline_and_the_model_alone_have_no_such_line()
    {
        Assert.DoesNotContain("timeline", Flat(Sessions.Report(Sessions.Measured(2))), StringComparison.Ordinal);
        List<RunRecord> modelled = [.. Sessions.MeasuredAndModelled(2).Where(run => run.Origin == Origin.Modelled)];
        Assert.DoesNotContain("of one CPU in a window", Flat(Sessions.Report(modelled)), StringComparison.Ordinal);
    }

    private static RunRecord Sampled(RunRecord run) => run with
    {
        WindowSeconds = 10,
        OwnCost = new OwnCost { CpuSeconds = 0.01, SamplerCpuSeconds = 0.001, GcPauseSeconds = 0, AllocatedBytes = 0 },
        Timeline = new Timeline
        {
            IntervalSeconds = 1,
            MissedTicks = run.Request.Sequence == 3 ? 1 : 0,
            Seconds = [1, 2, 2.5],
            Series = [new("interrupts.TLB", "interrupts", [1, 2, 3]), new("perf.cycles", "events", []) { Note = "no hardware PMU" }],
        },
    };

    private static RunRecord Paused(RunRecord run)
    {
        OwnCost cost = run.OwnCost! with { GcPauseSeconds = 0.0015, LongestGcPauseSeconds = 0.001 };
        return run with { OwnCost = cost with { Notes = OwnCostNotes.Of(cost) } };
    }

    // one line without the wrapping of the console
    private static string Flat(SessionReport report)
    {
        StringWriter text = new();
        MarkdownReport.Write(text, report);
        return text.ToString().Replace("*", "", StringComparison.Ordinal);
    }
}
