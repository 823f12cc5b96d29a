using Harness.Records;

namespace Harness.Analysis.Tests;

/// <summary>What becomes of runs that failed, lie, or do not fit together?</summary>
public sealed class BadRunsTests
{
    [Fact]
    public void A_failed_run_takes_its_pair_out_and_is_counted()
    {
        List<RunRecord> runs = Runs.Pairs("interrupts.TLB", [8000, 8010, 7990], [16, 17, 15]);
        runs[3] = runs[3] with { State = RunState.Failed, Failure = FailureKind.BootTimeout, Why = "no init in 60 s" };
        Comparison comparison = Comparison.Of(runs, "before", "after", [Runs.Tlb]);
        Assert.Equal((2, 1, 1, 0), (comparison.Pairs, comparison.DroppedPairs, comparison.After.Failed, comparison.Before.Failed));
        Assert.Equal((3, 2, 2), (comparison.Rows[0].Before.N, comparison.Rows[0].After.N, comparison.Rows[0].Pairs));
        Assert.Equal(Verdict.Improved, comparison.Rows[0].Verdict);
    }

    [Fact]
    public void A_retry_of_a_failed_run_takes_its_place()
    {
        List<RunRecord> runs = Runs.Pairs("interrupts.TLB", [8000, 8010], [16, 17]);
        runs.Add(runs[1] with { State = RunState.Failed, Started = runs[1].Started.AddMinutes(-5) });
        Comparison comparison = Comparison.Of(runs, "before", "after", [Runs.Tlb]);
        Assert.Equal((2, 0, 0), (comparison.Pairs, comparison.DroppedPairs, comparison.After.Failed));
    }

    [Fact]
    public void An_arm_whose_runs_all_failed_leaves_every_row_undecided()
    {
        List<RunRecord> runs = [.. Runs.Pairs("interrupts.TLB", [8000, 8010], [16, 17])
            .Select(run => run.Request.Arm == "after" ? run with { State = RunState.Failed } : run)];
        ComparisonRow row = Runs.Only(runs, Runs.Tlb);
        Assert.Equal((Verdict.Undecided, 2, 0, (double?)null), (row.Verdict, row.Before.N, row.After.N, row.Change));
        Assert.StartsWith("no pair has both runs", row.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void An_invalid_run_makes_the_row_invalid_and_its_reason_is_repeated()
    {
        List<RunRecord> runs = Runs.Pairs("interrupts.TLB", [8000, 8010], [16, 17]);
        runs[0] = runs[0] with { State = RunState.Invalid, Why = "vmstat.pgmigrate_success was to move and stayed 0" };
        ComparisonRow row = Runs.Only(runs, Runs.Tlb);
        Assert.Equal(Verdict.Invalid, row.Verdict);
        Assert.Equal("pair 0 of 'before' is invalid: vmstat.pgmigrate_success was to move and stayed 0", row.Why);
    }

    [Fact]
    public void A_setting_that_did_not_act_is_named_in_the_row_and_told_whole_among_the_proofs()
    {
        ModeProof acted = new() { Setting = "numa_balancing=0", Expected = ["vmstat.numa_pte_updates = 0"], Acted = true, Why = "numa_pte_updates stayed 0" };
        ModeProof broken = new() { Setting = "demotion_enabled=true", Expected = ["two memory tiers"], Acted = false, Why = "one tier" };
        List<RunRecord> runs = [.. Runs.Pairs("interrupts.TLB", [8000, 8010, 8020], [16, 17, 18]).Select(run => run with { Proofs = [acted] })];
        runs[2] = runs[2] with { State = RunState.Invalid, Why = "one tier", Proofs = [acted, broken] };
        Comparison comparison = Comparison.Of(runs, "before", "after", [Runs.Tlb]);

        Assert.True(comparison.IsInvalid);
        Assert.Equal("pair 1 of 'before' is invalid: not proven: demotion_enabled=true", comparison.Rows[0].Why);
        Assert.Equal(
            [("before", "vm:before", "invalid", 3, 1, 1), ("after", "vm:after", "ok", 3, 0, 0)],
            comparison.Proofs.Select(proof => (proof.Arm, proof.Target, proof.Verdict, proof.Runs, proof.Failed, proof.Pair)));
        Assert.Equal(["one tier"], comparison.Proofs[0].Sentences);
        Assert.Equal(["numa_pte_updates stayed 0"], comparison.Proofs[1].Sentences);
    }

    [Fact]
    public void Runs_without_proofs_have_nothing_to_show() =>
        Assert.Empty(Comparison.Of(Runs.Pairs("interrupts.TLB", [8000], [16]), "before", "after", [Runs.Tlb]).Proofs);

    [Theory]
    [InlineData(CounterTrust.Unsupported, "not supported here: no such tracepoint")]
    [InlineData(CounterTrust.Multiplexed, "the event shared its hardware counter, so its value is only an estimate: no such tracepoint")]
    [InlineData(CounterTrust.Lost, "lost within the window: no such tracepoint")]
    public void A_counter_without_a_whole_value_is_invalid_and_never_a_number(CounterTrust trust, string why)
    {
        Counter counter = Runs.Count("interrupts.TLB", 5) with { Trust = trust, Note = "no such tracepoint" };
        ComparisonRow row = Runs.Only([Runs.Run("before", 0, counter), Runs.Run("after", 0, counter)], Runs.Tlb);
        Assert.Equal((Verdict.Invalid, why, 0, 0), (row.Verdict, row.Why, row.Before.N, row.After.N));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(0)]
    public void A_counter_that_something_speaks_against_is_shown_but_neither_judged_nor_validated(double value)
    {
        List<RunRecord> runs = Runs.Pairs("interrupts.TLB", [value, value], [16, 17]);
        runs[0] = runs[0] with { Counters = [runs[0].Counters[0] with { Trust = CounterTrust.Untrusted, Note = "64 expected, 0 seen" }] };
        ComparisonRow row = Runs.Only(runs, Runs.Tlb);
        Assert.Equal((Verdict.Invalid, "untrusted: 64 expected, 0 seen", value), (row.Verdict, row.Why, row.Before.Median));
        Assert.Equal(0, Comparison.Of(runs, "before", "after", [Runs.Tlb]).JudgedTogether);

        List<RunRecord> model = [.. Runs.Pairs("interrupts.TLB", [7], [7]).Select(run => run with { Origin = Origin.Modelled })];
        Validation validation = Validation.Of(runs, model, [Runs.Tlb]);
        Assert.Equal((null, row.Why), (validation.Find("before", "interrupts.TLB")!.Error, validation.Find("before", "interrupts.TLB")!.Why));
        Assert.Equal(1, validation.Wmape.Rows);
    }

    [Fact]
    public void A_counter_that_no_run_has_is_invalid()
    {
        ComparisonRow row = Runs.Only(Runs.Pairs("other", [1, 2], [3, 4]), Runs.Tlb);
        Assert.Equal((Verdict.Invalid, "no run has this counter", ""), (row.Verdict, row.Why, row.Unit));
    }

    [Fact]
    public void A_counter_missing_in_one_run_takes_out_that_pair_and_says_so()
    {
        List<RunRecord> runs = Runs.Pairs("interrupts.TLB", [8000, 8010, 7990], [16, 17, 15]);
        runs[0] = runs[0] with { Counters = [] };
        ComparisonRow row = Runs.Only(runs, Runs.Tlb);
        Assert.Equal((Verdict.Improved, 2, 3), (row.Verdict, row.Before.N, row.After.N));
        Assert.Contains("pairs left out because a run lacks this counter: 1", row.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    [InlineData(1e300)]
    [InlineData(1e-300)]
    public void A_value_no_counter_can_hold_makes_the_row_invalid(double value)
    {
        ComparisonRow row = Runs.Only(Runs.Pairs("interrupts.TLB", [8000, value], [16, 17]), Runs.Tlb);
        Assert.Equal(Verdict.Invalid, row.Verdict);
        Assert.Contains("no counter can", row.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Different_units_are_never_compared()
    {
        List<RunRecord> runs = [Runs.Run("before", 0, Runs.Seconds(1)), Runs.Run("after", 0, Runs.Seconds(900) with { Unit = "ms" })];
        ComparisonRow row = Runs.Only(runs, Runs.Elapsed);
        Assert.Equal((Verdict.Invalid, "runs give it in different units: s, ms"), (row.Verdict, row.Why));
    }

    [Fact]
    public void Modelled_records_never_enter_a_measured_comparison_and_the_other_way_round()
    {
        List<RunRecord> runs = Runs.Pairs("interrupts.TLB", [8000, 8010], [16, 17]);
        runs.AddRange(Runs.Pairs("interrupts.TLB", [1, 1], [1, 1]).Select(run => run with { Origin = Origin.Modelled, Started = run.Started.AddDays(1) }));
        Assert.Equal(8005, Runs.Only(runs, Runs.Tlb).Before.Median);
        ComparisonRow modelled = Assert.Single(Comparison.OfModel(runs, "before", "after", [Runs.Tlb]).Rows);
        Assert.Equal((1.0, "modelled"), (modelled.Before.Median, modelled.Origin));
    }

    [Fact]
    public void Arms_of_different_origins_are_compared_but_named()
    {
        List<RunRecord> runs = [.. Runs.Pairs("interrupts.TLB", [8000, 8010], [16, 17])
            .Select(run => run.Request.Arm == "before" ? run with { Origin = Origin.Measured } : run)];
        Assert.Equal("measured and emulated", Runs.Only(runs, Runs.Tlb).Origin);
    }

    [Fact]
    public void One_arm_of_two_origins_is_invalid()
    {
        List<RunRecord> runs = Runs.Pairs("interrupts.TLB", [8000, 8010], [16, 17]);
        runs[0] = runs[0] with { Origin = Origin.Measured };
        ComparisonRow row = Runs.Only(runs, Runs.Tlb);
        Assert.Equal((Verdict.Invalid, "runs of 'before' are of different origins: measured and emulated"), (row.Verdict, row.Why));
    }

    [Fact]
    public void An_unknown_arm_ends_in_one_line_that_names_the_arms_there_are()
    {
        List<RunRecord> runs = Runs.Pairs("interrupts.TLB", [8000], [16]);
        UsageException thrown = Assert.Throws<UsageException>(() => Comparison.Of(runs, "before", "afetr", [Runs.Tlb]));
        Assert.Equal("no arm is called 'afetr' in this session; there are: before, after", thrown.Message);
        Assert.Throws<UsageException>(() => Comparison.Of([], "before", "after", [Runs.Tlb]));
    }

    [Fact]
    public void Whatever_the_values_no_number_in_a_row_is_infinite_or_not_a_number()
    {
        SeededRandom random = new(21);
        double[] pool = [0, 0, 1, 2, 3, 8000, 1e-15, 1e20, 0.5, 65536];
        for (int trial = 0; trial < 3000; trial++)
        {
            int n = 1 + (int)(random.Uniform() * 8);
            double[] Draw() => [.. Enumerable.Range(0, n).Select(_ => pool[(int)(random.Uniform() * pool.Length)])];
            ComparisonRow row = Runs.Only(Runs.Pairs("c", Draw(), Draw(), trial % 2 == 0 ? "events" : "s"), new JudgedCounter("c", Better.Lower));
            Assert.All([row.Change, row.Low, row.High, row.P, row.RankLow, row.RankHigh], v => Assert.True(v is null || double.IsFinite(v.Value)));
            if (row is not { Change: double change, Low: double low, High: double high }) continue;
            double rounding = 1e-9 * Math.Max(1, Math.Abs(change));
            Assert.InRange(change, low - rounding, high + rounding);
        }
    }
}
