namespace Harness.Analysis;

/// <summary>
/// Holm's step-down procedure: among several tests, the chance that one or more of the true "nothing changed" are rejected stays at most
/// alpha (S. Holm, A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6, 1979).
/// </summary>
internal static class Holm
{
    /// <summary>For each p value: whether it is rejected, and the level it was held against.</summary>
    public static (bool Rejected, double Level)[] Judge(ReadOnlySpan<double> p, double alpha)
    {
        int n = p.Length;
        int[] order = new int[n];
        for (int i = 0; i < n; i++) order[i] = i;
        Array.Sort(p.ToArray(), order);

        (bool, double)[] judged = new (bool, double)[n];
        bool still = true;
        for (int step = 0; step < n; step++)
        {
            double level = alpha / (n - step);
            still &= p[order[step]] <= level;
            judged[order[step]] = (still, level);
        }
        return judged;
    }
}
