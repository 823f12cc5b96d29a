using System.Runtime.InteropServices;

namespace Harness.Analysis;

/// <summary>Looks for a change of level among the last nights.</summary>
/// <param name="rules">The rules.</param>
/// <param name="scale">The series' scale.</param>
/// <param name="alpha">The level of each test.</param>
internal sealed class LevelScan(HistoryRules rules, HistoryScale scale, double alpha)
{
    // In shorter windows the farthest night has to be done without: of three nights two may be far by chance where tails are heavy.
    private const int Short = 3;

    private const double Customary = 0.05;

    /// <summary>
    /// In how many of the last nights the level is another, 0 when it is not; of several windows the one that is the surest. No single
    /// night makes a change: a window of two or three nights must do without its farthest one, and in a longer one that counts as no
    /// farther than the second farthest.
    /// </summary>
    /// <param name="points">The nights of the level with tonight as the last.</param>
    public int NightsOfNewLevel(List<HistoryPoint> points)
    {
        ReadOnlySpan<HistoryPoint> all = CollectionsMarshal.AsSpan(points);
        int found = 0;
        double surest = 1;
        int longest = Math.Min(rules.LongestWindow, all.Length - 1);
        if (longest < 2) return 0;
        NightSample level = NightSample.Of(all[..^longest]);
        for (int w = longest; w >= 2; level = level.And(all[^w]), w--)
        {
            ReadOnlySpan<HistoryPoint> window = all[^w..];
            LevelTest whole = LevelTest.Of(level, NightSample.Of(window), rules);
            (double farthest, double second) = Farthest(window, level.Mean, Math.Sign(whole.Distance));
            LevelTest test = w <= Short
                ? whole.With(((whole.Distance * w) - farthest) / (w - 1), level.N, w - 1)
                : whole with { Distance = whole.Distance - ((farthest - second) / w) };
            bool turned = Math.Sign(test.Distance) != Math.Sign(whole.Distance);
            double beyond = test.Beyond(alpha);
            if (turned || beyond <= surest || !IsWorthALine(level.Mean, level.Mean + whole.Distance)) continue;
            surest = beyond;
            found = w;
        }
        return found;
    }

    /// <summary>True when a single night is surely of another level; without nights to hold it against it is not.</summary>
    public bool IsFar(List<HistoryPoint> level, HistoryPoint night) => level.Count > 0 && Differ(Test(level, [night]), level);

    /// <summary>
    /// True when a night lies off a level by more than the customary 5 % of chance does, and the level has too few nights for its scatter
    /// to be known, so that neither a change nor its absence can be told.
    /// </summary>
    public bool IsUnsure(List<HistoryPoint> level, HistoryPoint night)
    {
        if (level.Count == 0 || level.Count >= rules.EnoughNights) return false;
        LevelTest test = Test(level, [night]);
        double before = Sample(level).Mean;
        return test.Beyond(Customary) > 1 && IsWorthALine(before, before + test.Distance);
    }

    /// <summary>True when what was tested against a level surely differs from it, by as much as is worth a line.</summary>
    public bool Differ(LevelTest test, List<HistoryPoint> level)
    {
        double before = Sample(level).Mean;
        return test.Beyond(alpha) > 1 && IsWorthALine(before, before + test.Distance);
    }

    /// <summary>The test of nights against a level.</summary>
    public LevelTest Test(List<HistoryPoint> level, List<HistoryPoint> nights) => LevelTest.Of(Sample(level), Sample(nights), rules);

    private static NightSample Sample(List<HistoryPoint> points) => NightSample.Of(CollectionsMarshal.AsSpan(points));

    private bool IsWorthALine(double before, double after)
    {
        double value = scale.Off(before);
        return Math.Abs(scale.Off(after) - value) > rules.SmallestEffect * value;
    }

    /// <summary>The two farthest nights' distances from the level in a direction.</summary>
    private static (double Farthest, double Second) Farthest(ReadOnlySpan<HistoryPoint> window, double level, int direction)
    {
        double first = double.NegativeInfinity;
        double second = double.NegativeInfinity;
        foreach (HistoryPoint point in window)
        {
            double distance = (point.Place - level) * direction;
            if (distance > first) (first, second) = (distance, first);
            else if (distance > second) second = distance;
        }
        return (first * direction, second * direction);
    }
}
