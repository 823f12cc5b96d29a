using Harness.Analysis;

namespace Harness.Statistics.Tests;

/// <summary>Does judging many counters at once keep the chance of a false alarm, and what does it cost?</summary>
public sealed class FamilyTests
{
    private const int Sessions = 5_000;

    [Fact]
    public void Ten_counters_without_a_change_raise_any_alarm_in_at_most_5_percent_of_sessions()
    {
        MadeUpHost host = new(seed: 11) { Walk = 0.007, Noise = 0.01, Counters = 10 };
        double any = MadeUpHost.Of(Sessions, () => MadeUpHost.Flags(host.Compare(pairs: 10)))
            .Print("no change, 10 counters judged together, drift: any flagged");
        Assert.InRange(any, 0.02, 0.06);    // under 5 % because the counters share the walk
    }

    [Fact]
    public void Each_of_them_judged_alone_would_raise_far_more()
    {
        MadeUpHost host = new(seed: 12) { Noise = 0.01, Counters = 10 };
        double any = MadeUpHost.Of(Sessions, () => host.Compare(pairs: 10).Rows.Any(row => row.P <= 0.05))
            .Print("no change, 10 counters each judged alone: any flagged");
        Assert.InRange(any, 0.36, 0.44);    // 1 - 0.95^10 is 40 %
    }

    [Fact]
    public void A_change_as_large_as_the_smallest_effect_is_called_no_change_in_at_most_one_of_40_sessions()
    {
        MadeUpHost host = new(seed: 13) { Noise = 0.05, Effect = JudgingRules.Default.SmallestEffect };
        double missed = MadeUpHost.Of(4 * Sessions, () => host.Compare(pairs: 16).Rows[0].Verdict == Verdict.NoChange)
            .Print("a change of 5 %, 16 pairs: called no change");
        Assert.True(missed <= 0.025);
    }
}
