using MathNet.Numerics.Distributions;

namespace Harness.Analysis;

/// <summary>How many more pairs would settle an undecided counter, if they are like those seen.</summary>
internal static class MorePairs
{
    /// <summary>Beyond this many pairs nobody runs an experiment; the answer is then "none would do". Assumed.</summary>
    public const int Limit = 1000;

    /// <summary>
    /// The number of further pairs with which, at the chance <see cref="JudgingRules.Power"/>, the interval leaves zero out or lies within
    /// the smallest effect: the least n with (t(1 - level/2) + t(power)) s / sqrt(n) under the distance to either border (the usual
    /// sample-size rule of the t test, as in Hahn and Meeker, chapter 8). Null when more than <see cref="Limit"/> would be needed.
    /// </summary>
    /// <param name="seen">What the pairs so far say.</param>
    /// <param name="level">The level that the counter's test was held against.</param>
    /// <param name="rules">The rules of the verdict.</param>
    public static int? Needed(PairedChange seen, double level, JudgingRules rules)
    {
        // one pair has no scatter to plan with: go to the fewest with which also the median and the ranks have an interval
        if (seen.Pairs < 2) return Summary.EnoughForInterval - seen.Pairs;
        if (!Settles(Limit)) return null;

        int low = seen.Pairs;
        int high = Limit;
        while (high - low > 1)
        {
            int middle = low + ((high - low) / 2);
            if (Settles(middle)) high = middle;
            else low = middle;
        }
        return high - seen.Pairs;

        bool Settles(int pairs)
        {
            double distance = Math.Abs(seen.Centre);
            double error = seen.Deviation / Math.Sqrt(pairs);
            double power = StudentT.InvCDF(0, 1, pairs - 1, rules.Power);
            return distance >= (Student.Critical(level, pairs - 1) + power) * error
                || (seen.Change is not null
                    && distance + ((Student.Critical(rules.Alpha, pairs - 1) + power) * error) <= rules.SmallestEffect);
        }
    }
}
