using System.Globalization;
using Harness.Analysis;

namespace Harness.Reports;

/// <summary>Sentences about a history, the same on a console, in a page, in JUnit and in Markdown.</summary>
public static class HistoryText
{
    /// <summary>More causes than this are only counted. Assumed.</summary>
    private const int CausesShown = 3;

    /// <summary>From this relative change on it is told as a multiple. Assumed: percents of five digits are read by nobody.</summary>
    private const double ManyTimes = 9;

    /// <summary>A cause's value longer than this is cut. Assumed: two fit a line.</summary>
    private const int LongestValue = 60;

    /// <summary>What is to be said of a series tonight: of the change behind its verdict, or why there is none.</summary>
    /// <param name="history">The history.</param>
    /// <param name="series">One of its series.</param>
    public static string Of(PlanHistory history, CounterHistory series) =>
        Of(history, series, Behind(series) is { } change ? $"; {Cause(change)}" : "");

    /// <summary>The same without the causes, for a list whose entries share them.</summary>
    internal static string WithoutCause(PlanHistory history, CounterHistory series) => Of(history, series, "");

    /// <summary>The causes of a change as a clause.</summary>
    internal static string Cause(LevelChange change) =>
        Causes(change) is { } causes ? $"likely cause: {causes}" : "nothing is known to have changed with it";

    private static string Of(PlanHistory history, CounterHistory series, string cause)
    {
        string name = $"{series.Counter} of '{series.Arm}'";
        LevelChange? change = Behind(series);
        string said = change is null ? "" : $"{name} {Clause(history, series, change)}{cause}";
        return (change, series.Why) switch
        {
            (null, null) => $"{name}: {Words.Of(series.Verdict)}",
            (null, { } why) => $"{name}: {why}",
            (_, null) => said,
            (_, { } why) => $"{said}; {why}",
        };
    }

    /// <summary>One change: <c>rose from 2 to 17,040 interrupts (8,520 times as much) in the night of 2026-11-21</c>.</summary>
    public static string Clause(PlanHistory history, CounterHistory series, LevelChange change)
    {
        bool isCount = Units.IsCount(series.Unit);
        string unit = series.Unit.Length > 0 ? " " + series.Unit : "";
        string verb = change.After >= change.Before ? "rose" : "fell";
        string Level(double level) => Plain.Number(Rounded(level), isCount);
        return $"{verb} from {Level(change.Before)} to {Level(change.After)}{unit}{Relative(change)} "
            + $"in the night of {Date(history.Nights[change.Night])}";
    }

    /// <summary>The causes of a change, the likeliest first; null when there are none.</summary>
    public static string? Causes(LevelChange change)
    {
        if (change.Causes.Count == 0) return null;
        // a kernel's build and its file's checksum say no more than its release, where that differs
        bool release = change.Causes.Any(cause => cause.Name == "kernel.release");
        EnvironmentDifference[] telling =
            [.. change.Causes.Where(cause => !release || cause.Name is not ("kernel.build" or "vm.kernel.sha256")).Take(CausesShown)];
        string shown = string.Join(", ", telling.Select(Difference));
        int more = change.Causes.Count - telling.Length;
        return more > 0 ? $"{shown} and {Plain.Whole(more)} more" : shown;
    }

    /// <summary>A night's day (UTC).</summary>
    public static string Date(Night night) => night.Created.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>So many nights.</summary>
    internal static string Nights(int count) => count == 1 ? "1 night" : $"{Plain.Whole(count)} nights";

    /// <summary>The plan, its shape and the box of a history.</summary>
    public static string Title(PlanHistory history)
    {
        string shape = history.Shape is null ? "" : $" {history.Shape}";
        string box = history.Box is null ? "" : $" on {history.Box}";
        string last = Date(history.Nights[^1]) != Date(history.Nights[0]) ? $" to {Date(history.Nights[^1])}" : "";
        return $"{history.Plan}{shape}{box}: {Nights(history.Nights.Count)}, {Date(history.Nights[0])}{last}";
    }

    /// <summary>What differs in an environment's name.</summary>
    internal static string Difference(EnvironmentDifference difference) =>
        $"{difference.Name} {Cut(difference.Before)} -> {Cut(difference.After)}";

    /// <summary>The change that the verdict is about; null where it is about none.</summary>
    internal static LevelChange? Behind(CounterHistory series) => series.Verdict switch
    {
        HistoryVerdict.Regressed => series.Changes.FirstOrDefault(change => change.Stands),
        HistoryVerdict.Improved or HistoryVerdict.Changed => series.Changes[^1],
        _ => null,
    };

    /// <summary>
    /// A level as printed: a mean of medians on a scale of its own, so that what is whole each night comes back with a tiny remainder.
    /// </summary>
    internal static double Rounded(double value) => Math.Abs(value - Math.Round(value)) < 1e-6 ? Math.Round(value) : value;

    /// <summary>A relative change where there is little room: percent, or a multiple.</summary>
    internal static string Change(double? relative) => relative >= ManyTimes ? $"×{Times(relative.Value)}" : Plain.Percent(relative);

    private static string Times(double relative) => Plain.Whole((long)Math.Min(1e15, relative + 1));

    private static string Relative(LevelChange change)
    {
        if (change.Change is not { } relative) return "";
        if (relative >= ManyTimes) return $" ({Times(relative)} times as much)";
        string interval = change is { Low: not null, High: not null } ? " " + Plain.Interval(change.Low, change.High) : "";
        return $" ({Plain.Percent(relative)}{interval})";
    }

    private static string Cut(string? value) => value is null ? "none"
        : value.Length <= LongestValue ? value : value[..LongestValue] + "...";
}
