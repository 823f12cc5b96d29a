using System.Text.Json.Serialization;
using MathNet.Numerics.Statistics;

namespace Harness.Analysis;

/// <summary>
/// How far the level of a counter differs between sessions although nothing was changed. Runs of one session share whatever the host was
/// like at the time, so their scatter says nothing of it; it shows between sessions alone.
/// </summary>
/// <param name="Spread">Standard deviation of a session's level, as a share of it.</param>
/// <param name="Freedom">Degrees of freedom: how surely the spread is known.</param>
/// <param name="Sessions">How many sessions it was measured from; 0 when it is assumed.</param>
public sealed record Drift(double Spread, int Freedom, int Sessions)
{
    /// <summary>The fewest sessions to measure it from. Assumed: five leave an interval 1.4 times as wide as many would.</summary>
    public const int FewestSessions = 5;

    /// <summary>
    /// What is taken where too few sessions are known. Assumed: 10 % between two sessions, as unsure as if it had been measured from five.
    /// </summary>
    public static Drift Assumed { get; } = new(0.1 / Math.Sqrt(2), FewestSessions - 1, 0);

    /// <summary>
    /// The drift seen in the runs of some sessions, or the assumed one when there are too few. The scatter of the runs is part of what the
    /// sessions' levels differ by and is not taken off again: that errs to the careful side.
    /// </summary>
    /// <param name="sessions">The counter's values in the runs of each session; sessions without any are passed over.</param>
    public static Drift Of(IEnumerable<IReadOnlyCollection<double>> sessions)
    {
        IReadOnlyCollection<double>[] counted = [.. sessions.Where(values => values.Count > 0)];
        if (counted.Length < FewestSessions) return Assumed;
        bool allPositive = counted.All(values => values.All(value => value > 0));
        double[] levels = [.. counted.Select(values => allPositive ? values.Average(Math.Log) : values.Average())];
        double mean = allPositive ? 1 : levels.Mean();
        // nothing in any session: it never drifted away from nothing
        return new Drift(mean > 0 ? levels.StandardDeviation() / mean : 0, counted.Length - 1, counted.Length);
    }
}

/// <summary>The drift that a comparison of two sessions allows for in one counter.</summary>
/// <param name="Spread">Standard deviation of the change that drift alone makes, as a share.</param>
/// <param name="Before">Drift of the side before.</param>
/// <param name="After">Drift of the side after.</param>
public sealed record DriftAllowance(double Spread, Drift Before, Drift After)
{
    /// <summary>None: what the model says does not depend on when it is asked.</summary>
    public static DriftAllowance None { get; } = Of(Nothing, Nothing);

    /// <summary>True when the drift of a side is only assumed.</summary>
    [JsonIgnore]
    public bool IsAssumed => Before == Drift.Assumed || After == Drift.Assumed;

    private static Drift Nothing => new(0, Drift.FewestSessions - 1, 0);

    /// <summary>The allowance for two sides that drift so.</summary>
    public static DriftAllowance Of(Drift before, Drift after) => new(double.Hypot(before.Spread, after.Spread), before, after);
}
