namespace Harness.Experiments;

/// <summary>
/// The order of runs. Pairs are taken in blocks of as many pairs as there are arms; within a block each pair begins with another arm. With
/// two arms a block is A B B A or B A A B by the seed, so A B and B A occur equally often and a drift of the host falls on both arms.
/// </summary>
internal static class SessionOrder
{
    /// <summary>The arms' places in the plan, pair by pair.</summary>
    /// <param name="arms">How many arms.</param>
    /// <param name="pairs">How many pairs.</param>
    /// <param name="seed">The plan's seed.</param>
    public static IReadOnlyList<IReadOnlyList<int>> Of(int arms, int pairs, ulong seed)
    {
        var random = new SplitMix(~seed);    // another stream than the runs' seeds
        var order = new List<IReadOnlyList<int>>(pairs);
        while (order.Count < pairs)
        {
            int[] circle = Shuffled(arms, ref random);
            foreach (int first in Shuffled(arms, ref random).Take(pairs - order.Count))
            {
                order.Add([.. Enumerable.Range(first, arms).Select(place => circle[place % arms])]);
            }
        }
        return order;
    }

    /// <summary>The workload seed of a pair.</summary>
    public static ulong SeedOfPair(ulong seed, int pair)
    {
        var random = new SplitMix(seed);
        ulong value = 0;
        for (int i = 0; i <= pair; i++) value = random.Next();
        return value;
    }

    /// <summary>0 to count - 1 in a random order (Fisher-Yates).</summary>
    private static int[] Shuffled(int count, ref SplitMix random)
    {
        int[] places = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int j = (int)(random.Next() % (ulong)(i + 1));
            (places[i], places[j]) = (places[j], places[i]);
        }
        return places;
    }

    /// <summary>SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): the same sequence on every machine and version of the runtime.</summary>
    private struct SplitMix(ulong state)
    {
        public ulong Next()
        {
            ulong z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
