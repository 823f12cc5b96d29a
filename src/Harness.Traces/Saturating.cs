namespace Harness.Traces;

/// <summary>Sums of counts that a file may say anything of.</summary>
internal static class Saturating
{
    /// <summary>The sum of two numbers that are not negative, or the largest there is.</summary>
    internal static long Add(long one, long other) => one > long.MaxValue - other ? long.MaxValue : one + other;
}
