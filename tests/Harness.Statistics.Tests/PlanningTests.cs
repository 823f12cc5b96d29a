using Harness.Analysis;
using Harness.Analysis.Tests;

namespace Harness.Statistics.Tests;

/// <summary>Is the smallest effect that a session announces found as often as it says, and do the announced pairs settle a row?</summary>
public sealed class PlanningTests
{
    private const int Sessions = 4_000;

    [Theory]
    [InlineData(3, 1)]
    [InlineData(6, 1)]
    [InlineData(6, 10)]
    [InlineData(10, 10)]
    public void The_announced_smallest_effect_is_found_in_about_80_percent_of_sessions(int pairs, int counters)
    {
        MadeUpHost without = Host(seed: 31, counters, effect: 0);
        // what sessions announce scatters with their deviation, whose square is right on average
        double effect = Math.Exp(Math.Sqrt(Enumerable.Range(0, 500).Average(_ => Math.Pow(Math.Log(1 + Announced(without)), 2)))) - 1;

        MadeUpHost with = Host(seed: 32, counters, effect);
        double found = MadeUpHost.Of(Sessions, () => with.Compare(pairs).Rows[0].Verdict == Verdict.Regressed)
            .Print($"the announced smallest effect, {effect:0.0%} with {pairs} pairs, of one in {counters} counters: found");
        Assert.InRange(found, 0.77, 0.84);

        double Announced(MadeUpHost host) => Floor(host, pairs).SmallestEffect!.Value;
    }

    [Fact]
    public void The_noise_floor_holds_19_of_20_changes_between_equal_sides()
    {
        MadeUpHost host = Host(seed: 33, counters: 1, effect: 0);
        double under = MadeUpHost.Of(Sessions, () =>
        {
            NoiseFloorRow row = Floor(host, pairs: 6);
            return Math.Abs(Math.Log(1 + row.Change!.Value)) <= Math.Log(1 + row.NoiseFloor!.Value);
        }).Print("A/A sessions of 6 pairs on drifting hardware: the change is under their noise floor");
        Assert.InRange(under, 0.94, 0.96);
    }

    [Theory]
    [InlineData(10, 0.03)]
    [InlineData(6, 0.1)]
    public void The_announced_pairs_settle_about_80_percent_of_rows_that_are_as_seen_and_most_of_those_that_are_not(int pairs, double noise)
    {
        const int rows = 1000;
        SeededRandom random = new(34);
        int asSeen = 0;
        int inTruth = 0;
        int announced = 0;
        int tried = 0;
        ulong seeds = 10_000;
        while (tried < rows)
        {
            MadeUpHost host = new(seed: seeds++) { Noise = noise, Effect = 4 * noise * (random.Uniform() - 0.5) };
            if (host.Compare(pairs).Rows[0] is not { Verdict: Verdict.Undecided, MoreRuns: int more } row) continue;
            tried++;
            announced += more;
            if (IsSettled(host, pairs + more)) inTruth++;
            // half the interval is t s / sqrt(pairs) in logs, and s that of two runs
            double reach = Math.Log((1 + row.High!.Value) / (1 + row.Low!.Value)) / 2;
            double deviation = reach / Student.Critical(0.05, pairs - 1) * Math.Sqrt(pairs / 2.0);
            MadeUpHost same = new(seed: (ulong)tried) { Run = r => Math.Exp(deviation * r.Normal()), Effect = row.Change!.Value };
            if (IsSettled(same, pairs + more)) asSeen++;
        }
        string undecided = $"undecided with {pairs} pairs at {noise:0%} noise, {announced / rows} more announced on average: settled";
        Assert.InRange(new Share(asSeen, rows).Print(undecided + " if change and scatter are those seen"), 0.76, 0.85);
        Assert.InRange(new Share(inTruth, rows).Print(undecided + " in truth"), 0.65, 1);
    }

    private static MadeUpHost Host(ulong seed, int counters, double effect) => new(seed)
    {
        Walk = 0.007, Run = random => Math.Exp(0.02 * random.Normal()), Counters = counters, ChangedCounters = 1, Effect = effect,
    };

    private static NoiseFloorRow Floor(MadeUpHost host, int pairs) =>
        NoiseFloor.Of(host.Session(host.Interleaved(pairs)), "before", "before", "after", host.Judged).Rows[0];

    private static bool IsSettled(MadeUpHost host, int pairs) => host.Compare(pairs).Rows[0].Verdict != Verdict.Undecided;
}
