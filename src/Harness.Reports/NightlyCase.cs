using Harness.Analysis;

namespace Harness.Reports;

/// <summary>A case of a JUnit file.</summary>
/// <param name="Arm">The arm; null for the plan as a whole.</param>
/// <param name="Name">The counter, or <c>runs</c>.</param>
/// <param name="Element">What it ended as: one of the constants here; null for a pass.</param>
/// <param name="Type">The kind of failure or error.</param>
/// <param name="Message">One sentence; null when there is nothing to say.</param>
internal sealed record NightlyCase(string? Arm, string Name, string? Element = null, string? Type = null, string? Message = null)
{
    public const string Failure = "failure";
    public const string Error = "error";
    public const string Skipped = "skipped";

    private const string Runs = "runs";

    /// <summary>The cases of a plan: how its runs went, then its counters.</summary>
    public static IEnumerable<NightlyCase> Of(NightlyPlan plan)
    {
        yield return plan.Problem is { } problem ? new(null, Runs, Error, "run", problem) : new(null, Runs);
        foreach (NightlyRuns arm in plan.Runs)
        {
            yield return NightlyText.Runs(arm) is { } failed ? new(arm.Arm, Runs, Error, "run", failed) : new(arm.Arm, Runs);
        }
        if (plan.History is not { } history) yield break;
        foreach (CounterHistory series in history.Series) yield return Of(history, series);
    }

    private static NightlyCase Of(PlanHistory history, CounterHistory series) => series.Verdict switch
    {
        HistoryVerdict.Regressed => new(series.Arm, series.Counter, Failure, "regressed", HistoryText.Of(history, series)),
        HistoryVerdict.TooFew or HistoryVerdict.Invalid => new(series.Arm, series.Counter, Skipped, null, HistoryText.Of(history, series)),
        HistoryVerdict.NoChange => new(series.Arm, series.Counter),
        _ => new(series.Arm, series.Counter, Message: HistoryText.Of(history, series)),
    };
}
