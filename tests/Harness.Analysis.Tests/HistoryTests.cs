using Harness.Records;

namespace Harness.Analysis.Tests;

/// <summary>Does a plan's history say of each night what a careful reader of its numbers would?</summary>
public sealed class HistoryTests
{
    [Fact]
    public void The_first_night_can_only_be_kept_and_no_night_is_refused()
    {
        Nights nights = new Nights().Add(100, 102, 98);
        Assert.Equal(HistoryVerdict.TooFew, nights.Verdict);
        Assert.False(nights.Judge().FoundRegression);
        Assert.Throws<UsageException>(() => new Nights().Judge());
    }

    [Fact]
    public void Zeros_are_values_and_36_after_them_is_a_change()
    {
        Nights nights = new Nights().Times(3, 0).Add(36);
        Assert.Equal(HistoryVerdict.Suspect, nights.Verdict);
        CounterHistory series = nights.Add(36).Series();
        Assert.Equal(HistoryVerdict.Regressed, series.Verdict);
        LevelChange change = Assert.Single(series.Changes);
        Assert.Equal((3, 4, 0.0, null), (change.Night, change.FoundAt, change.Before, change.Change));
        Assert.Equal(36, change.After, 1e-9);
        Assert.True(change.Stands);
    }

    [Fact]
    public void A_handful_of_interrupts_more_or_less_is_no_step()
    {
        Nights nights = new();
        for (int i = 0; i < 30; i++) nights.Add(i % 3, (i + 1) % 3);
        for (int night = 2; night <= 30; night++) Assert.Equal(HistoryVerdict.NoChange, nights.Series(night).Verdict);
    }

    [Fact]
    public void On_another_kernel_the_first_night_already_tells_and_the_kernel_is_named_before_all_else()
    {
        Nights nights = new Nights().Times(2, 2, 0, 5);
        nights.Target = "vm:6.1";
        nights.Environment = new() { ["kernel.release"] = "6.1.0", ["cpu.model"] = "x", ["vulnerability.tsa"] = "Vulnerable" };
        CounterHistory series = nights.Add(17_040, 17_277, 17_095).Series();
        Assert.Equal(HistoryVerdict.Regressed, series.Verdict);
        Assert.Equal(["target", "kernel.release", "vulnerability.tsa"], Assert.Single(series.Changes).Causes.Select(cause => cause.Name));
        Assert.Equal(new EnvironmentDifference("target", "vm:6.12", "vm:6.1"), series.Changes[0].Causes[0]);
        Assert.Equal(3, nights.Judge().Nights[2].Differences.Count);
    }

    [Fact]
    public void What_scatters_by_80_percent_within_a_night_raises_no_alarm_even_on_another_kernel()
    {
        Nights nights = new() { Counter = Runs.Elapsed, Unit = "s" };
        nights.Add(0.6, 4.2, 0.5, 9.1).Add(0.5, 0.7, 0.6, 3.0);
        nights.Environment["kernel.release"] = "6.13";
        Assert.Equal(HistoryVerdict.NoChange, nights.Add(5.1, 0.9, 8.0, 2.2).Verdict);
    }

    [Theory]
    [InlineData(1_200, HistoryVerdict.NoChange)]    // within what a box may scatter by that has shown little of itself
    [InlineData(1_450, HistoryVerdict.TooFew)]      // beyond it, though not by so much that a plan may call it
    [InlineData(9_000, HistoryVerdict.Suspect)]
    public void What_two_nights_cannot_tell_is_not_called_no_change(double tonight, HistoryVerdict verdict)
    {
        CounterHistory series = Steady(2).Add(tonight, tonight + 1, tonight - 1).Series();
        Assert.Equal(verdict, series.Verdict);
        Assert.Equal(verdict == HistoryVerdict.TooFew, series.Why?.Contains("too few to tell", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void A_night_far_off_is_suspect_and_set_aside_when_the_next_is_back()
    {
        Nights nights = Steady(10).Add(1_500);
        Assert.Equal(HistoryVerdict.Suspect, nights.Verdict);
        CounterHistory series = nights.Add(1_004).Series();
        Assert.Equal(HistoryVerdict.NoChange, series.Verdict);
        Assert.Empty(series.Changes);
        Assert.Equal([10], series.Values.Where(value => value.Outlier).Select(value => value.Night));
    }

    [Fact]
    public void What_another_kernel_did_for_one_night_is_set_aside_when_the_old_one_is_back()
    {
        Nights nights = Steady(5);
        nights.Environment["kernel.release"] = "6.13";
        Assert.Equal(HistoryVerdict.Regressed, nights.Add(1_500).Verdict);
        nights.Environment["kernel.release"] = "6.12.1";
        CounterHistory series = nights.Add(1_002).Series();
        Assert.Equal(HistoryVerdict.NoChange, series.Verdict);
        Assert.Empty(series.Changes);
        Assert.True(series.Values[5].Outlier);
    }

    [Fact]
    public void A_regression_stands_every_night_until_the_level_is_back()
    {
        Nights nights = Steady(10);
        for (int i = 0; i < 6; i++)
        {
            CounterHistory now = nights.Add(1_200 + (i % 2)).Series();
            Assert.Equal(i == 0 ? HistoryVerdict.Suspect : HistoryVerdict.Regressed, now.Verdict);
        }
        Assert.Contains("neither back", nights.Series().Why!, StringComparison.Ordinal);
        nights.Add(1_001).Add(1_003);
        CounterHistory series = nights.Add(999).Series();
        Assert.NotEqual(HistoryVerdict.Regressed, series.Verdict);
        Assert.Equal([HistoryVerdict.Regressed, HistoryVerdict.Improved], series.Changes.Select(change => change.Kind));
        Assert.DoesNotContain(series.Changes, change => change.Stands);
        Assert.InRange(series.Changes[0].Change!.Value, 0.19, 0.21);
        Assert.True(series.Changes[0].Low < 0.2 && series.Changes[0].High > 0.2);
    }

    [Fact]
    public void Half_of_the_way_back_is_still_a_regression()
    {
        Nights nights = Steady(10).Times(5, 1_400).Times(5, 1_200);
        CounterHistory series = nights.Series();
        Assert.Equal(HistoryVerdict.Regressed, series.Verdict);
        Assert.Equal([HistoryVerdict.Regressed, HistoryVerdict.Improved], series.Changes.Select(change => change.Kind));
    }

    [Fact]
    public void An_accepted_level_is_the_new_normal()
    {
        Nights nights = Steady(10).Times(3, 1_200);
        Assert.Equal(HistoryVerdict.Regressed, nights.Verdict);
        Assert.Equal(HistoryVerdict.NoChange, nights.Add("the new allocator costs that", [1_201]).Verdict);
        Assert.Equal(HistoryVerdict.NoChange, nights.Add(1_199).Verdict);
        Assert.False(nights.Series().Changes[0].Stands);
        // and what is worse than it is found anew
        Assert.Equal(HistoryVerdict.Regressed, nights.Times(3, 1_400).Verdict);
    }

    [Fact]
    public void An_acceptance_before_the_change_does_not_cover_it() =>
        Assert.Equal(HistoryVerdict.Regressed, Steady(5).Add("as before", [1_001]).Times(3, 1_300).Verdict);

    [Theory]
    [InlineData(Better.Higher, HistoryVerdict.Improved)]
    [InlineData(Better.Neither, HistoryVerdict.Changed)]
    public void A_rise_is_judged_by_which_way_is_better_and_said_the_night_it_is_found(Better better, HistoryVerdict expected)
    {
        Nights nights = new() { Counter = new("c", better) };
        foreach (int i in Enumerable.Range(0, 8)) nights.Add(1_000 + (i % 4));
        CounterHistory series = nights.Add(1_300).Add(1_301).Series();
        Assert.Equal(expected, series.Verdict);
        Assert.Equal(HistoryVerdict.NoChange, nights.Add(1_300).Verdict);
    }

    [Fact]
    public void A_certain_change_of_less_than_2_percent_is_not_worth_a_line()
    {
        Assert.Empty(new Nights().Times(20, 100_000).Times(7, 101_900).Series().Changes);
        Assert.Single(new Nights().Times(20, 100_000).Times(7, 102_100).Series().Changes);
    }

    [Fact]
    public void What_differs_from_boot_to_boot_explains_no_single_night()
    {
        Nights nights = Steady(5);
        nights.Environment["node0.memory_mib"] = "465";
        Assert.Equal(HistoryVerdict.Suspect, nights.Add(1_500).Verdict);
    }

    [Fact]
    public void A_value_that_the_old_level_had_too_is_no_cause()
    {
        Nights nights = Steady(3);
        nights.Environment["cpu.governor"] = "powersave";
        nights.Add(1_002);
        nights.Environment["cpu.governor"] = "performance";
        nights.Add(1_001);
        nights.Environment["cpu.governor"] = "powersave";
        Assert.Equal(HistoryVerdict.Suspect, nights.Add(1_500).Verdict);
    }

    [Fact]
    public void Each_night_is_judged_as_it_was_that_night()
    {
        Nights nights = Steady(12).Add(1_700).Add(1_003).Times(4, 1_250).Times(6, 1_000);
        foreach (LevelChange change in nights.Series().Changes)
        {
            Assert.DoesNotContain(nights.Series(change.FoundAt).Changes, earlier => earlier.Night == change.Night);
            Assert.Contains(nights.Series(change.FoundAt + 1).Changes, then => then.Night == change.Night && then.FoundAt == change.FoundAt);
        }
        Assert.Equal(2, nights.Series().Changes.Count);
    }

    private static Nights Steady(int count)
    {
        Nights nights = new();
        for (int i = 0; i < count; i++) nights.Add(1_000 + (i % 5), 1_001, 999);
        return nights;
    }
}
