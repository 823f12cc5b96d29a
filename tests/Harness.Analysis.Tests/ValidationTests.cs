using Harness.Records;

namespace Harness.Analysis.Tests;

/// <summary>Is the model held against the measurement as the documentation defines it?</summary>
public sealed class ValidationTests
{
    private static readonly JudgedCounter[] Counters = [Runs.Tlb, Runs.Migrated, Runs.Elapsed];

    [Fact]
    public void Error_is_the_medians_difference_over_the_measured_median()
    {
        Validation validation = Validation.Of(Session([8000, 8010, 8020], Origin.Emulated), Session([9000, 8811, 8000], Origin.Modelled), [Runs.Tlb]);
        ValidationRow row = validation.Find("before", "interrupts.TLB")!;
        Assert.Equal((8811.0 - 8010) / 8010, row.Error!.Value, 12);
        Assert.Equal((Origin.Emulated, true, (string?)null), (row.Origin, row.HeldOut, row.Why));
        Assert.Equal(["before", "after"], validation.Rows.Select(r => r.Arm));
    }

    [Fact]
    public void Weighted_error_is_over_counts_only_and_each_side_weighs_by_its_size()
    {
        List<RunRecord> real = [Both("before", 1000, 200, 5, Origin.Measured), Both("after", 0, 300, 4, Origin.Measured)];
        List<RunRecord> model = [Both("before", 900, 200, 50, Origin.Modelled), Both("after", 30, 320, 1, Origin.Modelled)];
        Validation validation = Validation.Of(real, model, Counters);
        // |900-1000| + |200-200| + |30-0| + |320-300| = 150 over 1000 + 200 + 0 + 300 = 1500; the seconds do not count
        Assert.Equal(0.1, validation.Wmape.All!.Value, 12);
        Assert.Equal((validation.Wmape.All, 4), (validation.Wmape.HeldOut, validation.Wmape.Rows));
    }

    [Fact]
    public void A_measured_zero_has_no_relative_error_and_says_so()
    {
        List<RunRecord> real = [Both("before", 0, 200, 5, Origin.Measured)];
        ValidationRow row = Validation.Of(real, [Both("before", 30, 200, 5, Origin.Modelled)], Counters).Rows[0];
        Assert.Equal((null, "the measured median is 0, so there is no relative error"), (row.Error, row.Why));
    }

    [Fact]
    public void What_the_model_does_not_predict_is_left_out_of_the_weighted_error_and_named()
    {
        Validation validation = Validation.Of(
            [Both("before", 1000, 200, 5, Origin.Measured)], [Runs.Run("before", 0, Runs.Count("interrupts.TLB", 1100)) with { Origin = Origin.Modelled }], Counters);
        Assert.Equal([null, "the model does not predict it", "the model does not predict it"], validation.Rows.Select(row => row.Why));
        Assert.Equal((0.1, 1), (Math.Round(validation.Wmape.All!.Value, 12), validation.Wmape.Rows));
    }

    [Fact]
    public void Parts_per_CPU_have_errors_but_do_not_count_twice_in_the_weighted_error()
    {
        Counter Split(double a, double b) => Runs.Count("interrupts.TLB", a + b) with { PerCpu = [a, b] };
        Validation validation = Validation.Of(
            [Runs.Run("before", 0, Split(600, 400))], [Runs.Run("before", 0, Split(500, 500)) with { Origin = Origin.Modelled }], [Runs.Tlb with { PerCpu = true }]);
        Assert.Equal([0.0, -1.0 / 6, 0.25], validation.Rows.Select(row => row.Error!.Value));
        Assert.Equal(0, validation.Wmape.All);
    }

    [Fact]
    public void Changes_are_against_the_first_measured_arm_and_an_arm_of_the_model_alone_has_only_the_modelled_one()
    {
        List<RunRecord> real = [Both("before", 1000, 200, 5, Origin.Emulated), Both("after", 250, 200, 4, Origin.Emulated)];
        List<RunRecord> model = [.. real.Select(run => run with { Origin = Origin.Modelled }), Both("luf", 100, 200, 4, Origin.Modelled)];
        Validation validation = Validation.Of(real, model, Counters);
        Assert.Equal((null, null), Changes("before"));
        Assert.Equal((-0.75, -0.75), Changes("after"));
        Assert.Equal((null, -0.9), Changes("luf"));
        Assert.Equal("the arm runs on the model alone", validation.Find("luf", "interrupts.TLB")!.Why);
        Assert.Equal(4, validation.Wmape.Rows);

        (double?, double?) Changes(string arm)
        {
            ValidationRow row = validation.Find(arm, "interrupts.TLB")!;
            return (row.MeasuredChange, row.ModelledChange);
        }
    }

    [Fact]
    public void A_time_under_emulation_has_no_error_but_a_change()
    {
        ValidationRow Elapsed(Origin origin) => Validation.Of(
            [Both("before", 1, 1, 10, origin), Both("after", 1, 1, 5, origin)],
            [Both("before", 1, 1, 2, Origin.Modelled), Both("after", 1, 1, 1.5, Origin.Modelled)], Counters).Find("after", "workload.elapsed")!;
        Assert.Equal((-0.7, (double?)-0.5, (double?)-0.25), (Elapsed(Origin.Measured).Error!.Value, Elapsed(Origin.Measured).MeasuredChange, Elapsed(Origin.Measured).ModelledChange));
        Assert.Equal((null, (double?)-0.5, (double?)-0.25), (Elapsed(Origin.Emulated).Error, Elapsed(Origin.Emulated).MeasuredChange, Elapsed(Origin.Emulated).ModelledChange));
    }

    [Fact]
    public void A_side_without_runs_ends_in_one_clear_line()
    {
        List<RunRecord> real = [Both("before", 1, 1, 1, Origin.Measured)];
        Assert.Contains("simulate it first", Assert.Throws<UsageException>(() => Validation.Of(real, [], Counters)).Message, StringComparison.Ordinal);
        Assert.Contains("run the plan first", Assert.Throws<UsageException>(() => Validation.Of([], real, Counters)).Message, StringComparison.Ordinal);
    }

    private static List<RunRecord> Session(double[] values, Origin origin) =>
        [.. Runs.Pairs("interrupts.TLB", values, values).Select(run => run with { Origin = origin })];

    private static RunRecord Both(string arm, double tlb, double pages, double seconds, Origin origin) => Runs.Run(
        arm, 0, Runs.Count("interrupts.TLB", tlb), Runs.Count("vmstat.pgmigrate_success", pages) with { Unit = "pages" }, Runs.Seconds(seconds)) with
    { Origin = origin };
}
