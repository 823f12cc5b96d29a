namespace Harness.Analysis;

/// <summary>A value of a series on the scale of its history.</summary>
/// <param name="Night">The night.</param>
/// <param name="Place">The night's median on the scale.</param>
/// <param name="Unsureness">The variance of that median as its runs tell it.</param>
internal readonly record struct HistoryPoint(int Night, double Place, double Unsureness);

/// <summary>Some nights' points as the test needs them.</summary>
/// <param name="N">How many.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Squares">The sum of their squared distances from it.</param>
/// <param name="Unsureness">The mean of their unsureness.</param>
internal readonly record struct NightSample(int N, double Mean, double Squares, double Unsureness)
{
    public static NightSample Of(ReadOnlySpan<HistoryPoint> points)
    {
        double sum = 0;
        double unsureness = 0;
        foreach (HistoryPoint point in points)
        {
            sum += point.Place;
            unsureness += point.Unsureness;
        }
        double mean = sum / points.Length;
        double squares = 0;
        foreach (HistoryPoint point in points) squares += (point.Place - mean) * (point.Place - mean);
        return new NightSample(points.Length, mean, squares, unsureness / points.Length);
    }

    /// <summary>The sample with one more night (B. P. Welford, Technometrics 4, 1962).</summary>
    public NightSample And(HistoryPoint point)
    {
        double mean = Mean + ((point.Place - Mean) / (N + 1));
        return new NightSample(
            N + 1, mean, Squares + ((point.Place - Mean) * (point.Place - mean)), ((Unsureness * N) + point.Unsureness) / (N + 1));
    }
}

/// <summary>
/// Student's test of two samples of nights. The scatter is the pooled one of both; a level of too few nights has its missing degrees of
/// freedom filled with the assumed scatter, and no scatter is under what the runs within the nights say.
/// </summary>
/// <param name="Distance">From the level to the nights held against it, on the scale.</param>
/// <param name="Scatter">Standard deviation of a single night.</param>
/// <param name="Error">Standard error of the distance.</param>
/// <param name="Freedom">Degrees of freedom.</param>
internal readonly record struct LevelTest(double Distance, double Scatter, double Error, int Freedom)
{
    // A critical value takes milliseconds to find so far out: beyond this many degrees of freedom only multiples are asked for, rounded
    // down, which is the stricter side, by 2 % at most.
    private const int Exact = 100;

    public static LevelTest Of(NightSample level, NightSample nights, HistoryRules rules)
    {
        int filled = Math.Max(0, rules.EnoughNights - level.N);
        int freedom = level.N - 1 + nights.N - 1 + filled;
        double assumed = filled * rules.AssumedScatter * rules.AssumedScatter;
        double within = ((level.N * level.Unsureness) + (nights.N * nights.Unsureness)) / (level.N + nights.N);
        double scatter = Math.Sqrt(Math.Max((level.Squares + nights.Squares + assumed) / freedom, within));
        return new LevelTest(nights.Mean - level.Mean, scatter, ErrorOf(scatter, level.N, nights.N), freedom);
    }

    /// <summary>The test with another distance, which rests on so many nights only.</summary>
    public LevelTest With(double distance, int levelNights, int nights) =>
        this with { Distance = distance, Error = ErrorOf(Scatter, levelNights, nights) };

    /// <summary>How far the distance goes beyond what chance does at that level: over 1 it is surely none.</summary>
    public double Beyond(double alpha) => Error > 0
        ? Math.Abs(Distance) / (Error * Student.Critical(alpha, Freedom <= Exact ? Freedom : Freedom / Exact * Exact))
        : Distance == 0 ? 0 : double.PositiveInfinity;

    private static double ErrorOf(double scatter, int levelNights, int nights) => scatter * Math.Sqrt((1.0 / levelNights) + (1.0 / nights));
}
