using System.Globalization;
using Harness.Analysis;

namespace Harness.Reports;

/// <summary>The sentences of a nightly report.</summary>
internal static class NightlyText
{
    /// <summary>The plan with its verdict in one line.</summary>
    public static string Verdict(NightlyPlan plan) => plan.History is { } history ? Verdict(history) : $"{plan.Name}: no night to judge";

    /// <summary>A history with its verdicts in one line.</summary>
    public static string Verdict(PlanHistory history)
    {
        string title = HistoryText.Title(history);
        if (history.Nights.Count == 1) return $"{title}; the first one, so there is nothing to judge yet";
        IEnumerable<string> counts = history.Series.GroupBy(series => series.Verdict).OrderBy(group => group.Key)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {Words.Of(group.Key)}"));
        return history.Series.Count == 0 ? $"{title}; no arm ran on a real kernel" : $"{title}; {string.Join(", ", counts)}";
    }

    /// <summary>True for a verdict that a reader has to know of.</summary>
    public static bool IsNews(CounterHistory series) =>
        series.Verdict is not (HistoryVerdict.NoChange or HistoryVerdict.TooFew or HistoryVerdict.Invalid);

    /// <summary>What is known of why a verdict came to be, as a clause; null where it is about no change.</summary>
    public static string? CauseOf(CounterHistory series) => HistoryText.Behind(series) is { } change ? HistoryText.Cause(change) : null;

    /// <summary>What went wrong with the plan or its runs, and which arms have counters without a value.</summary>
    public static IEnumerable<string> Problems(NightlyPlan plan)
    {
        if (plan.Problem is { } problem) yield return problem;
        foreach (NightlyRuns arm in plan.Runs)
        {
            if (Runs(arm) is { } runs) yield return runs;
        }
        IEnumerable<CounterHistory> without = plan.History?.Series.Where(series => series.Verdict == HistoryVerdict.Invalid) ?? [];
        foreach (IGrouping<(string Arm, string? Why), CounterHistory> alike in without.GroupBy(series => (series.Arm, series.Why)))
        {
            string counters = string.Join(", ", alike.Select(series => series.Counter));
            yield return $"no value tonight for {counters} of '{alike.Key.Arm}': {alike.Key.Why}";
        }
    }

    /// <summary>What became of an arm's runs; null when all are done.</summary>
    public static string? Runs(NightlyRuns arm)
    {
        if (arm.Problems.Count == 0 && arm.Done == arm.Planned) return null;
        string why = string.Join("; ", arm.Problems.Distinct());
        return string.Create(CultureInfo.InvariantCulture, $"{arm.Done} of {arm.Planned} runs of '{arm.Arm}' gave a result")
            + (why.Length > 0 ? $": {why}" : "");
    }
}
