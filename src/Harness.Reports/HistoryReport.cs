using Harness.Analysis;
using Spectre.Console;

namespace Harness.Reports;

/// <summary>A plan's history as text.</summary>
public static class HistoryReport
{
    /// <summary>Nights that a line shows: what 80 columns leave beside the numbers.</summary>
    private const int NightsShown = 20;

    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Dim = new(decoration: Decoration.Dim);

    /// <summary>Prints the series of each arm, the changes of level with their causes, and what is to be said of tonight.</summary>
    public static void Write(IAnsiConsole console, PlanHistory history)
    {
        ReportConsole.Paragraph(console, HistoryText.Title(history), style: Bold);
        if (history.Series.Count == 0) ReportConsole.Paragraph(console, "no arm of it ran on a real kernel; the model has no history");
        foreach (IGrouping<string, CounterHistory> arm in history.Series.GroupBy(series => series.Arm))
        {
            console.WriteLine();
            Table(history, arm).Write(console);
        }
        WriteChanges(console, history);
        WriteTonight(console, history);
        console.WriteLine();
        ReportConsole.Paragraph(
            console, "nights: the median of each, from lowest to highest; . without a value, x alone far off and left out", style: Dim);
    }

    /// <summary>The colour of a verdict on a terminal.</summary>
    internal static Style? Colour(HistoryVerdict verdict) => verdict switch
    {
        HistoryVerdict.Improved => new Style(Color.Green),
        HistoryVerdict.Regressed => new Style(Color.Red),
        HistoryVerdict.Suspect or HistoryVerdict.Invalid => new Style(Color.Yellow),
        _ => null,
    };

    private static TextTable Table(PlanHistory history, IGrouping<string, CounterHistory> arm)
    {
        TextTable table = new(
            new TextColumn($"arm {arm.Key}"), new TextColumn("tonight", Right: true), new TextColumn("nights"), new TextColumn("verdict"));
        foreach (CounterHistory series in arm)
        {
            table.Row(
                Plain.Named(series.Counter, series.Unit),
                Tonight(history, series),
                new(Sparkline.Of(series, history.Nights.Count, NightsShown), Dim),
                new(Words.Of(series.Verdict), Colour(series.Verdict)));
        }
        return table;
    }

    /// <summary>The newest night's median; a dash when it has none.</summary>
    internal static string Tonight(PlanHistory history, CounterHistory series) =>
        series.Values.Count > 0 && series.Values[^1].Night == history.Nights.Count - 1
            ? Plain.Number(series.Values[^1].Summary.Median, Units.IsCount(series.Unit)) : "-";

    private static void WriteChanges(IAnsiConsole console, PlanHistory history)
    {
        if (history.Series.All(series => series.Changes.Count == 0)) return;
        console.WriteLine();
        ReportConsole.Paragraph(console, "changes of level", style: Bold);
        var all = history.Series.SelectMany(series => series.Changes.Select(change => (Series: series, Change: change)));
        var nights = all.OrderBy(each => each.Change.Night)
            .GroupBy(each => (each.Change.Night, Cause: HistoryText.Cause(each.Change)));
        foreach (var alike in nights)
        {
            foreach ((CounterHistory series, LevelChange change) in alike)
            {
                string found = change.FoundAt == change.Night ? "" : $" (found {HistoryText.Date(history.Nights[change.FoundAt])})";
                string kind = Words.Of(change.Kind) + (change.Stands ? ", and stands" : "");
                string said = $"{series.Counter} of '{series.Arm}' {HistoryText.Clause(history, series, change)}{found}: {kind}";
                ReportConsole.Paragraph(console, said, "- ", change.Stands ? Colour(change.Kind) : null);
            }
            ReportConsole.Paragraph(console, alike.Key.Cause, "  ");
        }
    }

    private static void WriteTonight(IAnsiConsole console, PlanHistory history)
    {
        string[] said =
            [.. history.Series.Where(series => series.Why is not null).GroupBy(series => (series.Arm, series.Why)).Select(SaidOf)];
        if (said.Length == 0) return;
        console.WriteLine();
        ReportConsole.Paragraph(console, "tonight", style: Bold);
        foreach (string line in said) ReportConsole.Paragraph(console, line, "- ");
    }

    private static string SaidOf(IGrouping<(string Arm, string? Why), CounterHistory> alike) => alike.Count() == 1
        ? $"{alike.First().Counter} of '{alike.Key.Arm}': {alike.Key.Why}"
        : $"{Plain.Whole(alike.Count())} counters of '{alike.Key.Arm}': {alike.Key.Why}";
}
