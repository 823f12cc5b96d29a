using Harness.Analysis;

namespace Harness.Reports;

/// <summary>What a history's page says in words.</summary>
internal static class HistoryWords
{
    /// <summary>Differences of a night that its row spells out; sessions have the others. Assumed.</summary>
    private const int Spelled = 8;

    /// <summary>The page's title.</summary>
    public static string Title(PlanHistory history) => $"Nights of {Name(history)}";

    /// <summary>A history by its plan, shape and box.</summary>
    public static string Name(PlanHistory history) =>
        history.Plan + (history.Shape is null ? "" : $", shape {history.Shape}")
            + (history.Box is null ? "" : $" on {history.Box}");

    /// <summary>The answer in one sentence.</summary>
    public static string Lead(PlanHistory history)
    {
        if (history.Nights.Count == 0) return "No night yet";
        if (history.Series.Count == 0) return "No counter is watched";
        int regressed = history.Series.Count(series => series.Verdict == HistoryVerdict.Regressed);
        int judged = history.Series.Count(series => series.Verdict is not (HistoryVerdict.TooFew or HistoryVerdict.Invalid));
        string series = history.Series.Count == 1 ? "1 series" : $"{Plain.Whole(history.Series.Count)} series";
        return regressed > 0 ? $"{Plain.Whole(regressed)} of {series} regressed"
            : judged == 0 ? $"Nothing can be judged yet of {series}" : $"Nothing regressed in {Plain.Whole(judged)} of {series}";
    }

    /// <summary>What the page rests on.</summary>
    public static string Basis(PlanHistory history)
    {
        if (history.Nights.Count == 0) return "The first night makes a history.";
        return $"{HistoryText.Nights(history.Nights.Count)}, {HistoryText.Date(history.Nights[0])} to "
            + $"{HistoryText.Date(history.Nights[^1])}; the newest is {history.Nights[^1].Session}.";
    }

    /// <summary>One statement for each series that is not simply as before, the worst first, and one for all that are.</summary>
    public static IEnumerable<PageStatement> Statements(PlanHistory history)
    {
        foreach (CounterHistory series in history.Series.Where(series => series.Verdict != HistoryVerdict.NoChange)
            .OrderBy(series => series.Verdict))
            yield return Statement(history, series);
        string[] same = [.. history.Series.Where(series => series.Verdict == HistoryVerdict.NoChange).Select(Name)];
        if (same.Length > 0) yield return Statement(HistoryVerdict.NoChange, "", string.Join(", ", same));
    }

    /// <summary>What is to be said of a series.</summary>
    public static PageStatement Statement(PlanHistory history, CounterHistory series)
    {
        LevelChange? behind = HistoryText.Behind(series);
        string? clause = behind is null ? null : $"{HistoryText.Clause(history, series, behind)}; {HistoryText.Cause(behind)}";
        return Statement(series.Verdict, Name(series), string.Join("; ", new[] { clause, series.Why }.OfType<string>()));
    }

    /// <summary>A series' name: counter and arm.</summary>
    public static string Name(CounterHistory series) => $"{series.Counter} ({series.Arm})";

    /// <summary>The levels before and since.</summary>
    public static string Levels(CounterHistory series, LevelChange change)
    {
        bool isCount = Units.IsCount(series.Unit);
        string unit = isCount || series.Unit.Length == 0 ? "" : " " + series.Unit;
        string Level(double level) => Plain.Number(HistoryText.Rounded(level), isCount);
        return $"{Level(change.Before)} → {Level(change.After)}{unit}";
    }

    /// <summary>What differs from the night before.</summary>
    public static string Differences(Night night) =>
        Several([.. night.Differences.GroupBy(each => each.Difference)
            .Select(same => $"{HistoryText.Difference(same.Key)} ({string.Join(", ", same.Select(each => each.Arm))})")]);

    /// <summary>A night by its date and session.</summary>
    public static string When(PlanHistory history, int night) =>
        $"{HistoryText.Date(history.Nights[night])} ({history.Nights[night].Session})";

    private static PageStatement Statement(HistoryVerdict verdict, string name, string text) =>
        new(VerdictMark.Style(verdict), VerdictMark.Of(verdict), Words.Of(verdict), name, text);

    private static string Several(string[] texts) =>
        string.Join(", ", texts.Take(Spelled)) + (texts.Length > Spelled ? $" and {Plain.Whole(texts.Length - Spelled)} more" : "");
}
