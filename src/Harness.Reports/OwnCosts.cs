using System.Globalization;
using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports;

/// <summary>What the harness itself did while it measured: label and text, one a line.</summary>
internal static class OwnCosts
{
    /// <summary>The lines below the table; none for a session of the model alone.</summary>
    public static IEnumerable<(string Label, string Text)> Of(SessionReport report)
    {
        RunRecord[] runs = [.. report.Shown.Where(run => run is { State: RunState.Done, OwnCost: not null, WindowSeconds: > 0 })];
        if (runs.Length == 0) yield break;
        if (Sampling(runs) is { } sampling) yield return ("timeline", sampling);
        yield return ("own cost", Windows(runs));
        if (Runtime(report.OwnCost) is { } runtime) yield return ("", runtime);
        foreach (string note in report.OwnCost.Notes) yield return ("", note);
    }

    /// <summary>The medians over runs, for the environment's table; null when there is none.</summary>
    public static string? Median(IReadOnlyList<RunRecord> runs)
    {
        OwnCost[] costs = [.. runs.Select(run => run.OwnCost).OfType<OwnCost>()];
        if (costs.Length == 0) return null;
        return string.Join(", ", Parts().OfType<string>());

        IEnumerable<string?> Parts()
        {
            yield return Part(cost => cost.CpuSeconds, "CPU {0} s");
            yield return Part(cost => cost.SamplerCpuSeconds, "{0} s of it the timeline");
            yield return Part(cost => cost.GcPauseSeconds, "GC pauses {0} s");
            yield return Part(cost => cost.AllocatedBytes, "allocated {0} bytes");
            yield return Part(cost => cost.MethodsCompiled, "compiled {0} methods");
            yield return Part(cost => cost.VoluntarySwitches + cost.InvoluntarySwitches, "{0} context switches");
            yield return Part(cost => cost.PageFaults, "{0} page faults");
            yield return Part(cost => cost.TimerInterrupts, "caused {0} timer interrupts");
            yield return Part(cost => cost.FunctionCallInterrupts, "{0} function-call interrupts");
        }

        string? Part(Func<OwnCost, double?> of, string text) =>
            Middle(costs.Select(of)) is { } median ? string.Format(CultureInfo.InvariantCulture, text, Plain.Number(median)) : null;
    }

    private static string? Sampling(RunRecord[] runs)
    {
        Timeline[] timelines = [.. runs.Select(run => run.Timeline).OfType<Timeline>()];
        if (timelines.Length == 0) return null;
        double[] intervals = [.. timelines.Select(timeline => timeline.IntervalSeconds).Distinct()];
        string every = string.Join(" and ", intervals.Select(interval => $"{Plain.Number(interval)} s"));
        long samples = timelines.Sum(timeline => (long)timeline.Seconds.Count);
        long missed = timelines.Sum(timeline => (long)timeline.MissedTicks);
        string[] without =
        [
            .. timelines.SelectMany(timeline => timeline.Series)
                .Where(series => series.Note is not null).Select(series => series.Counter).Distinct(),
        ];
        return $"every {every}: {Count(samples, "sample")} in {Count(timelines.Length, "run")}, {Count(missed, "tick")} missed"
            + (without.Length > 0 ? $"; not sampled: {string.Join(", ", without)}" : "");
    }

    private static string Windows(RunRecord[] runs)
    {
        int paused = runs.Count(run => run.OwnCost!.GcPauseSeconds > 0);
        string sampler = Share(runs, cost => cost.SamplerCpuSeconds) is { } share ? $", the timeline's part {share}" : "";
        return $"{Share(runs, cost => cost.CpuSeconds) ?? "-"} of one CPU in a window (median){sampler}; "
            + $"garbage collection paused it in {Plain.Whole(paused)} of {Count(runs.Length, "window")}";
    }

    private static string? Runtime(SessionCost cost)
    {
        if (cost.Phases.Count == 0) return null;
        return $"the session's process: {Count(cost.Phases.Sum(phase => phase.Collections), "collection")} paused it for "
            + $"{Milliseconds(cost.Phases.Sum(phase => phase.GcPauseSeconds))}, "
            + $"{Count(cost.Phases.Sum(phase => phase.MethodsCompiled), "method")} compiled in "
            + $"{Milliseconds(cost.Phases.Sum(phase => phase.CompileSeconds))}; phase by phase in own-cost.json";
    }

    private static string? Share(RunRecord[] runs, Func<OwnCost, double?> part) =>
        Middle(runs.Select(run => part(run.OwnCost!) / run.WindowSeconds)) is { } share
            ? (share * 100).ToString("0.###", CultureInfo.InvariantCulture) + "%"
            : null;

    private static double? Middle(IEnumerable<double?> values)
    {
        double[] there = [.. values.OfType<double>().Where(double.IsFinite)];
        return there.Length == 0 ? null : Summary.Of(there).Median;
    }

    private static string Milliseconds(double seconds) => (seconds * 1000).ToString("0.#", CultureInfo.InvariantCulture) + " ms";

    private static string Count(long count, string what) => count == 1 ? $"1 {what}" : $"{Plain.Whole(count)} {what}s";
}
