namespace Harness.Analysis;

/// <summary>
/// The relative change of a counter between two sides, (after - before) / before, with what a verdict needs to know of it. When all values
/// are over zero, the test is made on logarithms; when some are zero, on differences over the mean before.
/// </summary>
internal abstract class SeenChange
{
    /// <summary>
    /// A count is never surer than one event: what is in flight at a snapshot falls on either side of it. Each count therefore brings a
    /// variance of 1/2 of its own (assumed), so that 1, 1 against 2, 2 is not a certain doubling although neither side scatters.
    /// </summary>
    public const double CountVariance = 0.5;

    /// <summary>The scale of a test.</summary>
    protected enum Scale
    {
        /// <summary>No relative scale: there was nothing before.</summary>
        None,

        /// <summary>Logarithms of ratios.</summary>
        Logs,

        /// <summary>Differences over the mean before.</summary>
        Means,
    }

    /// <summary>The relative change; null when it has no value (before is 0 and after is not) or a side has no value.</summary>
    public double? Change { get; protected init; }

    /// <summary>Ends of the interval of <see cref="Change"/>; null without a test and where the interval has no such end.</summary>
    public (double? Low, double? High) Interval { get; protected init; }

    /// <summary>The same change by ranks; null where there is none.</summary>
    public RankShift? Ranks { get; protected init; }

    /// <summary>The two-sided chance of such a change when nothing changed; null when there are too few runs for a test.</summary>
    public double? P { get; protected init; }

    /// <summary>The change on the scale of the test (log ratio, or difference over the mean before, or plain difference).</summary>
    public double Centre { get; protected init; }

    /// <summary>Standard error of <see cref="Centre"/>.</summary>
    public double Error { get; protected init; }

    /// <summary>Degrees of freedom of <see cref="Error"/>; 0 without a test.</summary>
    public int Freedom { get; protected init; }

    /// <summary>
    /// The pairs on the scale of the test, in their order; empty where there is no test, nothing was counted at all, or the runs are not
    /// paired.
    /// </summary>
    public IReadOnlyList<double> Differences { get; protected init; } = [];

    /// <summary>-1, 0 or 1: which way it went.</summary>
    public int Direction => Math.Sign(Centre);

    /// <summary>
    /// True when the test could tell the sides apart at all. When nothing differs and nothing scatters, no arrangement of these values
    /// could be significant, and counting such a row among the judged ones would only take power from the others (R. E. Tarone, A modified
    /// Bonferroni method for discrete data, Biometrics 46, 1990).
    /// </summary>
    public bool CanTell => P is not null && (Error > 0 || Centre != 0);

    /// <summary>Why there is no test, where there is none.</summary>
    public abstract string WhyUntested { get; }

    /// <summary>The scale of the test.</summary>
    protected Scale ScaleOfTest { get; init; }

    /// <summary>What would settle an undecided row.</summary>
    /// <param name="level">The level that the test was held against.</param>
    /// <param name="rules">The numbers the verdict hangs on.</param>
    /// <returns>How many more pairs, or null where no affordable number or only something else would do; and it in words.</returns>
    public abstract (int? MorePairs, string Words) ToSettle(double level, JudgingRules rules);

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

    /// <summary>
    /// The smallest relative change that runs like these report as a change with the chance <see cref="JudgingRules.Power"/>: the standard
    /// error times <see cref="TestPower.DistanceFor"/>. It is never under <see cref="JudgingRules.Negligible"/>, below which no change is
    /// reported. Null without a test and where nothing was counted before.
    /// </summary>
    /// <param name="level">The level that the test is held against.</param>
    /// <param name="rules">The numbers the verdict hangs on.</param>
    public double? SmallestEffect(double level, JudgingRules rules)
    {
        if (P is null) return null;
        double distance = new TestPower(level, Freedom).DistanceFor(rules.Power) * Error;
        return AsChange(distance) is double change ? Math.Max(change, rules.Negligible) : null;
    }

    /// <summary>A difference of logarithms as a relative change.</summary>
    protected static double? Ratio(double log) => Finite(Math.Exp(log) - 1);

    /// <summary>The value, or null for what is no number.</summary>
    protected static double? Finite(double value) => double.IsFinite(value) ? value : null;

    /// <summary>
    /// All ratios r of two true means for which mean(after) - r mean(before) is within t standard errors of zero, less one: the roots of a
    /// quadratic in r (E. C. Fieller, Some problems in interval estimation, J. R. Statist. Soc. B 16, 1954). It has no two ends when the
    /// mean before is itself not surely over zero.
    /// </summary>
    /// <param name="before">Mean before and its variance.</param>
    /// <param name="after">Mean after and its variance.</param>
    /// <param name="covariance">Covariance of the two means.</param>
    /// <param name="t">Critical value of Student's t.</param>
    protected static (double? Low, double? High) Fieller(
        (double Mean, double Variance) before, (double Mean, double Variance) after, double covariance, double t)
    {
        double a = (before.Mean * before.Mean) - (t * t * before.Variance);
        double b = (before.Mean * after.Mean) - (t * t * covariance);
        double c = (after.Mean * after.Mean) - (t * t * after.Variance);
        if (a <= 0) return default;
        double root = Math.Sqrt(Math.Max(0, (b * b) - (a * c)));
        // a count or a time cannot fall by more than all of it
        return (Finite(Math.Max(-1, ((b - root) / a) - 1)), Finite(((b + root) / a) - 1));
    }
}
