using Harness.Records;

namespace Harness.Analysis.Tests;

/// <summary>Are two hosts that differ never compared without saying so?</summary>
public sealed class EnvironmentTests
{
    [Fact]
    public void What_differs_between_the_arms_is_named_and_what_they_share_is_not()
    {
        Comparison comparison = Compare(
            [With("before", 0, ("kernel.release", "6.1"), ("cpu.governor", "performance")), With("after", 0, ("kernel.release", "6.12"), ("cpu.governor", "performance"))]);
        Assert.Equal([new EnvironmentDifference("kernel.release", "6.1", "6.12")], comparison.Environment);
    }

    [Fact]
    public void A_value_that_changed_between_two_runs_of_an_arm_is_named_with_both()
    {
        Comparison comparison = Compare(
        [
            With("before", 0, ("cpu.governor", "performance")), With("after", 0, ("cpu.governor", "performance")),
            With("before", 1, ("cpu.governor", "powersave")), With("after", 1, ("cpu.governor", "powersave")),
        ]);
        EnvironmentDifference only = Assert.Single(comparison.Environment);
        Assert.Equal(("performance then powersave", "performance then powersave"), (only.Before, only.After));
    }

    [Fact]
    public void A_knob_in_force_is_part_of_it_and_a_side_that_says_nothing_is_not_compared()
    {
        RunRecord on = With("before", 0, ("cpu.model", "x")) with { KnobsInForce = [new("numa_balancing", "0")] };
        RunRecord off = With("after", 0, ("cpu.model", "x")) with { KnobsInForce = [new("numa_balancing", "2")] };
        Assert.Equal([new EnvironmentDifference("knob.numa_balancing", "0", "2")], Compare([on, off]).Environment);
        Assert.Empty(Compare([on, Runs.Run("after", 0, Runs.Seconds(1))]).Environment);
    }

    [Fact]
    public void A_name_that_one_side_lacks_is_a_difference() => Assert.Equal(
        [new EnvironmentDifference("vulnerability.tsa", null, "Not affected")],
        Compare([With("before", 0, ("cpu.model", "x")), With("after", 0, ("cpu.model", "x"), ("vulnerability.tsa", "Not affected"))]).Environment);

    private static Comparison Compare(List<RunRecord> runs) => Comparison.Of(runs, "before", "after", [Runs.Elapsed]);

    private static RunRecord With(string arm, int pair, params (string Name, string Value)[] facts) =>
        Runs.Run(arm, pair, Runs.Seconds(1)) with { Environment = facts.ToDictionary(fact => fact.Name, fact => fact.Value) };
}
