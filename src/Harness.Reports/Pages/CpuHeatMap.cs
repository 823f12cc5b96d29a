using System.Text.Json.Nodes;
using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports;

/// <summary>Where counters came up: a column a CPU, a row a run (or an arm, when there are many runs).</summary>
internal static class CpuHeatMap
{
    /// <summary>With more runs than this in an arm, its row is the median over them. Assumed: so many rows fit a screen.</summary>
    private const int RunsShown = 16;

    /// <summary>On a machine with more CPUs than this, cells do not say their number. Assumed.</summary>
    private const int CpusLabelled = 8;

    /// <summary>So few rows are higher, so that they are seen. Assumed.</summary>
    private const int FewRows = 4;

    /// <summary>Counters that get a map. Assumed.</summary>
    private const int Most = 6;

    /// <summary>The row whose CPUs a reader asks for first; it is shown even when the plan does not judge it.</summary>
    private const string Shootdowns = Interrupts + "TLB";

    private const string Interrupts = "interrupts.";

    /// <summary>The part; null when no counter has parts per CPU, or all of them are 0.</summary>
    public static PageSection? Of(SessionReport report)
    {
        Map[] maps =
        [
            .. Asked(report).Append(Shootdowns).Distinct()
                .Select(counter => Map.Of(report, counter)).OfType<Map>().Take(Most),
        ];
        CounterLine[] lines = [.. CounterRows.PerCpu(report, int.MaxValue)];
        if (maps.Length == 0 && lines.Length == 0) return null;
        return new PageSection("cpus", "Per CPU", page =>
        {
            for (int i = 0; i < maps.Length; i++) page.Chart(maps[i].Chart($"cpus-{i}"), 3);
            foreach (Map map in maps) page.Details($"{map.Counter}: the numbers", () => map.WriteTable(page));
            if (lines.Length > 0)
                page.Details("Changes and verdicts per CPU", () => CounterTable.Write(page, report, "Medians per CPU", lines));
        });
    }

    // what the plan wants by CPU, and the interrupts that it judges
    private static IEnumerable<string> Asked(SessionReport report) => report.Comparison.Rows
        .Where(row => row.Cpu is not null || row.Counter.StartsWith(Interrupts, StringComparison.Ordinal))
        .Select(row => row.Cpu is null ? row.Counter : row.Counter[..row.Counter.LastIndexOf('/')]);

    private sealed record Line(string Name, IReadOnlyDictionary<int, double> Cpus);

    private sealed record Map(string Counter, string What, int[] Cpus, Line[] Lines)
    {
        public static Map? Of(SessionReport report, string counter)
        {
            (string Side, IReadOnlyList<(RunRecord Run, IReadOnlyDictionary<int, double> Cpus)> Runs)[] arms =
            [
                ("before", RunValues.PerCpu(report.Shown, report.Comparison.Before.Name, counter)),
                ("after", RunValues.PerCpu(report.Shown, report.Comparison.After.Name, counter)),
            ];
            int[] cpus = [.. arms.SelectMany(arm => arm.Runs).SelectMany(one => one.Cpus.Keys).Distinct().Order()];
            if (!arms.SelectMany(arm => arm.Runs).SelectMany(one => one.Cpus.Values).Any(value => value > 0)) return null;
            bool single = arms.All(arm => arm.Runs.Count <= RunsShown);
            string what = single ? "a row a run with the number of its pair, the first on top" : "a row an arm: the medians over its runs";
            Line[] lines = [.. arms.Where(arm => arm.Runs.Count > 0).SelectMany(arm => single
                ? arm.Runs.Select(one => new Line($"{arm.Side} {Plain.Whole(one.Run.Request.Pair)}", one.Cpus))
                : [new Line(arm.Side, Medians(arm.Runs.Select(one => one.Cpus), cpus))])];
            return new Map(counter, what, cpus, lines);
        }

        public PageChart Chart(string id)
        {
            double most = Lines.Max(line => line.Cpus.Values.Max());
            (string busiest, int cpu) = Lines.SelectMany(line => line.Cpus.Select(part => (line.Name, part.Key, part.Value)))
                .Where(part => part.Value == most).Select(part => (part.Name, part.Key)).First();
            return new PageChart(id, Counter,
                $"A column a CPU, {What}. The most is {Plain.Number(most, true)}, on CPU {Plain.Whole(cpu)} ({busiest}); "
                    + "the scale is logarithmic.",
                new JsonObject
                {
                    ["tooltip"] = ChartParts.Tip(),
                    ["grid"] = ChartParts.Grid(left: 76, right: 12, top: 8, bottom: 96),
                    ["xAxis"] = Axis(ChartParts.ValueAxis("CPU", "category"), Cpus.Select(cpu => Plain.Whole(cpu)), inverse: false),
                    ["yAxis"] = Axis(new JsonObject { ["type"] = "category" }, Lines.Select(line => line.Name), inverse: true),
                    ["visualMap"] = new JsonObject
                    {
                        ["min"] = 0, ["max"] = Height(most), ["dimension"] = 2, ["orient"] = "horizontal", ["left"] = "center",
                        ["bottom"] = 4,
                        ["text"] = new JsonArray(Plain.Number(most, true), "0"), ["itemWidth"] = 14,
                        ["inRange"] = new JsonObject { ["color"] = new JsonArray("$few", "$some", "$many") },
                    },
                    ["series"] = new JsonArray(Cells()),
                })
            { Height = 110 + (Lines.Length * (Lines.Length <= FewRows ? 36 : 24)) };
        }

        public void WriteTable(Page page) => page.Table(
            $"{Counter} by CPU", "lr", ["CPU", .. Lines.Select(line => line.Name)], Cpus.Select(cpu =>
                (string[])
                [
                    Plain.Whole(cpu),
                    .. Lines.Select(line => Plain.Number(line.Cpus.TryGetValue(cpu, out double value) ? value : null, true)),
                ]));

        private static JsonObject Axis(JsonObject axis, IEnumerable<string> names, bool inverse)
        {
            axis["data"] = ChartParts.Strings(names);
            axis["inverse"] = inverse;
            axis["splitLine"] = new JsonObject { ["show"] = false };
            axis["axisTick"] = new JsonObject { ["show"] = false };
            return axis;
        }

        private JsonObject Cells() => new()
        {
            ["type"] = "heatmap",
            ["itemStyle"] = new JsonObject { ["borderColor"] = "$ground", ["borderWidth"] = Cpus.Length > 64 ? 0 : 1 },
            ["label"] = new JsonObject
            {
                ["show"] = Cpus.Length <= CpusLabelled, ["formatter"] = "cell", ["fontSize"] = 11, ["color"] = "$ink",
                ["backgroundColor"] = "$ground", ["padding"] = new JsonArray(2, 4), ["borderRadius"] = 3,
            },
            ["data"] = ChartParts.Array(Lines.SelectMany((line, row) => Cpus.Select((cpu, column) => (line, row, cpu, column))
                .Where(cell => cell.line.Cpus.ContainsKey(cell.cpu))
                .Select(cell => Cell(cell.line, cell.row, cell.cpu, cell.column)))),
        };

        private static JsonObject Cell(Line line, int row, int cpu, int column)
        {
            string text = Plain.Number(line.Cpus[cpu], true);
            JsonObject mark = ChartParts.Mark(
                $"{line.Name}, CPU {Plain.Whole(cpu)}: {text}", column, row, Math.Round(Height(line.Cpus[cpu]), 4));
            mark["text"] = text;
            return mark;
        }

        // 0 has a place on this scale, which a logarithm alone does not give it
        private static double Height(double value) => Math.Log10(1 + value);

        private static Dictionary<int, double> Medians(IEnumerable<IReadOnlyDictionary<int, double>> runs, int[] cpus)
        {
            IReadOnlyDictionary<int, double>[] all = [.. runs];
            Dictionary<int, double> medians = [];
            foreach (int cpu in cpus)
            {
                double[] values = [.. all.Where(run => run.ContainsKey(cpu)).Select(run => run[cpu])];
                if (Summary.Of(values).Median is double median) medians.Add(cpu, median);
            }
            return medians;
        }
    }
}
