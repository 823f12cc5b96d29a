using MathNet.Numerics.Statistics;

namespace Harness.Analysis;

/// <summary>
/// The change between runs of two sessions, of which no two belong together. Its variance is that of the two means, as Welch's t test has
/// it (B. L. Welch, The generalization of "Student's" problem, Biometrika 34, 1947), and on top of it that of <see cref="Drift"/> between
/// the sessions, without which a host that merely drifted would count as changed. The degrees of freedom are Satterthwaite's
/// (F. E. Satterthwaite, An approximate distribution of estimates of variance components, Biometrics Bull. 2, 1946), rounded down; both
/// sides' drift counts as one component with the fewer degrees of the two, since it may have been measured from the same sessions.
/// <para>
/// When all values are over zero, the change is the ratio of the geometric means, less one; else the ratio of the means, with Fieller's
/// interval. When every run of both sides gave the same value, nothing drifted, and no allowance is made.
/// </para>
/// </summary>
internal sealed class UnpairedChange : SeenChange
{
    private readonly int fewest;
    private readonly DriftAllowance allowance;

    private UnpairedChange(int fewest, DriftAllowance allowance)
    {
        this.fewest = fewest;
        this.allowance = allowance;
    }

    /// <inheritdoc />
    public override string WhyUntested => fewest == 0 ? "a side has no run with it" : "a side with one run has no scatter to judge by";

    /// <summary>The change from finite values that are zero or more.</summary>
    /// <param name="before">Values before, one a run.</param>
    /// <param name="after">Values after.</param>
    /// <param name="alpha">One minus the coverage of the interval.</param>
    /// <param name="isCount">True for counts of events.</param>
    /// <param name="allowance">What the sessions may differ by although nothing was changed.</param>
    public static UnpairedChange Of(double[] before, double[] after, double alpha, bool isCount, DriftAllowance allowance)
    {
        int fewest = Math.Min(before.Length, after.Length);
        if (fewest == 0) return new UnpairedChange(0, allowance);
        bool constant = before.Concat(after).Distinct().Count() == 1;
        bool allPositive = before.All(value => value > 0) && after.All(value => value > 0);
        Func<double[], double, bool, Side> side = allPositive ? Side.OfLogs : Side.OfMeans;
        Side one = side(before, constant ? 0 : allowance.Before.Spread, isCount);
        Side other = side(after, constant ? 0 : allowance.After.Spread, isCount);
        // nothing at all on either side is the one case of 0/0 with an answer: it did not change
        if (!allPositive && one.Mean == 0 && other.Mean == 0) return Nothing(fewest, before.Length + after.Length - 2, allowance);

        // without a mean before there is no relative scale; the direction is still told by the plain difference
        Scale scale = allPositive ? Scale.Logs : one.Mean > 0 ? Scale.Means : Scale.None;
        double unit = scale == Scale.Means ? one.Mean : 1;
        double centre = (other.Mean - one.Mean) / unit;
        double? change = scale switch { Scale.Logs => Ratio(centre), Scale.Means => Finite(centre), _ => null };
        if (fewest < 2) return new UnpairedChange(fewest, allowance) { Change = change, Centre = centre };

        int freedom = FreedomOf(one, other, allowance);
        double error = Math.Sqrt(one.Variance + other.Variance) / unit;
        double t = Student.Critical(alpha, freedom);
        return new UnpairedChange(fewest, allowance)
        {
            Change = change,
            Interval = scale switch
            {
                Scale.Logs => (Ratio(centre - (t * error)), Ratio(centre + (t * error))),
                Scale.Means => Fieller((one.Mean, one.Variance), (other.Mean, other.Variance), covariance: 0, t),
                _ => default,
            },
            P = Student.TwoSided(centre, error, freedom),
            Centre = centre,
            Error = error,
            Freedom = freedom,
            ScaleOfTest = scale,
        };
    }

    /// <inheritdoc />
    public override (int? MorePairs, string Words) ToSettle(double level, JudgingRules rules)
    {
        return (null, allowance.IsAssumed
            ? "drift between the sessions, assumed, could be all of it: pairs in one session would tell, or more sessions to measure it by"
            : "sessions that ran the same differ by as much: pairs in one session would tell");
    }

    private static UnpairedChange Nothing(int fewest, int freedom, DriftAllowance allowance) => fewest < 2
        ? new UnpairedChange(fewest, allowance) { Change = 0 }
        : new UnpairedChange(fewest, allowance) { Change = 0, Interval = (0, 0), P = 1, Freedom = freedom };

    // Satterthwaite's, rounded down; when nothing scatters, the runs' own
    private static int FreedomOf(Side one, Side other, DriftAllowance allowance)
    {
        double drift = one.Drift + other.Drift;
        int ofDrift = Math.Min(allowance.Before.Freedom, allowance.After.Freedom);
        double inverse = (one.Scatter * one.Scatter / (one.Runs - 1)) + (other.Scatter * other.Scatter / (other.Runs - 1))
            + (drift * drift / ofDrift);
        double sum = one.Variance + other.Variance;
        int most = one.Runs + other.Runs - 2 + ofDrift;
        return inverse > 0 ? (int)Math.Clamp(sum * sum / inverse, 1, most) : one.Runs + other.Runs - 2;
    }

    /// <summary>A side's mean on the scale of the test, and where its variance comes from.</summary>
    /// <param name="Runs">How many runs.</param>
    /// <param name="Mean">Their mean.</param>
    /// <param name="Scatter">Variance of the mean, as the runs scatter.</param>
    /// <param name="Drift">Variance of the mean from drift between sessions.</param>
    private readonly record struct Side(int Runs, double Mean, double Scatter, double Drift)
    {
        public double Variance => Scatter + Drift;

        public static Side OfLogs(double[] values, double spread, bool isCount)
        {
            double[] logs = [.. values.Select(value => Math.Log(value))];
            // the variance of ln(x) is that of x over x squared, to first order
            double inFlight = isCount ? values.Average(value => CountVariance / (value * value)) : 0;
            return new Side(values.Length, logs.Mean(), ScatterOf(logs, inFlight), spread * spread);
        }

        public static Side OfMeans(double[] values, double spread, bool isCount)
        {
            double mean = values.Mean();
            return new Side(values.Length, mean, ScatterOf(values, isCount ? CountVariance : 0), spread * mean * (spread * mean));
        }

        private static double ScatterOf(double[] values, double inFlight) =>
            values.Length < 2 ? 0 : (values.Variance() + inFlight) / values.Length;
    }
}
