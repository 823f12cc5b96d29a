using Harness.Analysis;
using Spectre.Console;

namespace Harness.Reports;

/// <summary>What <c>nightly</c> prints: the verdict first, then only what a reader has to know.</summary>
public static class NightlyConsole
{
    private static readonly Style Bold = new(decoration: Decoration.Bold);

    /// <summary>Prints a report.</summary>
    public static void Write(IAnsiConsole console, NightlyReport report)
    {
        foreach (NightlyPlan plan in report.Plans)
        {
            ReportConsole.Paragraph(console, NightlyText.Verdict(plan), style: Bold);
            foreach (string problem in NightlyText.Problems(plan)) ReportConsole.Paragraph(console, problem, "- ", new Style(Color.Yellow));
            if (plan.History is { } history) WriteNews(console, history);
        }
    }

    /// <summary>Prints what a reader has to know of a history, by what is behind it.</summary>
    internal static void WriteNews(IAnsiConsole console, PlanHistory history)
    {
        foreach (IGrouping<string?, CounterHistory> alike in history.Series.Where(NightlyText.IsNews).GroupBy(NightlyText.CauseOf))
        {
            foreach (CounterHistory series in alike)
            {
                string said = $"{Words.Of(series.Verdict)}: {HistoryText.WithoutCause(history, series)}";
                ReportConsole.Paragraph(console, said, "- ", HistoryReport.Colour(series.Verdict));
            }
            if (alike.Key is { } cause) ReportConsole.Paragraph(console, cause, "  ");
        }
    }
}
