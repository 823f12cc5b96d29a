using Harness.Records;

namespace Harness.Analysis.Tests;

/// <summary>Which nights have a value, and what is said of those that have none?</summary>
public sealed class HistoryValueTests
{
    private readonly Nights nights = new Nights().Times(3, 100, 101, 99);

    [Fact]
    public void An_invalid_run_leaves_the_night_without_a_value() => Missing(
        [nights.Run(0, 100), nights.Run(1, 100) with { State = RunState.Invalid, Why = "numa_pte_updates rose" }], "pair 1 is invalid: numa_pte_updates rose");

    [Fact]
    public void A_night_of_which_most_runs_failed_has_none() => Missing(
        [nights.Run(0, 100), Failed(1), Failed(2)], "1 of 3 runs gave a result");

    [Fact]
    public void A_doubted_counter_is_not_judged() => Missing([nights.Run(0, 100, CounterTrust.Untrusted)], "untrusted");

    [Fact]
    public void A_counter_that_no_run_has_is_missing() =>
        Missing([nights.Run(0, 1) with { Counters = [] }], "no run has it");

    [Fact]
    public void Records_of_the_model_are_passed_over()
    {
        nights.Add([nights.Run(0, 100), nights.Run(0, 9_000) with { Origin = Origin.Modelled }]);
        Assert.Equal([100, 100, 100, 100], nights.Series().Values.Select(value => value.Summary.Median));
        Assert.Empty(new Nights().Add([nights.Run(0, 9_000) with { Origin = Origin.Modelled }]).Judge().Series);
    }

    [Fact]
    public void A_failed_run_of_several_leaves_the_others_value()
    {
        nights.Add([nights.Run(0, 100), nights.Run(1, 102), Failed(2)]);
        Assert.Equal(2, nights.Series().Values[^1].Summary.N);
    }

    [Fact]
    public void A_regression_stands_through_a_night_without_a_value()
    {
        nights.Times(4, 200).Add([Failed(0)]);
        CounterHistory series = nights.Series();
        Assert.Equal(HistoryVerdict.Regressed, series.Verdict);
        Assert.Contains("0 of 1 runs", series.Why!, StringComparison.Ordinal);
    }

    private void Missing(List<RunRecord> tonight, string because)
    {
        CounterHistory series = nights.Add(tonight).Series();
        Assert.Equal(HistoryVerdict.Invalid, series.Verdict);
        Assert.Contains(because, series.Why!, StringComparison.Ordinal);
        Assert.Equal(3, series.Values.Count);
        Assert.Equal(HistoryVerdict.NoChange, nights.Add(100, 101).Verdict);
    }

    private RunRecord Failed(int pair) => nights.Run(pair, null) with { State = RunState.Failed, Failure = FailureKind.Timeout, Counters = [] };
}
