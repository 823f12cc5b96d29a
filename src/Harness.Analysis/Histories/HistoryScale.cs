using MathNet.Numerics.Statistics;

namespace Harness.Analysis;

/// <summary>
/// The scale on which nights are compared: asinh(x / c). Far above c it is the logarithm, so that a difference is a relative change; near
/// zero it is linear, so that zeros are values like others (N. L. Johnson, Systems of frequency curves, Biometrika 36, 1949, on asinh as
/// such a scale).
/// </summary>
internal readonly struct HistoryScale
{
    private readonly double linear;
    private readonly double countVariance;

    private HistoryScale(double linear, double countVariance)
    {
        this.linear = linear;
        this.countVariance = countVariance;
    }

    /// <summary>
    /// The scale of a unit. A count's c is where the variance that every count brings by itself (<see cref="SeenChange.CountVariance"/>) is
    /// as large as the assumed scatter of a level: below some seven events it is the count's own unsureness that tells, above it the
    /// relative change. Times and rates have no such unsureness and are logarithms all the way down.
    /// </summary>
    public static HistoryScale Of(string unit, HistoryRules rules) => Units.IsCount(unit)
        ? new(Math.Sqrt(SeenChange.CountVariance) / rules.AssumedScatter, SeenChange.CountVariance)
        : new(Reading.Smallest, 0);

    /// <summary>A value on the scale.</summary>
    public double On(double value) => Math.Asinh(value / linear);

    /// <summary>The value at a place on the scale; none is under zero.</summary>
    public double Off(double place) => Math.Max(0, linear * Math.Sinh(place));

    /// <summary>
    /// What a night's runs say of how unsure their median is, as a variance on the scale: pi / 2 times the variance of a mean, which is
    /// that of a median of normal values, and the variance of a count.
    /// </summary>
    /// <param name="runs">The runs' values.</param>
    /// <param name="median">Their median.</param>
    public double Unsureness(IReadOnlyList<double> runs, double median)
    {
        double ofCount = countVariance / ((median * median) + (linear * linear));
        if (runs.Count < 2) return ofCount;
        HistoryScale scale = this;
        return (runs.Select(value => scale.On(value)).Variance() * Math.PI / 2 / runs.Count) + ofCount;
    }
}
