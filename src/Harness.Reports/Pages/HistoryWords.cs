using System.Globalization;
using Harness.Analysis;

namespace Harness.Reports;

/// <summary>What a history's page says in words.</summary>
internal static class HistoryWords
{
    /// <summary>Differences of the environment that are spelled out in a sentence. Assumed.</summary>
    private const int Spelled = 3;

    /// <summary>A value of the environment longer than this is cut. Assumed.</summary>
    private const int LongestValue = 60;

    /// <summary>The page's title.</summary>
    public static string Title(PlanHistory history) =>
        $"Nights of {history.Plan}" + (history.Shape is null ? "" : $", shape {history.Shape}")
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
        string nights = history.Nights.Count == 1 ? "1 night" : $"{Plain.Whole(history.Nights.Count)} nights";
        return $"{nights}, {Day(history.Nights[0])} to {Day(history.Nights[^1])}; the newest is {history.Nights[^1].Session}.";
    }

    /// <summary>One statement for each series that is not simply as before, the worst first, and one for all that are.</summary>
    public static IEnumerable<PageStatement> Statements(PlanHistory history)
    {
        foreach (CounterHistory series in history.Series.Where(series => series.Verdict != HistoryVerdict.NoChange)
            .OrderBy(series => series.Verdict))
        {
            LevelChange? last = series.Verdict is HistoryVerdict.Regressed or HistoryVerdict.Improved or HistoryVerdict.Changed
                ? series.Changes.LastOrDefault(change => change.Kind == series.Verdict) : null;
            string text = string.Join("; ", new[] { last is null ? null : Change(history, series, last), series.Why }.OfType<string>());
            yield return Statement(series.Verdict, Name(series), text);
        }
        string[] same = [.. history.Series.Where(series => series.Verdict == HistoryVerdict.NoChange).Select(Name)];
        if (same.Length > 0) yield return Statement(HistoryVerdict.NoChange, "", string.Join(", ", same));
    }

    /// <summary>A series' name: counter and arm.</summary>
    public static string Name(CounterHistory series) => $"{series.Counter} ({series.Arm})";

    /// <summary>A change in one clause: levels, size, since when, and what may have caused it.</summary>
    public static string Change(PlanHistory history, CounterHistory series, LevelChange change)
    {
        string causes = change.Causes.Count == 0 ? "" : $"; likely cause: {Causes(change)}";
        return $"{Levels(series, change)} ({Size(change)}) since {Day(history.Nights[change.Night])}{causes}";
    }

    /// <summary>The levels before and since.</summary>
    public static string Levels(CounterHistory series, LevelChange change)
    {
        bool isCount = Units.IsCount(series.Unit);
        string unit = isCount || series.Unit.Length == 0 ? "" : " " + series.Unit;
        return $"{Plain.Number(change.Before, isCount)} → {Plain.Number(change.After, isCount)}{unit}";
    }

    /// <summary>The relative change with its interval.</summary>
    public static string Size(LevelChange change) => Plain.Percent(change.Change)
        + (change is { Low: double low, High: double high } ? $", 95% interval [{Plain.Percentage(low)}, {Plain.Percentage(high)}]" : "");

    /// <summary>What changed with it, the likeliest first.</summary>
    public static string Causes(LevelChange change) => Several([.. change.Causes.Select(Difference)]);

    /// <summary>What differs from the night before.</summary>
    public static string Differences(Night night) =>
        Several([.. night.Differences.GroupBy(each => each.Difference)
            .Select(same => $"{Difference(same.Key)} ({string.Join(", ", same.Select(each => each.Arm))})")]);

    /// <summary>A night by its date and session.</summary>
    public static string When(PlanHistory history, int night) => $"{Day(history.Nights[night])} ({history.Nights[night].Session})";

    /// <summary>The date (UTC).</summary>
    public static string Day(Night night) => night.Created.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The word of a verdict.</summary>
    public static string Word(HistoryVerdict verdict) => verdict switch
    {
        HistoryVerdict.NoChange => "no change",
        HistoryVerdict.TooFew => "too few nights",
        _ => Plain.Word(verdict),
    };

    private static PageStatement Statement(HistoryVerdict verdict, string name, string text) =>
        new(VerdictMark.Style(verdict), VerdictMark.Of(verdict), Word(verdict), name, text);

    private static string Difference(EnvironmentDifference difference) =>
        $"{difference.Name} {Cut(difference.Before)} → {Cut(difference.After)}";

    private static string Several(string[] texts) =>
        string.Join(", ", texts.Take(Spelled)) + (texts.Length > Spelled ? $" and {Plain.Whole(texts.Length - Spelled)} more" : "");

    private static string Cut(string? value) =>
        value is null ? "none" : value.Length <= LongestValue ? value : value[..LongestValue] + "...";
}
