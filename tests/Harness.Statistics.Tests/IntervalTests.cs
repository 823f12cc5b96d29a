using Harness.Analysis;
using Harness.Analysis.Tests;

namespace Harness.Statistics.Tests;

/// <summary>Does a 95 % interval hold the true change in 95 % of sessions?</summary>
public sealed class IntervalTests
{
    private const int Sessions = 20_000;

    // the ranks' coverage comes in steps: 1 - 2/64 with 6 pairs, 1 - 2 * 25/1024 with 10
    [Theory]
    [InlineData(6, 0.969)]
    [InlineData(10, 0.951)]
    public void Both_intervals_hold_a_true_change_as_often_as_they_say(int pairs, double byRanks)
    {
        MadeUpHost host = new(seed: 21) { Walk = 0.007, Noise = 0.01, Effect = 0.02 };
        int student = 0;
        int ranks = 0;
        for (int session = 0; session < Sessions; session++)
        {
            ComparisonRow row = host.Compare(pairs).Rows[0];
            if (row.Low <= host.Effect && host.Effect <= row.High) student++;
            if (row.RankLow <= host.Effect && host.Effect <= row.RankHigh) ranks++;
        }
        double covered = new Share(student, Sessions).Print($"95 % interval (t) on drifting hardware, {pairs} pairs: holds the change");
        Assert.InRange(covered, 0.944, 0.956);
        covered = new Share(ranks, Sessions).Print($"the interval by ranks, {pairs} pairs: holds the change");
        Assert.InRange(covered, byRanks - 0.006, byRanks + 0.006);
    }

    [Fact]
    public void One_wild_run_in_twenty_widens_the_interval_and_does_not_raise_alarms()
    {
        MadeUpHost host = new(seed: 22) { Run = random => 1 + (0.01 * random.Normal()) + (random.Uniform() < 0.05 ? 0.5 : 0) };
        double flagged = MadeUpHost.Of(Sessions, () => MadeUpHost.Flags(host.Compare(pairs: 10)))
            .Print("no change, 1 % noise, one run in 20 takes half as long again: flagged");
        Assert.True(flagged < 0.055);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(3)]
    [InlineData(30)]
    public void Counts_of_a_few_events_raise_no_more_alarms_than_they_should(double mean)
    {
        MadeUpHost host = new(seed: 23) { Run = random => Poisson(random, mean), Unit = "events" };
        double flagged = MadeUpHost.Of(Sessions / 5, () => MadeUpHost.Flags(host.Compare(pairs: 10)))
            .Print($"no change, about {mean:0.#} events a run (Poisson), 10 pairs: flagged");
        Assert.True(flagged < 0.06);
    }

    // events at a constant rate, counted until their waiting times fill the run
    private static double Poisson(SeededRandom random, double mean)
    {
        int events = 0;
        for (double time = -Math.Log(1 - random.Uniform()); time < mean; time -= Math.Log(1 - random.Uniform())) events++;
        return events;
    }
}
