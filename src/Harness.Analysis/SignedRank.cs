using MathNet.Numerics.Distributions;

namespace Harness.Analysis;

/// <summary>A shift by ranks, with the ends of its interval.</summary>
internal readonly record struct RankShift(double Estimate, double Low, double High);

/// <summary>
/// The Hodges-Lehmann estimate of a shift and the interval that belongs to Wilcoxon's signed-rank test: a second opinion that no single
/// wild run can sway (M. Hollander, D. A. Wolfe, E. Chicken, Nonparametric Statistical Methods, 2014, sections 3.2 and 3.3).
/// </summary>
internal static class SignedRank
{
    /// <summary>
    /// Up to this many differences the distribution is counted out exactly; above, the normal approximation is good to 1e-3.
    /// </summary>
    private const int ExactUpTo = 60;

    /// <summary>
    /// The shift as the median of all n(n+1)/2 means of two differences (each with itself included), and the interval that covers at least
    /// 1 - alpha; null when there are too few differences for one (under 6 for 95 %).
    /// </summary>
    public static RankShift? Of(ReadOnlySpan<double> differences, double alpha)
    {
        int critical = Critical(differences.Length, alpha);
        if (critical < 0) return null;
        double[] walsh = Walsh(differences);
        return new RankShift(Summary.MedianOfSorted(walsh), walsh[critical], walsh[walsh.Length - 1 - critical]);
    }

    /// <summary>
    /// The largest rank sum c with 2 P(T &lt;= c) at most alpha; -1 when there is none. It is the tables' critical value.
    /// </summary>
    public static int Critical(int n, double alpha)
    {
        if (n > ExactUpTo) return Approximate(n, alpha);
        double[] ways = Ways(n);
        double limit = Math.ScaleB(alpha / 2, n);
        double sum = 0;
        int critical = -1;
        while (critical + 1 < ways.Length && sum + ways[critical + 1] <= limit) sum += ways[++critical];
        return critical;
    }

    private static int Approximate(int n, double alpha)
    {
        double mean = n * (n + 1.0) / 4;
        double deviation = Math.Sqrt(n * (n + 1.0) * ((2.0 * n) + 1) / 24);
        return (int)Math.Floor(mean - (Normal.InvCDF(0, 1, 1 - (alpha / 2)) * deviation) - 0.5);
    }

    // ways[t]: how many of the 2^n sign patterns give the rank sum t; doubles hold these exactly up to n = 53 and to 16 digits above
    private static double[] Ways(int n)
    {
        double[] ways = new double[(n * (n + 1) / 2) + 1];
        ways[0] = 1;
        for (int rank = 1; rank <= n; rank++)
        {
            for (int sum = rank * (rank + 1) / 2; sum >= rank; sum--) ways[sum] += ways[sum - rank];
        }
        return ways;
    }

    private static double[] Walsh(ReadOnlySpan<double> differences)
    {
        int n = differences.Length;
        double[] means = new double[n * (n + 1) / 2];
        int at = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = i; j < n; j++) means[at++] = (differences[i] + differences[j]) / 2;
        }
        Array.Sort(means);
        return means;
    }
}
