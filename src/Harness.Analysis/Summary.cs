using System.Text.Json.Serialization;
using MathNet.Numerics.Distributions;

namespace Harness.Analysis;

/// <summary>
/// A list of values as its median with a 95 % interval of the median.
/// <para>
/// The interval is free of any assumption on the distribution: it runs from the k-th smallest to the k-th largest value, k being the
/// largest rank for which 2 P(Binomial(n, 1/2) &lt; k) is at most 5 % (G. J. Hahn, W. Q. Meeker, Statistical Intervals, 1991, section 5.2).
/// Up to 5 values no k reaches 95 %; then the interval is the range of the values and <see cref="Coverage"/> says how little that covers.
/// </para>
/// </summary>
public sealed record Summary
{
    /// <summary>The fewest values for which the interval covers 95 %: 1 - 2 / 2^6 is 96.9 %, 1 - 2 / 2^5 is 93.75 %.</summary>
    public const int EnoughForInterval = 6;

    private const double Alpha = 0.05;

    /// <summary>The summary of no values.</summary>
    public static Summary Empty { get; } = new() { N = 0, Coverage = 0 };

    /// <summary>The median; null without values. Of an even number of values, the mean of the two in the middle.</summary>
    public double? Median { get; init; }

    /// <summary>Lower end of the interval of the median.</summary>
    public double? Low { get; init; }

    /// <summary>Upper end of the interval of the median.</summary>
    public double? High { get; init; }

    /// <summary>How many values.</summary>
    public required int N { get; init; }

    /// <summary>The share of cases in which such an interval holds the true median: 0.95 or more from 6 values on, less below.</summary>
    public required double Coverage { get; init; }

    /// <summary>True when <see cref="Low"/> and <see cref="High"/> are only the range of too few values.</summary>
    [JsonIgnore]
    public bool IsRangeOnly => N < EnoughForInterval;

    /// <summary>Summarises finite values.</summary>
    public static Summary Of(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0) return Empty;
        double[] sorted = [.. values];
        Array.Sort(sorted);
        int n = sorted.Length;
        int rank = Rank(n);
        return new Summary
        {
            Median = MedianOfSorted(sorted),
            Low = sorted[rank - 1],
            High = sorted[n - rank],
            N = n,
            Coverage = Math.Max(0, 1 - (2 * Binomial.CDF(0.5, n, rank - 1))),
        };
    }

    /// <summary>The median of values in ascending order; there is at least one.</summary>
    internal static double MedianOfSorted(ReadOnlySpan<double> sorted)
    {
        int middle = sorted.Length / 2;
        // halved before the sum, so that no two finite values overflow
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] / 2) + (sorted[middle] / 2);
    }

    private static int Rank(int n)
    {
        int rank = 1;
        while (2 * Binomial.CDF(0.5, n, rank) <= Alpha) rank++;
        return rank;
    }
}
