namespace Harness.Analysis;

/// <summary>How many more pairs would settle an undecided counter, if they are like those seen.</summary>
internal static class MorePairs
{
    /// <summary>Beyond this many pairs nobody runs an experiment; the answer is then "none would do". Assumed.</summary>
    public const int Limit = 1000;

    /// <summary>
    /// The number of further pairs with which a row gets a verdict at the chance <see cref="JudgingRules.Power"/>, if the true change and
    /// scatter are those seen: the interval leaves zero out, or holds it and lies within the smallest effect (<see cref="TestPower"/>).
    /// Null when more than <see cref="Limit"/> would be needed.
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
            TestPower together = new(level, pairs - 1);
            double found = together.At(distance / error);
            if (seen.Change is null) return found >= rules.Power;

            TestPower alone = new(rules.Alpha, pairs - 1);
            double holdsZero = 1 - alone.At(distance / error);
            // both ends have to lie inside, and with the change near zero either may fail
            double within = alone.At((rules.SmallestEffect - distance) / error) + alone.At((rules.SmallestEffect + distance) / error) - 1;
            return found + Math.Clamp(within, 0, holdsZero) >= rules.Power;
        }
    }
}
