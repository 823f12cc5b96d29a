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
            if (plan.History is not { } history) continue;
            foreach (CounterHistory series in history.Series.Where(NightlyText.IsNews))
            {
                ReportConsole.Paragraph(
                    console, $"{Words.Of(series.Verdict)}: {HistoryText.Of(history, series)}", "- ", HistoryReport.Colour(series.Verdict));
            }
        }
    }
}
