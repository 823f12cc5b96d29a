using Harness.Experiments;

namespace Harness.Statistics.Tests;

/// <summary>Is the order of runs balanced for any number of arms and pairs, and what does the comparison lose without it?</summary>
public sealed class OrderTests
{
    private const int Sessions = 10_000;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Between_any_two_arms_a_steady_drift_cancels_after_each_two_pairs(int arms)
    {
        for (int pairs = 1; pairs <= 13; pairs++)
        {
            IReadOnlyList<IReadOnlyList<int>> order = SessionOrder.Of(arms, pairs, seed: 7);
            Assert.Equal(pairs, order.Count);
            Assert.All(order, turn => Assert.Equal(Enumerable.Range(0, arms), turn.Order()));
            for (int a = 0; a < arms; a++)
            {
                for (int b = 0; b < a; b++)
                {
                    int[] apart = [.. order.Select(turn => turn.ToList().IndexOf(a) - turn.ToList().IndexOf(b))];
                    int odd = pairs % 2 == 0 ? 0 : apart[^1];
                    Assert.Equal(odd, apart.Sum());
                    Assert.Equal(Math.Sign(odd), apart.Sum(Math.Sign));
                }
            }
        }
    }

    [Fact]
    public void In_whole_blocks_of_two_arms_a_drift_that_bends_cancels_too()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            int[] arms = [.. SessionOrder.Of(2, 16, seed).SelectMany(turn => turn)];
            long Squares(int arm) => arms.Select((a, run) => a == arm ? (long)run * run : 0).Sum();
            Assert.Equal(Squares(0), Squares(1));
        }
    }

    [Fact]
    public void Seeds_begin_blocks_with_either_arm_equally_often()
    {
        int first = Enumerable.Range(0, 2000).Count(seed => SessionOrder.Of(2, 1, (ulong)seed)[0][0] == 0);
        Assert.InRange(first, 900, 1100);    // 4.5 standard deviations
    }

    [Fact]
    public void All_before_then_all_after_flags_far_more_on_drifting_hardware()
    {
        MadeUpHost host = new(seed: 3) { Walk = 0.007, Noise = 0.01 };
        double flagged = MadeUpHost.Of(Sessions, () => MadeUpHost.Flags(host.Compare(host.Session(MadeUpHost.OneAfterTheOther(10)))))
            .Print("no change, the same drift, but all before then all after: flagged");
        Assert.True(flagged > 0.25);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(11)]    // one pair has no mirror image
    public void A_steady_drift_does_not_flag_either(int pairs)
    {
        MadeUpHost host = new(seed: 4) { Trend = 0.005, Noise = 0.01 };
        double flagged = MadeUpHost.Of(Sessions, () => MadeUpHost.Flags(host.Compare(pairs)))
            .Print($"no change, steady drift of 0.5 % a run + 1 % noise, {pairs} pairs: flagged");
        Assert.True(flagged < 0.06);
    }
}
