namespace Harness.Analysis;

/// <summary>The numbers a verdict hangs on. All are shares: 0.05 is 5 %.</summary>
public sealed record JudgingRules
{
    /// <summary>The default rules.</summary>
    public static JudgingRules Default { get; } = new();

    /// <summary>
    /// The chance of one or more false verdicts among all judged counters when nothing changed, and one minus the coverage of every
    /// interval. Published: the customary 5 %.
    /// </summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>
    /// The smallest relative change worth knowing. A change that may be zero and whose interval lies within plus or minus this is
    /// <see cref="Verdict.NoChange"/>. Assumed: 5 %.
    /// </summary>
    public double SmallestEffect { get; init; } = 0.05;

    /// <summary>
    /// A change whose whole interval lies within plus or minus this is <see cref="Verdict.NoChange"/> even if it is surely not zero: one
    /// page in 65,536 more on every run is certain and of no use to anybody. Assumed: 0.5 %.
    /// </summary>
    public double Negligible { get; init; } = 0.005;

    /// <summary>The chance of a decision that <see cref="ComparisonRow.MoreRuns"/> aims at. Published: the customary 80 %.</summary>
    public double Power { get; init; } = 0.8;
}
