using System.Globalization;
using System.Text.Json.Nodes;
using Harness.Analysis;

namespace Harness.Reports;

/// <summary>One series of a history as a chart over its nights.</summary>
internal static class HistoryChart
{
    /// <summary>With more nights than this, dots are small. Assumed.</summary>
    private const int ManyNights = 90;

    /// <summary>Marks of the environment stand at least this share of the nights apart, or only the first says its name. Assumed: 16 fit
    /// a telephone's width.</summary>
    private const int MarksNamed = 16;

    /// <summary>Above the plot: the environment's marks, and over them the changes of level; in CSS pixels.</summary>
    private const int FirstRow = 3, SecondRow = 17;

    /// <summary>The name of the n-th change of the environment, as charts and the table have it.</summary>
    public static string Mark(int place) => string.Create(CultureInfo.InvariantCulture, $"E{place + 1}");

    /// <summary>The chart.</summary>
    /// <param name="history">The history.</param>
    /// <param name="series">One of its series with at least one value.</param>
    /// <param name="id">The chart's name within the page.</param>
    public static PageChart Of(PlanHistory history, CounterHistory series, string id)
    {
        NightValue[] values = [.. series.Values.Where(value => value.Summary.Median is not null)];
        JsonObject axis = ChartParts.ValueAxis("night", "category");
        axis["data"] = ChartParts.Strings(history.Nights.Select(HistoryText.Date));
        axis["axisLabel"] = new JsonObject { ["hideOverlap"] = true };
        axis["axisLine"] = new JsonObject { ["onZero"] = false };
        return new PageChart(id, HistoryWords.Name(series), Says(history, series, values), new JsonObject
        {
            ["tooltip"] = ChartParts.Tip(),
            ["grid"] = ChartParts.Grid(left: 72, right: 20, top: 38, bottom: 46),
            ["xAxis"] = axis,
            ["yAxis"] = new JsonObject { ["type"] = "value", ["scale"] = true, ["splitNumber"] = 4, ["name"] = "" },
            ["series"] = new JsonArray(
                Bands(values), Levels(history, series, values), Dots(history, series, values), Outliers(history, series, values)),
        })
        { Height = 250 };
    }

    private static string Says(PlanHistory history, CounterHistory series, NightValue[] values)
    {
        bool isCount = Units.IsCount(series.Unit);
        string unit = series.Unit.Length == 0 ? "" : " " + series.Unit;
        LevelChange? last = series.Changes.Count > 0 ? series.Changes[^1] : null;
        string nights = HistoryText.Nights(values.Length);
        double? least = values.Min(value => value.Summary.Median), most = values.Max(value => value.Summary.Median);
        string newest = Plain.Number(values[^1].Summary.Median, isCount);
        return $"{VerdictMark.Of(series.Verdict)} {Words.Of(series.Verdict)}: {newest}{unit} in the newest of {nights}, "
            + $"{Plain.Number(least, isCount)} to {Plain.Number(most, isCount)} over all"
            + (last is null ? "."
                : $"; the level last changed on {HistoryText.Date(history.Nights[last.Night])}, {HistoryText.Change(last.Change)}.");
    }

    private static JsonObject Bands(NightValue[] values) => new()
    {
        ["type"] = "custom", ["renderItem"] = "band", ["silent"] = true, ["z"] = 1, ["clip"] = true,
        ["itemStyle"] = new JsonObject { ["color"] = "$before" },
        ["encode"] = new JsonObject { ["x"] = 0, ["y"] = new JsonArray(1, 2) },
        ["data"] = ChartParts.Array(values.Where(value => value.Summary is { Low: not null, High: not null, N: > 1 })
            .Select(value => new JsonArray(value.Night, value.Summary.Low!.Value, value.Summary.High!.Value))),
    };

    // one step for each level, with the changes as upright lines
    private static JsonObject Levels(PlanHistory history, CounterHistory series, NightValue[] values) => new()
    {
        ["type"] = "line", ["step"] = "end", ["showSymbol"] = false, ["silent"] = true, ["z"] = 2,
        ["lineStyle"] = new JsonObject { ["color"] = "$ink", ["type"] = "dashed", ["width"] = 1.5 },
        ["data"] = ChartParts.Array(Steps(series, values).Select(step => new JsonArray(step.Night, step.Level))),
        ["markLine"] = new JsonObject
        {
            ["silent"] = true, ["symbol"] = "none", ["animation"] = false,
            ["data"] = ChartParts.Array([.. EnvironmentLines(history), .. ChangeLines(series)]),
        },
    };

    private static IEnumerable<(int Night, double Level)> Steps(CounterHistory series, NightValue[] values)
    {
        int first = values[0].Night, last = values[^1].Night;
        if (series.Changes.Count == 0)
        {
            IEnumerable<NightValue> usual = values.Where(value => !value.Outlier).DefaultIfEmpty(values[^1]);
            double level = Summary.Of([.. usual.Select(value => value.Summary.Median!.Value)]).Median!.Value;
            return first == last ? [(first, level)] : [(first, level), (last, level)];
        }
        return
        [
            (first, series.Changes[0].Before),
            .. series.Changes.Select(change => (change.Night, change.After)),
            (last, series.Changes[^1].After),
        ];
    }

    private static IEnumerable<JsonNode> EnvironmentLines(PlanHistory history)
    {
        int place = 0;
        int free = 0;
        for (int night = 0; night < history.Nights.Count; night++)
        {
            if (history.Nights[night].Differences.Count == 0) continue;
            yield return Line(night, night >= free ? Mark(place) : "", "$soft", "dotted", FirstRow);
            place++;
            if (night >= free) free = night + 1 + (history.Nights.Count / MarksNamed);
        }
    }

    private static IEnumerable<JsonNode> ChangeLines(CounterHistory series) => series.Changes.Select(change =>
        Line(change.Night, $"{VerdictMark.Of(change.Kind)} {HistoryText.Change(change.Change)}", Colour(change.Kind), "solid", SecondRow));

    private static JsonObject Line(int night, string text, string colour, string type, int above) => new()
    {
        ["xAxis"] = night,
        ["lineStyle"] = new JsonObject { ["color"] = colour, ["type"] = type, ["width"] = 1.5 },
        ["label"] = new JsonObject
        {
            ["show"] = text.Length > 0, ["formatter"] = text, ["position"] = "end", ["distance"] = above, ["rotate"] = 0,
            ["color"] = colour, ["fontSize"] = 11,
        },
    };

    private static JsonObject Dots(PlanHistory history, CounterHistory series, NightValue[] values) => new()
    {
        ["type"] = "scatter", ["z"] = 3, ["symbolSize"] = values.Length > ManyNights ? 3 : 6,
        ["itemStyle"] = new JsonObject { ["color"] = "$before" },
        ["data"] = ChartParts.Array(values.Where(value => !value.Outlier).Select(value => Dot(history, series, value))),
    };

    private static JsonObject Outliers(PlanHistory history, CounterHistory series, NightValue[] values) => new()
    {
        ["type"] = "scatter", ["z"] = 4, ["symbol"] = "triangle", ["symbolSize"] = 9,
        ["itemStyle"] = new JsonObject { ["color"] = "$warn" },
        ["data"] = ChartParts.Array(values.Where(value => value.Outlier).Select(value => Dot(history, series, value))),
    };

    private static JsonObject Dot(PlanHistory history, CounterHistory series, NightValue value)
    {
        bool isCount = Units.IsCount(series.Unit);
        Summary summary = value.Summary;
        string interval = summary.N > 1 ? $" [{Plain.Number(summary.Low, isCount)}, {Plain.Number(summary.High, isCount)}]" : "";
        return ChartParts.Mark(
            $"{HistoryWords.When(history, value.Night)}: {Plain.Number(summary.Median, isCount)}{interval} {series.Unit}, "
                + $"n={Plain.Whole(summary.N)}",
            value.Night, summary.Median);
    }

    private static string Colour(HistoryVerdict kind) => kind switch
    {
        HistoryVerdict.Regressed => "$bad",
        HistoryVerdict.Improved => "$good",
        _ => "$other",
    };
}
