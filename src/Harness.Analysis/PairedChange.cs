using MathNet.Numerics.Statistics;

namespace Harness.Analysis;

/// <summary>
/// The relative change of a counter, (after - before) / before, from pairs of one run before and one after. Pairing takes out whatever
/// drifts slowly over a session, because both runs of a pair see nearly the same of it.
/// <para>
/// When all values are over zero, the change is exp(mean of ln(after / before)) - 1 with Student's interval of that mean: the geometric
/// mean of the pairs' ratios. When some are zero, a ratio of one pair may not exist; then it is the ratio of the two means with Fieller's
/// interval (E. C. Fieller, Some problems in interval estimation, J. R. Statist. Soc. B 16, 1954), and the test is the paired t test of the
/// differences.
/// </para>
/// <para>
/// A count is never surer than one event: what is in flight at a snapshot falls on either side of it. Each count therefore brings a
/// variance of 1/2 of its own (assumed), so that 1, 1 against 2, 2 is not a certain doubling although neither side scatters.
/// </para>
/// </summary>
internal sealed class PairedChange
{
    /// <summary>The variance of a count by itself.</summary>
    internal const double CountVariance = 0.5;

    private PairedChange(int pairs) => Pairs = pairs;

    private enum Scale
    {
        /// <summary>No relative scale: there was nothing before.</summary>
        None,

        /// <summary>Logarithms of ratios.</summary>
        Logs,

        /// <summary>Differences over the mean before.</summary>
        Means,
    }

    /// <summary>How many pairs.</summary>
    public int Pairs { get; }

    /// <summary>The relative change; null when it has no value (before is 0 and after is not) or there is no pair.</summary>
    public double? Change { get; private init; }

    /// <summary>Ends of the interval of <see cref="Change"/>; null under two pairs and where the interval has no such end.</summary>
    public (double? Low, double? High) Interval { get; private init; }

    /// <summary>The same change by ranks; null under six pairs.</summary>
    public RankShift? Ranks { get; private init; }

    /// <summary>The two-sided chance of such a change when nothing changed; null under two pairs.</summary>
    public double? P { get; private init; }

    /// <summary>-1, 0 or 1: which way it went.</summary>
    public int Direction => Math.Sign(Centre);

    /// <summary>Mean of the pairs on the scale of the test (log ratio, or difference over the mean before, or plain difference).</summary>
    public double Centre { get; private init; }

    /// <summary>The pairs on that scale, in the order given; empty under two pairs and where nothing was counted at all.</summary>
    public IReadOnlyList<double> Differences { get; private init; } = [];

    /// <summary>Standard deviation of the pairs on that scale.</summary>
    public double Deviation { get; private init; }

    /// <summary>Standard error of <see cref="Centre"/>.</summary>
    public double Error => Deviation / Math.Sqrt(Pairs);

    /// <summary>
    /// True when the test could tell the sides apart at all. When no pair differs and nothing scatters, no arrangement of these values
    /// could be significant, and counting such a row among the judged ones would only take power from the others (R. E. Tarone, A modified
    /// Bonferroni method for discrete data, Biometrics 46, 1990).
    /// </summary>
    public bool CanTell => P is not null && (Deviation > 0 || Centre != 0);

    private Scale ScaleOfTest { get; init; }

    /// <summary>
    /// A distance on the scale of the test as a relative change upwards; null where there is no such scale. On the scale of logs the same
    /// distance down is the change 1 / (1 + x) - 1.
    /// </summary>
    public double? AsChange(double distance) => ScaleOfTest switch
    {
        Scale.Logs => Ratio(distance),
        Scale.Means => Finite(distance),
        _ => null,
    };

    /// <summary>The change from pairs of finite values that are zero or more.</summary>
    /// <param name="before">Values before, one a pair.</param>
    /// <param name="after">Values after, in the same order.</param>
    /// <param name="alpha">One minus the coverage of the intervals.</param>
    /// <param name="isCount">True for counts of events.</param>
    public static PairedChange Of(double[] before, double[] after, double alpha, bool isCount)
    {
        if (before.Length == 0) return new PairedChange(0);
        bool allPositive = before.All(value => value > 0) && after.All(value => value > 0);
        return allPositive ? OfLogs(before, after, alpha, isCount) : OfMeans(before, after, alpha, isCount);
    }

    private static PairedChange OfLogs(double[] before, double[] after, double alpha, bool isCount)
    {
        int n = before.Length;
        double[] logs = new double[n];
        double inFlight = 0;
        for (int i = 0; i < n; i++)
        {
            logs[i] = Math.Log(after[i]) - Math.Log(before[i]);
            // the variance of ln(x) is that of x over x squared, to first order
            if (isCount) inFlight += CountVariance * ((1 / (before[i] * before[i])) + (1 / (after[i] * after[i]))) / n;
        }
        double mean = logs.Mean();
        if (n < 2) return new PairedChange(n) { Change = Ratio(mean), Centre = mean };

        double deviation = Math.Sqrt(logs.Variance() + inFlight);
        double error = deviation / Math.Sqrt(n);
        double reach = Student.Critical(alpha, n - 1) * error;
        return new PairedChange(n)
        {
            Change = Ratio(mean),
            Interval = (Ratio(mean - reach), Ratio(mean + reach)),
            Ranks = SignedRank.Of(logs, alpha) is { } log
                ? new(Math.Exp(log.Estimate) - 1, Math.Exp(log.Low) - 1, Math.Exp(log.High) - 1)
                : null,
            P = Student.TwoSided(mean, error, n - 1),
            Centre = mean,
            Differences = logs,
            Deviation = deviation,
            ScaleOfTest = Scale.Logs,
        };
    }

    private static PairedChange OfMeans(double[] before, double[] after, double alpha, bool isCount)
    {
        int n = before.Length;
        double meanBefore = before.Mean();
        double meanAfter = after.Mean();
        // nothing at all on either side is the one case of 0/0 with an answer: it did not change
        if (meanBefore == 0 && meanAfter == 0) return Nothing(n);

        // without a mean before there is no relative scale; the direction is still told by the plain differences
        double scale = meanBefore > 0 ? meanBefore : 1;
        double? change = meanBefore > 0 ? Finite((meanAfter / meanBefore) - 1) : null;
        double[] differences = new double[n];
        for (int i = 0; i < n; i++) differences[i] = (after[i] - before[i]) / scale;
        double centre = differences.Mean();
        if (n < 2) return new PairedChange(n) { Change = change, Centre = centre };

        double inFlight = isCount ? CountVariance : 0;
        double deviation = Math.Sqrt(differences.Variance() + (2 * inFlight / (scale * scale)));
        return new PairedChange(n)
        {
            Change = change,
            Interval = meanBefore > 0 ? Fieller(before, after, alpha, inFlight) : default,
            Ranks = meanBefore > 0 ? SignedRank.Of(differences, alpha) : null,
            P = Student.TwoSided(centre, deviation / Math.Sqrt(n), n - 1),
            Centre = centre,
            Differences = differences,
            Deviation = deviation,
            ScaleOfTest = meanBefore > 0 ? Scale.Means : Scale.None,
        };
    }

    /// <summary>
    /// All ratios r of the true means for which mean(after - r before) is within t standard errors of zero: the roots of a quadratic in r.
    /// It has no two ends when the mean before is itself not surely over zero.
    /// </summary>
    private static (double? Low, double? High) Fieller(
        double[] before, double[] after, double alpha, double inFlight)
    {
        int n = before.Length;
        double t = Student.Critical(alpha, n - 1);
        double weight = t * t / n;
        double meanBefore = before.Mean();
        double meanAfter = after.Mean();
        double a = (meanBefore * meanBefore) - (weight * (before.Variance() + inFlight));
        double b = (meanBefore * meanAfter) - (weight * before.Covariance(after));
        double c = (meanAfter * meanAfter) - (weight * (after.Variance() + inFlight));
        if (a <= 0) return default;
        double root = Math.Sqrt(Math.Max(0, (b * b) - (a * c)));
        // a count or a time cannot fall by more than all of it
        return (Finite(Math.Max(-1, ((b - root) / a) - 1)), Finite(((b + root) / a) - 1));
    }

    private static PairedChange Nothing(int n) => n < 2
        ? new PairedChange(n) { Change = 0 }
        : new PairedChange(n) { Change = 0, Interval = (0, 0), Ranks = n < Summary.EnoughForInterval ? null : default(RankShift), P = 1 };

    private static double? Ratio(double log) => Finite(Math.Exp(log) - 1);

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
