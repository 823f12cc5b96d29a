using Harness.Analysis;

namespace Harness.Reports;

/// <summary>
/// The Markdown summary of a night: the verdict first, then the table, the changes with their causes, and what differs from the night
/// before.
/// </summary>
public static class NightlySummary
{
    /// <summary>Nights that a table's line shows. Assumed.</summary>
    private const int NightsShown = 30;

    /// <summary>Writes the summary.</summary>
    public static void Write(TextWriter writer, NightlyReport report)
    {
        writer.Write($"# Nightly on {Markdown.Text(report.Box)}, {Plain.Minute(report.Began)}Z: {Outcome(report)}\n");
        foreach (NightlyPlan plan in report.Plans)
        {
            writer.Write($"\n## {Markdown.Text(NightlyText.Verdict(plan))}\n\n");
            foreach (string problem in NightlyText.Problems(plan)) writer.Write($"- {Markdown.Text(problem)}\n");
            if (plan.History is { } history) Write(writer, history);
        }
    }

    private static string Outcome(NightlyReport report)
    {
        int regressed = report.Plans.Sum(plan => plan.History?.Series.Count(series => series.Verdict == HistoryVerdict.Regressed) ?? 0);
        string found = regressed switch { 0 => "no regression", 1 => "1 regression", _ => $"{Plain.Whole(regressed)} regressions" };
        return report.ExitCode > 1 ? $"{found}, and not all of it ran" : found;
    }

    private static void Write(TextWriter writer, PlanHistory history)
    {
        CounterHistory[] news = [.. history.Series.Where(NightlyText.IsNews)];
        foreach (CounterHistory series in news)
            writer.Write($"- **{Words.Of(series.Verdict)}**: {Markdown.Text(HistoryText.Of(history, series))}\n");
        writer.Write('\n' + Markdown.Row("arm", "counter", "unit", "tonight", "nights", "verdict") + Markdown.Rule("lllrll"));
        foreach (CounterHistory series in history.Series.OrderBy(series => series.Verdict == HistoryVerdict.Regressed ? 0 : 1))
        {
            writer.Write(Markdown.Row(
                series.Arm, series.Counter, series.Unit, HistoryReport.Tonight(history, series),
                Sparkline.Of(series, history.Nights.Count, NightsShown), Words.Of(series.Verdict)));
        }
        IReadOnlyList<NightDifference> differences = history.Nights[^1].Differences;
        if (differences.Count == 0) return;
        writer.Write("\nDiffers from the night before:\n\n" + Markdown.Row("arm", "name", "before", "tonight") + Markdown.Rule("llll"));
        foreach ((string arm, EnvironmentDifference difference) in differences)
            writer.Write(Markdown.Row(arm, difference.Name, difference.Before ?? "none", difference.After ?? "none"));
    }
}
