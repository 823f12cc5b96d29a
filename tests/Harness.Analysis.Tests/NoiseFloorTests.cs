using System.Text.Json;
using Harness.Records;

namespace Harness.Analysis.Tests;

/// <summary>Does an A/A session say what the counters do when nothing differs, and what could be seen above that?</summary>
public sealed class NoiseFloorTests
{
    private static readonly double[] One = [10, 11, 10.5, 9.5];
    private static readonly double[] Other = [10.5, 10, 10, 10];

    [Fact]
    public void Spreads_and_floor_are_those_computed_by_hand()
    {
        NoiseFloor floor = Of(Runs.Pairs("workload.elapsed", One, Other, "s"), Runs.Elapsed);
        NoiseFloorRow row = Assert.Single(floor.Rows);
        double[] logs = [.. One.Zip(Other, (a, b) => Math.Log(b / a))];
        Assert.Equal(("before", "vm:before", 4), (floor.Arm, floor.Target, floor.Pairs));
        Assert.Equal((10.0, 8), (row.Median, row.N));
        Assert.Equal(Deviation([.. One.Concat(Other).Select(value => Math.Log(value))]), row.RunSpread!.Value, 12);
        Assert.Equal(Deviation(logs), row.PairSpread!.Value, 12);
        // t(0.975) with 3 degrees of freedom is 3.182; the interval of the change reaches as far
        Assert.Equal(Math.Exp(3.18245 * Deviation(logs) / 2) - 1, row.NoiseFloor!.Value, 4);
        Assert.Equal(row.High!.Value, ((1 + row.Change!.Value) * (1 + row.NoiseFloor.Value)) - 1, 9);
        // exact: 80 % power at 5 % with 3 degrees of freedom needs 4.256 standard errors
        Assert.InRange(Math.Log(1 + row.SmallestEffect!.Value) / (Deviation(logs) / 2), 4.256, 4.256 * 1.02);
        Assert.False(row.Flagged);
        Assert.True(floor.IsQuiet);
    }

    [Fact]
    public void Two_equal_sides_that_can_be_told_apart_are_flagged()
    {
        NoiseFloor floor = Of(Runs.Pairs("workload.elapsed", [10, 10.1, 9.9, 10], [12, 12.1, 11.9, 12.1], "s"), Runs.Elapsed);
        Assert.True(floor.Rows[0].Flagged);
        Assert.False(floor.IsQuiet);
    }

    [Fact]
    public void What_could_be_seen_allows_for_all_counters_judged_together_and_never_falls_under_the_negligible()
    {
        List<RunRecord> alone = Runs.Pairs("a", One, Other, "s");
        List<RunRecord> three = [.. alone.Select(run => run with { Counters = [.. "abc".Select(c => run.Counters[0] with { Name = $"{c}" })] })];
        JudgedCounter[] counters = [.. "abc".Select(c => new JudgedCounter($"{c}", Better.Lower))];
        Assert.True(Of(three, counters).Rows[0].SmallestEffect > 1.3 * Of(alone, counters[0]).Rows[0].SmallestEffect);

        NoiseFloorRow still = Of(Runs.Pairs("a", [10, 10, 10], [10, 10, 10], "s"), counters[0]).Rows[0];
        Assert.Equal((0.0, 0.0, 0.005), (still.PairSpread, still.NoiseFloor, still.SmallestEffect));
    }

    [Fact]
    public void A_counter_that_never_moved_takes_nothing_from_the_others()
    {
        List<RunRecord> runs = [.. Runs.Pairs("a", One, Other, "s").Select(run => run with { Counters = [.. run.Counters, Runs.Count("zero", 0)] })];
        NoiseFloor floor = Of(runs, new JudgedCounter("a", Better.Lower), new JudgedCounter("zero", Better.Lower));
        Assert.Equal(1, floor.JudgedTogether);
        NoiseFloorRow zero = floor.Rows[1];
        Assert.Equal((0.0, 4 + 4, null, null, null, null), (zero.Median, zero.N, zero.RunSpread, zero.PairSpread, zero.NoiseFloor, zero.SmallestEffect));
    }

    [Fact]
    public void A_counter_that_cannot_be_judged_says_why()
    {
        NoiseFloorRow row = Of(Runs.Pairs("other", One, Other), Runs.Tlb).Rows[0];
        Assert.Equal(("no run has this counter", null, 0), (row.Why, row.Median, row.N));
    }

    [Fact]
    public void The_object_has_the_documented_names_in_order()
    {
        JsonElement root = JsonDocument.Parse(AnalysisJson.Write(Of(Runs.Pairs("interrupts.TLB", [0], [0]), Runs.Tlb))).RootElement;
        Assert.Equal(["plan", "arm", "target", "pairs", "rows"], Names(root).Take(5));
        Assert.Equal(
            ["counter", "unit", "median", "n", "runSpread", "pairSpread", "change", "low", "high", "noiseFloor", "smallestEffect", "flagged"],
            Names(root.GetProperty("rows")[0]).Take(12));

        static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
    }

    [Fact]
    public void A_comparison_names_the_smallest_effect_and_the_pairs_that_are_wild()
    {
        double[] before = [.. Enumerable.Repeat(100.0, 12)];
        double[] after = [90, 91, 89, 90, 92, 90, 91, 900, 90, 91, 89, 90];
        ComparisonRow row = Runs.Only(Runs.Pairs("workload.elapsed", before, after, "s"), Runs.Elapsed);
        Assert.Contains("a wild run may hide a change, look at pair 7;", row.Why, StringComparison.Ordinal);
        Assert.True(row.SmallestEffect > row.Change);
        Assert.Null(Runs.Only(Runs.Pairs("workload.elapsed", [1], [1], "s"), Runs.Elapsed).SmallestEffect);
        Assert.Null(Runs.Only(Runs.Pairs("interrupts.TLB", [0, 0], [5, 6]), Runs.Tlb).SmallestEffect);
    }

    private static NoiseFloor Of(List<RunRecord> runs, params JudgedCounter[] counters) => NoiseFloor.Of(runs, "before", "before", "after", counters);

    private static double Deviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }
}
