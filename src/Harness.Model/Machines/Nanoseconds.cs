namespace Harness.Model;

/// <summary>A length of simulated time in whole nanoseconds; never negative.</summary>
/// <param name="Count">The number of nanoseconds.</param>
public readonly record struct Nanoseconds(long Count)
{
    /// <summary>The same length in seconds.</summary>
    public double Seconds => Count / 1e9;

    /// <summary>The length as a reader writes it.</summary>
    public override string ToString() => FormattableString.Invariant($"{Count} ns");
}
