namespace Harness.Experiments;

/// <summary>
/// The order of runs, whatever the arms differ by: knobs, target or kernel. Every pair is followed by its mirror image, A B then B A, so
/// that between any two arms a steady drift of the host cancels after each two pairs and either arm is first equally often; of an odd
/// number of pairs one is left without its mirror. A block holds the circle of arms begun at each of them once, in a random order: with two
/// arms A B B A B A A B or the same with A and B exchanged, in which a drift that bends cancels too.
/// <para>
/// A random walk of the host needs no balance at all: the steps within one pair have nothing to do with those within another, so the
/// paired differences are independent and the test keeps its level.
/// </para>
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
            foreach (int first in Shuffled(arms, ref random))
            {
                int[] turn = [.. circle[first..], .. circle[..first]];
                order.Add(turn);
                order.Add([.. turn.Reverse()]);
            }
        }
        return [.. order.Take(pairs)];
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
