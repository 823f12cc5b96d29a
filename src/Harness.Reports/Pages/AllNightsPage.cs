using System.Globalization;
using Harness.Analysis;

namespace Harness.Reports;

/// <summary>Every history of a store as a page: which regressed, which are silent, then the charts of what is news.</summary>
public static class AllNightsPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="all">The histories.</param>
    /// <param name="library">The chart library's text.</param>
    /// <exception cref="IOException">The writer cannot take it (a full disk).</exception>
    public static void Write(TextWriter writer, AllNights all, string library)
    {
        PageSection[] sections = [Verdict(all), .. all.Histories.Select(News).OfType<PageSection>(), Table(all)];
        Page page = new(writer);
        page.Begin(string.Create(CultureInfo.InvariantCulture, $"All nights up to {all.When.UtcDateTime:yyyy-MM-dd}"), library, sections);
        foreach (PageSection section in sections) page.Section(section);
        page.End();
    }

    private static PageSection Verdict(AllNights all) => new("verdict", "Verdict", page =>
    {
        page.Paragraph(AllNightsReport.Lead(all), "lead");
        page.Paragraph("A history is a plan in one of its shapes on one box.", "soft");
        page.Statements(all.Histories.Select(history => Statement(all, history)));
    });

    private static PageStatement Statement(AllNights all, PlanHistory history)
    {
        HistoryVerdict worst = history.Series.Count == 0 ? HistoryVerdict.TooFew : history.Series.Min(series => series.Verdict);
        string? silent = AllNightsReport.Silent(all, history);
        bool isSilent = silent is not null && worst != HistoryVerdict.Regressed;
        string text = $"{HistoryWords.Lead(history)}; {HistoryWords.Basis(history)}" + (silent is null ? "" : $" There was {silent}");
        return isSilent
            ? new PageStatement(VerdictMark.Style(HistoryVerdict.Suspect), VerdictMark.Of(HistoryVerdict.Suspect), "silent", HistoryWords.Name(history), text)
            : new PageStatement(VerdictMark.Style(worst), VerdictMark.Of(worst), Words.Of(worst), HistoryWords.Name(history), text);
    }

    /// <summary>What is news of a history; null when nothing is.</summary>
    private static PageSection? News(PlanHistory history, int place)
    {
        CounterHistory[] news = [.. history.Series.Where(NightlyText.IsNews)];
        if (news.Length == 0) return null;
        string id = string.Create(CultureInfo.InvariantCulture, $"history-{place}");
        return new PageSection(id, HistoryWords.Name(history), page =>
        {
            page.Statements(news.OrderBy(series => series.Verdict).Select(series => HistoryWords.Statement(history, series)));
            page.Charts(news.Where(series => series.Values.Any(value => value.Summary.Median is not null))
                .Select((series, i) => HistoryChart.Of(history, series, string.Create(CultureInfo.InvariantCulture, $"{id}-{i}"))));
            if (EnvironmentMarks.Any(history))
            {
                string caption = $"What differed from the night before: {HistoryWords.Name(history)}";
                page.Details("What the charts' marks stand for", () => EnvironmentMarks.Write(page, history, caption));
            }
        });
    }

    private static PageSection Table(AllNights all)
    {
        HistoryVerdict[] verdicts = Enum.GetValues<HistoryVerdict>();
        return new PageSection("histories", "All histories", page => page.Table(
            "Counters of each history by their verdict", "lllrlr",
            ["box", "plan", "shape", "nights", "last night", .. verdicts.Select(Words.Of)],
            all.Histories.Select(history => (PageCell[])
            [
                new(history.Box ?? ""), new(history.Plan), new(history.Shape ?? "own"), new(Plain.Whole(history.Nights.Count)),
                new(HistoryText.Date(history.Nights[^1]), Style: "whole"),
                .. verdicts.Select(verdict => new PageCell(Plain.Whole(history.Series.Count(series => series.Verdict == verdict)))),
            ])))
        { Folds = true };
    }
}
