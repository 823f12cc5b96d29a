using Harness.Analysis;

namespace Harness.Reports;

/// <summary>The nights of a plan as a page: what regressed, since when and why, then a chart for each series.</summary>
public static class HistoryPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="history">The history.</param>
    /// <param name="library">The chart library's text.</param>
    /// <exception cref="IOException">The writer cannot take it (a full disk).</exception>
    public static void Write(TextWriter writer, PlanHistory history, string library)
    {
        PageSection[] sections =
        [
            .. new[] { Verdict(history), Series(history), Changes(history), Environments(history), Nights(history) }.OfType<PageSection>(),
        ];
        Page page = new(writer);
        page.Begin(HistoryWords.Title(history), library, sections);
        foreach (PageSection section in sections) page.Section(section);
        page.End();
    }

    private static PageSection Verdict(PlanHistory history) => new("verdict", "Verdict", page =>
    {
        page.Paragraph(HistoryWords.Lead(history), "lead");
        page.Paragraph(HistoryWords.Basis(history), "soft");
        page.Statements(HistoryWords.Statements(history));
    });

    private static PageSection? Series(PlanHistory history)
    {
        CounterHistory[] drawn = [.. history.Series.Where(series => series.Values.Any(value => value.Summary.Median is not null))];
        if (drawn.Length == 0) return null;
        return new PageSection("series", "Night by night", page =>
        {
            page.Paragraph("A dot a night: the median of its runs; the bar behind it is the interval. Dashed: the level. "
                + "A triangle: a night that stood alone. Dotted upright lines E1, E2, ...: the environment changed; "
                + "solid ones: the level did.", "soft");
            page.Charts(drawn.Select((series, i) => HistoryChart.Of(history, series, $"series-{i}")));
        });
    }

    private static PageSection? Changes(PlanHistory history)
    {
        (CounterHistory Series, LevelChange Change)[] changes =
            [.. history.Series.SelectMany(series => series.Changes.Select(change => (series, change)))
                .OrderByDescending(each => each.change.Night)];
        if (changes.Length == 0) return null;
        return new PageSection("changes", "Changes of level", page => page.Table(
            "Every change of a level, the newest first", "lllrrll",
            ["counter", "verdict", "since", "level", "change", "found", "likely cause"], changes.Select(each => (PageCell[])
            [
                new(HistoryWords.Name(each.Series)),
                new($"{VerdictMark.Of(each.Change.Kind)} {Words.Of(each.Change.Kind)}",
                    Style: VerdictMark.Style(each.Change.Kind)),
                new(HistoryText.Date(history.Nights[each.Change.Night]), history.Nights[each.Change.Night].Session),
                new(HistoryWords.Levels(each.Series, each.Change)),
                new(HistoryText.Change(each.Change.Change), each.Change is { Low: double low, High: double high }
                    ? $"[{Plain.Percentage(low)}, {Plain.Percentage(high)}]" : ""),
                new(HistoryText.Date(history.Nights[each.Change.FoundAt]), history.Nights[each.Change.FoundAt].Session),
                new(HistoryText.Causes(each.Change) ?? "nothing is known to have changed"),
            ])));
    }

    private static PageSection? Environments(PlanHistory history) => !EnvironmentMarks.Any(history) ? null
        : new("environment", "Changes of the environment", page => EnvironmentMarks.Write(page, history, "What differed from the night before"))
        {
            Folds = true,
        };

    private static PageSection? Nights(PlanHistory history)
    {
        if (history.Nights.Count == 0) return null;
        Dictionary<int, NightValue>[] values = [.. history.Series.Select(series => series.Values.ToDictionary(value => value.Night))];
        return new PageSection("nights", "All nights", page => page.Table(
            "Medians of every night, the newest first", "lllr",
            ["night", "session", "accepted", .. history.Series.Select(HistoryWords.Name)],
            Enumerable.Range(0, history.Nights.Count).Reverse().Select(night => (PageCell[])
            [
                new(HistoryText.Date(history.Nights[night]), Style: "whole"), new(history.Nights[night].Session, Style: "whole"),
                new(history.Nights[night].Accepted ?? ""),
                .. history.Series.Select((series, i) => new PageCell(values[i].TryGetValue(night, out NightValue? value)
                    ? Plain.Number(value.Summary.Median, Units.IsCount(series.Unit)) + (value.Outlier ? " (alone)" : "") : "-")),
            ])))
        { Folds = true };
    }
}
