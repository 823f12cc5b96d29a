using Harness.Analysis;
using Harness.Analysis.Tests;
using Harness.Records;

namespace Harness.Statistics.Tests;

/// <summary>A counter's nights that exist only as numbers about a level of 1, judged by the judge of real ones.</summary>
/// <param name="seed">Seed of everything.</param>
/// <param name="heavy">True for noise with the tails of Student's t with 3 degrees of freedom instead of the normal's.</param>
internal sealed class MadeUpNights(ulong seed, bool heavy)
{
    private static readonly HistoryScale Scale = HistoryScale.Of("s", HistoryRules.Default);

    private readonly SeededRandom random = new(seed);

    /// <summary>Standard deviation of a night about the level, with either noise.</summary>
    public double Noise { get; init; } = 0.02;

    /// <summary>How many series share the chance of a false alarm.</summary>
    public int Series { get; init; } = 1;

    /// <summary>The rules.</summary>
    public HistoryRules Rules { get; init; } = HistoryRules.Default;

    /// <summary>So many nights, each the level of that night and noise.</summary>
    public double[] Nights(int count, Func<int, double> level) =>
        [.. Enumerable.Range(0, count).Select(night => level(night) * Math.Exp(Noise * (heavy ? Heavy() : random.Normal())))];

    /// <summary>
    /// Each change with the night at which it was found, and whether it is a regression: what the nightly run would have said.
    /// </summary>
    public List<(int FoundAt, int First, bool Alarm)> Judge(double[] nights) => Judge(nights, out _);

    /// <summary>The same with what is said of the last night.</summary>
    public List<(int FoundAt, int First, bool Alarm)> Judge(double[] nights, out SeriesJudge judge)
    {
        judge = new(Better.Lower, new LevelScan(Rules, Scale, Rules.Level(Series)), (_, _) => false);
        List<(int, int, bool)> said = [];
        int known = 0;
        for (int night = 0; night < nights.Length; night++)
        {
            judge.Judge(new HistoryPoint(night, Scale.On(nights[night]), 0), acceptedAt: -1);
            if (judge.Changes.Count > known) said.Add((night, judge.Changes[^1].Night, judge.Changes[^1].Kind == HistoryVerdict.Regressed));
            known = judge.Changes.Count;
        }
        return said;
    }

    // Student's t with 3 degrees of freedom over its standard deviation, the root of 3
    private double Heavy()
    {
        double squares = 0;
        for (int i = 0; i < 3; i++) squares += Math.Pow(random.Normal(), 2);
        return random.Normal() / Math.Sqrt(squares / 3) / Math.Sqrt(3);
    }
}
