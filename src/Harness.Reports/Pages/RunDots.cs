using System.Text.Json.Nodes;
using Harness.Analysis;

namespace Harness.Reports;

/// <summary>Every run's value of each counter as a dot, before above after, with lines between the two runs of a pair.</summary>
internal static class RunDots
{
    /// <summary>A range wider than this factor is drawn on a logarithmic scale. Assumed: beyond, the smaller side shrinks to a
    /// line.</summary>
    private const double WideRange = 20;

    /// <summary>With more pairs the dots are smaller and the lines between them begin hidden. Assumed: beyond, they cover each
    /// other.</summary>
    private const int PairsJoined = 30;

    /// <summary>Pairs whose values the table spells out. Assumed.</summary>
    private const int PairsListed = 200;

    /// <summary>Height of the room that an arm's dots spread over, in distances between the arms.</summary>
    private const double Spread = 0.7;

    /// <summary>The series that a reader may hide.</summary>
    private const string Pairs = "pairs";

    /// <summary>The part; null when no run has a value.</summary>
    public static PageSection? Of(SessionReport report)
    {
        Strip[] strips = [.. report.Comparison.Rows.Where(row => row.Cpu is null).Select(row => new Strip(report, row))
            .Where(strip => strip.Count > 0)];
        if (strips.Length == 0) return null;
        return new PageSection("runs-values", "Every run", page =>
        {
            page.Paragraph(
                "A dot a run: before above, after below, the first run of each on top. The bar is the median's interval.", "soft");
            if (strips.Any(strip => strip.Joined > 0))
                page.Toggle(Pairs, "join the two runs of a pair", strips.Max(strip => strip.Joined) <= PairsJoined);
            page.Charts(strips.Select((strip, i) => strip.Chart($"dots-{i}")));
            page.Details("The values", () => WriteValues(page, strips, report.Comparison.Paired));
        });
    }

    private static void WriteValues(Page page, Strip[] strips, bool paired)
    {
        int[] pairs = [.. strips.SelectMany(strip => strip.Before.Keys.Concat(strip.After.Keys)).Distinct().Order()];
        string number = paired ? "pair" : "run";
        string[] Row(int pair) =>
            [Plain.Whole(pair), .. strips.Select(strip => $"{strip.Text(strip.Before, pair)} → {strip.Text(strip.After, pair)}")];

        page.Table(
            $"Values by {number}, before → after", "lr", [number, .. strips.Select(strip => strip.Name)],
            pairs.Take(PairsListed).Select(Row));
        int more = pairs.Length - PairsListed;
        if (more > 0) page.Paragraph($"{Plain.Whole(more)} more {number}s are in the records.", "soft");
    }

    private sealed class Strip
    {
        private readonly ComparisonRow row;
        private readonly bool isCount;
        private readonly bool untrusted;
        private readonly bool paired;
        private readonly int pairs;

        public Strip(SessionReport report, ComparisonRow row)
        {
            this.row = row;
            isCount = Units.IsCount(row.Unit);
            untrusted = report.IsUntrusted(row);
            paired = report.Comparison.Paired;
            Before = ByPair(report, report.Comparison.Before.Name);
            After = ByPair(report, report.Comparison.After.Name);
            pairs = Before.Keys.Concat(After.Keys).DefaultIfEmpty().Max() + 1;
        }

        public string Name => Plain.Named(row.Counter, row.Unit);

        public Dictionary<int, double> Before { get; }

        public Dictionary<int, double> After { get; }

        public int Count => Before.Count + After.Count;

        public int Joined => paired ? Before.Keys.Intersect(After.Keys).Count() : 0;

        public string Text(Dictionary<int, double> side, int pair) => side.TryGetValue(pair, out double value)
            ? Plain.Number(value, isCount) : "-";

        public PageChart Chart(string id)
        {
            double[] values = [.. Before.Values, .. After.Values];
            bool logarithmic = values.Min() > 0 && values.Max() / values.Min() > WideRange;
            JsonObject axis = ChartParts.ValueAxis(
                (row.Unit.Length == 0 ? "value" : row.Unit) + (logarithmic ? ", logarithmic" : ""), logarithmic ? "log" : "value");
            axis["scale"] = true;
            axis["axisLabel"] = new JsonObject { ["hideOverlap"] = true };
            axis["splitNumber"] = 4;
            axis["axisLine"] = new JsonObject { ["onZero"] = false };
            return new PageChart(id, row.Counter,
                $"Before {Described(row.Before)}; after {Described(row.After)}.{(untrusted ? " Not trusted: the notes say why." : "")}",
                new JsonObject
                {
                    ["tooltip"] = ChartParts.Tip(),
                    ["legend"] = new JsonObject { ["show"] = false },
                    ["grid"] = ChartParts.Grid(left: 56, right: 24, top: 8, bottom: 44),
                    ["xAxis"] = axis,
                    ["yAxis"] = new JsonObject
                    {
                        ["type"] = "value", ["min"] = -0.8, ["max"] = 1.8, ["splitLine"] = new JsonObject { ["show"] = false },
                        ["axisLine"] = new JsonObject { ["show"] = false }, ["axisTick"] = new JsonObject { ["show"] = false },
                        ["axisLabel"] = new JsonObject { ["formatter"] = "side", ["color"] = "$ink",
                        ["customValues"] = new JsonArray(0, 1) },
                    },
                    ["series"] = new JsonArray(
                        Interval(row.Before, 1, "$before"), Interval(row.After, 0, "$after"), Lines(),
                        Dots("before", Before, 1), Dots("after", After, 0)),
                })
            { Height = 200 };
        }

        private string Described(Summary summary) => summary.N switch
        {
            0 => "no run",
            1 => $"{Plain.Number(summary.Median, isCount)}, one run",
            _ => $"{Plain.Number(summary.Median, isCount)} [{Plain.Number(summary.Low, isCount)}, {Plain.Number(summary.High, isCount)}], "
                + $"{Plain.Whole(summary.N)} runs",
        };

        private Dictionary<int, double> ByPair(SessionReport report, string arm) =>
            RunValues.Of(report.Shown, arm, row.Counter).ToDictionary(one => one.Run.Request.Pair, one => one.Value);

        // the first pair on top
        private double Place(int pair, int side) => side + (pairs == 1 ? 0 : Spread * (0.5 - ((double)pair / (pairs - 1))));

        private JsonObject Dots(string name, Dictionary<int, double> side, int place) => new()
        {
            ["name"] = name, ["type"] = "scatter", ["symbolSize"] = pairs > PairsJoined ? 5 : 8, ["z"] = 3,
            // told apart by their form too
            ["symbol"] = place == 1 ? "circle" : "diamond",
            ["itemStyle"] = new JsonObject
            {
                ["color"] = place == 1 ? "$before" : "$after", ["opacity"] = pairs > PairsJoined ? 0.6 : 0.85,
            },
            ["data"] = ChartParts.Array(side.Select(one => ChartParts.Mark(
                $"{name}, {(paired ? "pair" : "run")} {Plain.Whole(one.Key)}: {Plain.Number(one.Value, isCount)} {row.Unit}",
                one.Value, Place(one.Key, place)))),
        };

        private JsonObject Lines() => new()
        {
            ["name"] = Pairs, ["type"] = "lines", ["coordinateSystem"] = "cartesian2d", ["silent"] = true, ["z"] = 1,
            ["lineStyle"] = new JsonObject { ["color"] = "$join", ["opacity"] = 0.7, ["width"] = 1 },
            ["data"] = ChartParts.Array(Before.Where(one => paired && After.ContainsKey(one.Key)).Select(one => new JsonObject
            {
                ["coords"] = new JsonArray(new JsonArray(one.Value, Place(one.Key, 1)), new JsonArray(After[one.Key], Place(one.Key, 0))),
            })),
        };

        private static JsonObject Interval(Summary summary, int place, string colour) => new()
        {
            ["type"] = "custom", ["renderItem"] = "interval", ["silent"] = true, ["z"] = 2,
            ["itemStyle"] = new JsonObject { ["color"] = colour },
            ["encode"] = ChartParts.Ends(),
            ["data"] = summary is { N: > 1, Low: double low, High: double high }
                ? new JsonArray(new JsonArray(low, high, place == 1 ? 1.6 : -0.6)) : [],
        };
    }
}
