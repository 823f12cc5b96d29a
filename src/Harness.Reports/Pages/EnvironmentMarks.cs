using Harness.Analysis;

namespace Harness.Reports;

/// <summary>What the marks E1, E2, ... of a history's charts stand for.</summary>
internal static class EnvironmentMarks
{
    /// <summary>Writes the table.</summary>
    /// <param name="page">Takes it.</param>
    /// <param name="history">The history.</param>
    /// <param name="caption">What the table is; unlike any other of the page.</param>
    public static void Write(Page page, PlanHistory history, string caption) => page.Table(
        caption, "l", ["mark", "night", "differs"], Of(history).Select((night, i) => (string[])
        [
            HistoryChart.Mark(i), HistoryText.Date(night), HistoryWords.Differences(night),
        ]));

    /// <summary>True when a chart of the history has any.</summary>
    public static bool Any(PlanHistory history) => Of(history).Any();

    private static IEnumerable<Night> Of(PlanHistory history) => history.Nights.Where(night => night.Differences.Count > 0);
}
