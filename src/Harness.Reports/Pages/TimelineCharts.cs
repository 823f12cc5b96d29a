using System.Text.Json.Nodes;
using Harness.Records;

namespace Harness.Reports;

/// <summary>Counters over the window's time: their rate, a line a run.</summary>
internal static class TimelineCharts
{
    /// <summary>Counters that get a chart. Assumed.</summary>
    private const int Most = 12;

    /// <summary>Runs of an arm that are drawn: the first. Assumed: more lines cannot be told apart.</summary>
    private const int RunsDrawn = 12;

    /// <summary>A line has at most this many points; of more samples, neighbours are taken together. Assumed: more are finer than a
    /// screen.</summary>
    private const int PointsDrawn = 300;

    /// <summary>With more points than this, a line is drawn without dots to point at. Assumed.</summary>
    private const int Dotted = 60;

    /// <summary>The part; null when no run has at least two samples of a counter.</summary>
    public static PageSection? Of(SessionReport report)
    {
        Rate[] rates = [.. Rates(report, report.Comparison.Before.Name, "before"), .. Rates(report, report.Comparison.After.Name, "after")];
        IGrouping<string, Rate>[] counters = [.. rates.GroupBy(rate => rate.Counter)];
        if (counters.Length == 0) return null;
        return new PageSection("timelines", "Over the window", page =>
        {
            page.Paragraph("The rate from each sample to the next, a line a run; counted by the sampler to the window's end.", "soft");
            page.Charts(counters.Take(Most).Select((rates, i) => Chart($"timeline-{i}", [.. rates])));
            if (counters.Length > Most) page.Paragraph($"{Plain.Whole(counters.Length - Most)} more counters are in the records.", "soft");
            page.Details("The rates in numbers", () => page.Table("Rates over the window", "lllrrr",
                ["counter", "side", "pair", "samples", "mean per second", "highest per second"],
                counters.SelectMany(counter => counter).Select(rate => (string[])
                [
                    rate.Counter, rate.Side, Plain.Whole(rate.Pair), Plain.Whole(rate.Samples), Plain.Number(rate.Mean),
                    Plain.Number(rate.Points.Max(point => point.PerSecond)),
                ])));
        });
    }

    private static PageChart Chart(string id, Rate[] rates)
    {
        string unit = rates[0].Unit.Length == 0 ? "a second" : $"{rates[0].Unit} a second";
        JsonObject[] series =
        [
            .. rates.GroupBy(rate => rate.Side).SelectMany(side => side.Take(RunsDrawn)).Select(rate => new JsonObject
            {
                ["name"] = rate.Side, ["type"] = "line", ["showSymbol"] = rate.Points.Length <= Dotted, ["symbolSize"] = 5,
                ["symbol"] = rate.Side == "before" ? "circle" : "diamond",
                ["itemStyle"] = new JsonObject { ["color"] = rate.Side == "before" ? "$before" : "$after" },
                ["lineStyle"] = new JsonObject
                {
                    ["width"] = 1.5, ["opacity"] = 0.8, ["type"] = rate.Side == "before" ? "solid" : "dashed",
                },
                ["data"] = ChartParts.Array(rate.Points.Select(point => ChartParts.Mark(
                    $"{rate.Side}, pair {Plain.Whole(rate.Pair)}, {Plain.Number(point.Second)} s: {Plain.Number(point.PerSecond)} {unit}",
                    point.Second, point.PerSecond))),
            }),
        ];
        bool more = rates.GroupBy(rate => rate.Side).Any(side => side.Count() > RunsDrawn);
        string first = more ? $" The first {RunsDrawn} runs of each side." : "";
        return new PageChart(id, rates[0].Counter,
            $"In {unit}; before solid, after dashed.{first} {Peak(rates, "before")}{Peak(rates, "after")}".TrimEnd(),
            new JsonObject
            {
                ["tooltip"] = ChartParts.Tip(),
                ["legend"] = new JsonObject { ["top"] = 0, ["left"] = "center" },
                ["grid"] = ChartParts.Grid(left: 64, right: 20, top: 34, bottom: 46),
                ["xAxis"] = ChartParts.ValueAxis("seconds of the window"),
                ["yAxis"] = new JsonObject { ["type"] = "value", ["splitNumber"] = 4 },
                ["series"] = ChartParts.Array(series),
            })
        { Height = 250 };
    }

    private static string Peak(Rate[] rates, string side) => rates.Where(rate => rate.Side == side).SelectMany(rate => rate.Points)
        .Select(point => (double?)point.PerSecond).Max() is double peak ? $"Highest {side}: {Plain.Number(peak)}. " : "";

    private static IEnumerable<Rate> Rates(SessionReport report, string arm, string side)
    {
        foreach (RunRecord run in report.Shown.Where(run => run.Request.Arm == arm && run.State == RunState.Done))
        {
            if (run.Timeline is not { } timeline) continue;
            foreach (TimelineSeries series in timeline.Series)
            {
                (double, double)[] points = Points(timeline, series);
                if (points.Length < 2) continue;
                double mean = series.Values[^1] / timeline.Seconds[^1];
                yield return new Rate(
                    series.Counter, series.Unit, side, run.Request.Pair, timeline.Seconds.Count,
                    double.IsFinite(mean) ? mean : null, points);
            }
        }
    }

    // Totals become rates. A damaged record may hold anything: what does not ascend in time or is no number has no point.
    private static (double Second, double PerSecond)[] Points(Timeline timeline, TimelineSeries series)
    {
        int samples = Math.Min(timeline.Seconds.Count, series.Values.Count);
        int step = (samples + PointsDrawn - 1) / PointsDrawn;
        List<(double, double)> points = [];
        (double time, double total) = (0, 0);
        for (int i = step - 1; i < samples && step > 0; i += step)
        {
            (double now, double sum) = (timeline.Seconds[i], series.Values[i]);
            if (!double.IsFinite(now) || !double.IsFinite(sum) || now <= time) continue;
            points.Add((Math.Round((time + now) / 2, 4), Math.Round((sum - total) / (now - time), 4)));
            (time, total) = (now, sum);
        }
        return [.. points];
    }

    private sealed record Rate(
        string Counter, string Unit, string Side, int Pair, int Samples, double? Mean, (double Second, double PerSecond)[] Points);
}
