using System.Globalization;
using MathNet.Numerics.Statistics;

namespace Harness.Analysis;

/// <summary>
/// The change from pairs of one run before and one after. Pairing takes out whatever drifts slowly over a session, because both runs of a
/// pair see nearly the same of it.
/// <para>
/// When all values are over zero, the change is exp(mean of ln(after / before)) - 1 with Student's interval of that mean: the geometric
/// mean of the pairs' ratios. When some are zero, a ratio of one pair may not exist; then it is the ratio of the two means with Fieller's
/// interval, and the test is the paired t test of the differences.
/// </para>
/// </summary>
internal sealed class PairedChange : SeenChange
{
    private PairedChange(int pairs) => Pairs = pairs;

    /// <summary>How many pairs.</summary>
    public int Pairs { get; }

    /// <summary>Standard deviation of the pairs on that scale.</summary>
    public double Deviation => Error * Math.Sqrt(Pairs);

    /// <inheritdoc />
    public override string WhyUntested => Pairs == 0 ? "no pair has both runs" : "one pair has no scatter to judge by";

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

    /// <inheritdoc />
    public override (int? MorePairs, string Words) ToSettle(double level, JudgingRules rules)
    {
        int? more = MorePairs.Needed(this, level, rules);
        FormattableString words = more switch
        {
            null => $"not even {MorePairs.Limit:N0} pairs would settle it",
            _ when Pairs < 2 => $"{more} more would give every interval its 95 %",
            1 => $"about 1 more pair would settle it",
            _ => $"about {more:N0} more pairs would settle it",
        };
        return (more, words.ToString(CultureInfo.InvariantCulture));
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

        double error = Math.Sqrt(logs.Variance() + inFlight) / Math.Sqrt(n);
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
            Error = error,
            Freedom = n - 1,
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
        double error = Math.Sqrt(differences.Variance() + (2 * inFlight / (scale * scale))) / Math.Sqrt(n);
        double t = Student.Critical(alpha, n - 1);
        return new PairedChange(n)
        {
            Change = change,
            Interval = meanBefore <= 0 ? default : Fieller(
                (meanBefore, (before.Variance() + inFlight) / n), (meanAfter, (after.Variance() + inFlight) / n),
                before.Covariance(after) / n, t),
            Ranks = meanBefore > 0 ? SignedRank.Of(differences, alpha) : null,
            P = Student.TwoSided(centre, error, n - 1),
            Centre = centre,
            Differences = differences,
            Error = error,
            Freedom = n - 1,
            ScaleOfTest = meanBefore > 0 ? Scale.Means : Scale.None,
        };
    }

    private static PairedChange Nothing(int n) => n < 2
        ? new PairedChange(n) { Change = 0 }
        : new PairedChange(n)
        {
            Change = 0, Interval = (0, 0), Ranks = n < Summary.EnoughForInterval ? null : default(RankShift), P = 1, Freedom = n - 1,
        };
}
