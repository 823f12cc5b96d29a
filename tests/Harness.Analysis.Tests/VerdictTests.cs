using Harness.Records;

namespace Harness.Analysis.Tests;

/// <summary>Does each situation get the verdict that a careful reader would give?</summary>
public sealed class VerdictTests
{
    private static readonly double[] Steady8000 = [8000, 8010, 7990, 8005];

    [Fact]
    public void A_fall_from_8000_to_between_0_and_3_is_improved_where_lower_is_better()
    {
        ComparisonRow row = Runs.Only(Runs.Pairs("interrupts.TLB", Steady8000, [0, 3, 1, 2]), Runs.Tlb);
        Assert.Equal(Verdict.Improved, row.Verdict);
        Assert.InRange(row.Change!.Value, -1, -0.999);
        Assert.InRange(row.Low!.Value, -1, row.Change.Value);
        Assert.InRange(row.High!.Value, row.Change.Value, -0.999);
    }

    [Theory]
    [InlineData(Better.Lower, Verdict.Regressed)]
    [InlineData(Better.Neither, Verdict.Changed)]
    [InlineData(Better.Higher, Verdict.Improved)]
    public void A_rise_is_judged_by_the_counters_own_direction(Better better, Verdict expected) =>
        Assert.Equal(expected, Runs.Only(Runs.Pairs("c", [100, 101, 99], [200, 203, 198]), new JudgedCounter("c", better)).Verdict);

    [Fact]
    public void Two_pairs_are_enough_for_a_shift_far_beyond_their_scatter() =>
        Assert.Equal(Verdict.Improved, Runs.Only(Runs.Pairs("interrupts.TLB", [8190, 8204], [17, 16]), Runs.Tlb).Verdict);

    [Fact]
    public void Two_equal_pairs_of_single_events_are_no_proof_of_a_doubling()
    {
        ComparisonRow row = Runs.Only(Runs.Pairs("interrupts.TLB", [1, 1], [2, 2]), Runs.Tlb);
        Assert.Equal(Verdict.Undecided, row.Verdict);
        Assert.Equal(1, row.Change!.Value, 12);
    }

    [Fact]
    public void Nothing_on_both_sides_did_not_change()
    {
        ComparisonRow row = Runs.Only(Runs.Pairs("interrupts.TLB", [0, 0], [0, 0]), Runs.Tlb);
        Assert.Equal((Verdict.NoChange, 0.0, 0.0, 0.0), (row.Verdict, row.Change, row.Low, row.High));
    }

    [Fact]
    public void From_nothing_to_much_regresses_without_a_relative_change()
    {
        ComparisonRow row = Runs.Only(Runs.Pairs("interrupts.TLB", [0, 0, 0], [500, 510, 490]), Runs.Tlb);
        Assert.Equal((Verdict.Regressed, null, null, null), (row.Verdict, row.Change, row.Low, row.High));
    }

    [Fact]
    public void An_interval_within_the_smallest_effect_is_no_change()
    {
        ComparisonRow row = Runs.Only(Runs.Pairs("workload.elapsed", [10, 10.1, 9.9, 10], [10.1, 10, 10, 9.9], "s"), Runs.Elapsed);
        Assert.Equal(Verdict.NoChange, row.Verdict);
        Assert.InRange(row.Low!.Value, -0.05, 0);
    }

    [Fact]
    public void A_certain_change_of_one_page_in_65536_is_no_change_and_says_so()
    {
        double[] before = [.. Enumerable.Repeat(65536.0, 20)];
        double[] after = [.. Enumerable.Repeat(65535.0, 20)];
        ComparisonRow row = Runs.Only(Runs.Pairs("vmstat.pgmigrate_success", before, after, "pages"), Runs.Migrated);
        Assert.Equal(Verdict.NoChange, row.Verdict);
        Assert.Contains("less than 0.5%", row.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Wide_scatter_is_undecided_and_says_how_many_more_pairs()
    {
        ComparisonRow row = Runs.Only(Runs.Pairs("workload.elapsed", [10, 12, 9, 11], [11, 10, 12, 11], "s"), Runs.Elapsed);
        Assert.Equal(Verdict.Undecided, row.Verdict);
        Assert.InRange(row.MoreRuns!.Value, 1, 1000);
        Assert.Contains("more pairs would settle it", row.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Hopeless_scatter_says_that_no_affordable_number_of_pairs_would_do()
    {
        // about ten times up or down, on average 6 %: neither the direction nor the absence of a change can be shown
        ComparisonRow row = Runs.Only(Runs.Pairs("workload.elapsed", [1, 10, 1, 10], [11, 1, 10.5, 1.09], "s"), Runs.Elapsed);
        Assert.Equal((Verdict.Undecided, (int?)null), (row.Verdict, row.MoreRuns));
        Assert.Contains("not even 1,000 pairs", row.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void One_pair_is_undecided_with_its_change_but_no_interval()
    {
        ComparisonRow row = Runs.Only(Runs.Pairs("interrupts.TLB", [8000], [16]), Runs.Tlb);
        Assert.Equal((Verdict.Undecided, 1, 5), (row.Verdict, row.Pairs, row.MoreRuns));
        Assert.Equal(-0.998, row.Change!.Value, 12);
        Assert.Null(row.Low);
    }

    [Fact]
    public void A_regression_that_stands_alone_does_not_stand_when_many_counters_are_judged()
    {
        // p is 0.024: enough for one counter, but eight such ones have to reach 0.05 / 8
        double[] before = [100, 100, 100, 100];
        double[] after = [104, 102, 105, 107];
        List<RunRecord> runs = [];
        for (int i = 0; i < 4; i++)
        {
            runs.Add(Runs.Run("before", i, [.. Names().Select(name => new Counter { Name = name, Unit = "s", Value = before[i] })]));
            runs.Add(Runs.Run("after", i, [.. Names().Select((name, k) => new Counter { Name = name, Unit = "s", Value = after[(i + k) % 4] })]));
        }
        JudgedCounter[] counters = [.. Names().Select(name => new JudgedCounter(name, Better.Lower))];
        Assert.Equal(Verdict.Regressed, Comparison.Of(runs, "before", "after", counters[..1]).Rows[0].Verdict);
        Comparison together = Comparison.Of(runs, "before", "after", counters);
        Assert.Equal(8, together.JudgedTogether);
        Assert.All(together.Rows, row => Assert.Equal(Verdict.Undecided, row.Verdict));
        Assert.Contains("among so many counters", together.Rows[0].Why, StringComparison.Ordinal);

        static IEnumerable<string> Names() => Enumerable.Range(0, 8).Select(i => "c" + i);
    }

    [Fact]
    public void A_wild_run_that_hides_a_change_is_pointed_out()
    {
        double[] before = [.. Enumerable.Repeat(100.0, 12)];
        double[] after = [90, 91, 89, 90, 92, 90, 91, 900, 90, 91, 89, 90];
        ComparisonRow wild = Runs.Only(Runs.Pairs("workload.elapsed", before, after, "s"), Runs.Elapsed);
        Assert.Equal(Verdict.Undecided, wild.Verdict);
        Assert.Contains("a wild run may hide a change", wild.Why, StringComparison.Ordinal);
        Assert.True(wild.RankHigh < 0);
    }

    [Fact]
    public void Only_a_judged_total_makes_a_found_regression()
    {
        List<RunRecord> runs = PerCpu([[10, 10], [10, 10]], [[5, 15], [5, 15]]);
        Comparison comparison = Comparison.Of(runs, "before", "after", [Runs.Tlb with { PerCpu = true }]);
        Assert.False(comparison.FoundRegression);
        Assert.True(Comparison.Of(Runs.Pairs("interrupts.TLB", [10, 10, 10], [99, 99, 99]), "before", "after", [Runs.Tlb]).FoundRegression);
    }

    [Fact]
    public void Parts_per_CPU_follow_their_total_under_the_hosts_CPU_ids_and_outside_the_family()
    {
        List<RunRecord> runs = PerCpu([[4000, 4000], [4100, 3900]], [[8, 8], [9, 7]]);
        Comparison comparison = Comparison.Of(runs, "before", "after", [Runs.Tlb with { PerCpu = true }]);
        Assert.Equal(["interrupts.TLB", "interrupts.TLB/cpu0", "interrupts.TLB/cpu4"], comparison.Rows.Select(row => row.Counter));
        Assert.Equal([8000.0, 4050.0, 3950.0], comparison.Rows.Select(row => row.Before.Median!.Value));
        Assert.Equal(1, comparison.JudgedTogether);
        Assert.Equal([null, 0, 4], comparison.Rows.Select(row => row.Cpu));
    }

    // CPUs 0 and 4, as on a host with some taken offline
    private static List<RunRecord> PerCpu(double[][] before, double[][] after)
    {
        HostDescription host = new() { KernelRelease = "6.1", CommandLine = "", CpuModel = "x", Cpus = [0, 4], Nodes = [] };
        List<RunRecord> runs = [];
        for (int i = 0; i < before.Length; i++)
        {
            runs.Add(Runs.Run("before", i, Runs.Count("interrupts.TLB", before[i].Sum()) with { PerCpu = before[i] }) with { Host = host });
            runs.Add(Runs.Run("after", i, Runs.Count("interrupts.TLB", after[i].Sum()) with { PerCpu = after[i] }) with { Host = host });
        }
        return runs;
    }
}
