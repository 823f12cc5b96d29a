using System.Text.Json.Nodes;
using Harness.Analysis;

namespace Harness.Reports;

/// <summary>The changes of all counters with their intervals about zero.</summary>
internal static class ChangeForest
{
    /// <summary>The chart ends here, in percent; what lies beyond is drawn at its edge. Assumed: a doubling of a doubling would squeeze
    /// all others.</summary>
    private const double Most = 200;

    // less than nothing cannot be left; the ends of an interval are rounded
    private const double Least = -100;

    private const int RowHeight = 64;

    /// <summary>The part; null when no counter has a change that counts.</summary>
    public static PageSection? Of(SessionReport report)
    {
        ComparisonRow[] rows =
            [.. report.Comparison.Rows.Where(row => row is { Cpu: null, Change: not null, Verdict: not Verdict.Invalid })];
        if (rows.Length == 0) return null;
        return new PageSection("changes", "Changes with their intervals", page => page.Chart(Chart(report, rows), level: 0));
    }

    private static PageChart Chart(SessionReport report, ComparisonRow[] rows)
    {
        (int Place, double Change)[] model = [.. Modelled(report, rows)];
        double[] ends = [.. rows.SelectMany(row => new[] { row.Change, row.Low, row.High }).OfType<double>()
            .Concat(model.Select(each => each.Change)).Select(Percent)];
        string beyond = ends.Max() > Most
            ? FormattableString.Invariant($" The scale ends at +{Most:0}%: what lies beyond ends at its edge.") : "";
        string how = report.Comparison.Paired ? "pair by pair" : "by the means of unpaired runs";
        string intervals = rows.Any(row => row.Low is not null) ? ", with its 95% interval" : "; so few runs have no interval";
        string diamonds = model.Length > 0 ? " Hollow diamonds: what the model predicts." : "";
        return new PageChart("changes-chart", "Changes with their intervals",
            $"The change of each counter, {how}{intervals}. The line is no change.{diamonds}{beyond}", new JsonObject
            {
                ["tooltip"] = ChartParts.Tip(),
                ["grid"] = ChartParts.Grid(left: 12, right: 16, top: 8, bottom: 48),
                ["xAxis"] = Axis(ends),
                ["yAxis"] = new JsonObject
                {
                    ["type"] = "category", ["inverse"] = true, ["data"] = ChartParts.Array(rows.Select(row => (JsonNode)Label(row))),
                    ["axisLine"] = new JsonObject { ["show"] = false }, ["axisTick"] = new JsonObject { ["show"] = false },
                    ["axisLabel"] = new JsonObject
                    {
                        ["inside"] = true, ["margin"] = 0, ["verticalAlign"] = "bottom", ["padding"] = new JsonArray(0, 0, 4, 0),
                        ["color"] = "$ink",
                        ["width"] = "$room", ["overflow"] = "truncate", ["interval"] = 0, ["lineHeight"] = 15, ["fontSize"] = 12,
                        ["textBorderColor"] = "$ground", ["textBorderWidth"] = 3,
                    },
                    ["z"] = 5,
                },
                ["series"] = new JsonArray(Intervals(rows), Changes(rows), Models(rows, model)),
            })
        { Height = 60 + (rows.Length * RowHeight) };
    }

    private static JsonObject Axis(double[] ends)
    {
        JsonObject axis = ChartParts.ValueAxis("change");
        axis["axisLabel"] = new JsonObject { ["formatter"] = "percent", ["hideOverlap"] = true };
        if (ends.Max() > Most) axis["max"] = Most;
        if (ends.Min() < Least / 2)
        {
            // the scale's own steps would end beyond it, where nothing can be
            double step = ends.Max() > 100 ? 50 : 25;
            axis["min"] = Least;
            axis["interval"] = step;
            axis["max"] = Math.Min(Most, step * Math.Max(0, Math.Ceiling(ends.Max() / step)));
        }
        return axis;
    }

    private static JsonObject Intervals(ComparisonRow[] rows) => new()
    {
        ["type"] = "custom", ["renderItem"] = "interval", ["clip"] = true, ["z"] = 2, ["encode"] = ChartParts.Ends(),
        ["data"] = ChartParts.Array(rows.Select((row, place) => (row, place)).Where(each => each.row is { Low: not null, High: not null })
            .Select(each => Coloured(
                ChartParts.Mark(Tip(each.row), Shown(each.row.Low!.Value), Shown(each.row.High!.Value), each.place), each.row.Verdict))),
    };

    private static JsonObject Changes(ComparisonRow[] rows) => new()
    {
        ["type"] = "scatter", ["z"] = 3, ["symbolSize"] = 11,
        ["data"] = ChartParts.Array(rows.Select((row, place) =>
        {
            double change = Percent(row.Change!.Value);
            JsonObject mark = Coloured(ChartParts.Mark(Tip(row), Shown(row.Change!.Value), place), row.Verdict);
            if (change > Most)
            {
                mark["symbol"] = "triangle";
                mark["symbolRotate"] = -90;
            }
            return mark;
        })),
        // the line of no change
        ["markLine"] = new JsonObject
        {
            ["silent"] = true, ["symbol"] = "none", ["data"] = new JsonArray(new JsonObject { ["xAxis"] = 0 }),
            ["lineStyle"] = new JsonObject { ["color"] = "$ink", ["type"] = "solid", ["width"] = 1 },
            ["label"] = new JsonObject { ["show"] = false },
        },
    };

    private static JsonObject Models(ComparisonRow[] rows, (int Place, double Change)[] model) => new()
    {
        ["type"] = "scatter", ["z"] = 4, ["symbol"] = "diamond", ["symbolSize"] = 11,
        ["itemStyle"] = new JsonObject { ["color"] = "transparent", ["borderColor"] = "$ink", ["borderWidth"] = 1.5 },
        ["data"] = ChartParts.Array(model.Select(each => ChartParts.Mark(
            $"{rows[each.Place].Counter}: modelled {Plain.Percent(each.Change)}", Shown(each.Change), each.Place))),
    };

    private static IEnumerable<(int Place, double Change)> Modelled(SessionReport report, ComparisonRow[] rows)
    {
        for (int place = 0; place < rows.Length; place++)
        {
            ComparisonRow? model = report.Modelled?.Rows.FirstOrDefault(row => row.Counter == rows[place].Counter);
            if (model?.Change is double change) yield return (place, change);
        }
    }

    private static string Label(ComparisonRow row) =>
        $"{ChartParts.Name(row.Counter)}\n{Plain.Percent(row.Change)} {Interval(row)} "
            + $"{VerdictMark.Of(row.Verdict)} {Words.Of(row.Verdict)}";

    private static string Tip(ComparisonRow row) => $"{row.Counter}: {Plain.Percent(row.Change)} {Interval(row)} {Words.Of(row.Verdict)}";

    private static string Interval(ComparisonRow row) =>
        row is { Low: not null, High: not null } ? Plain.Interval(row.Low, row.High) : "";

    private static JsonObject Coloured(JsonObject mark, Verdict verdict)
    {
        mark["itemStyle"] = new JsonObject { ["color"] = VerdictMark.Colour(verdict) };
        return mark;
    }

    private static double Percent(double share) => share * 100;

    private static double Shown(double share) => Math.Clamp(Percent(share), Least, Most);
}
