namespace Harness.Traces;

/// <summary>
/// Which of several streams is next in time: a tournament tree of losers (Knuth, The Art of Computer Programming 3, 5.4.1), one
/// comparison a level. Of equal times the stream with the lower number comes first.
/// </summary>
internal sealed class Merge
{
    private readonly long[] times;

    /// <summary>
    /// losers[n] lost the game at node n, whose players come from nodes 2n and 2n + 1; the leaf of stream s is node s + streams.
    /// </summary>
    private readonly int[] losers;

    /// <param name="first">The time of each stream's first item, <see cref="long.MaxValue"/> for an empty stream.</param>
    internal Merge(ReadOnlySpan<long> first)
    {
        times = first.ToArray();
        losers = new int[times.Length];
        int[] winners = new int[2 * times.Length];
        for (int node = winners.Length - 1; node > 0; node--)
        {
            if (node >= times.Length)
            {
                winners[node] = node - times.Length;
                continue;
            }
            (int one, int other) = (winners[2 * node], winners[(2 * node) + 1]);
            bool oneFirst = IsBefore(one, other);
            winners[node] = oneFirst ? one : other;
            losers[node] = oneFirst ? other : one;
        }
        Winner = times.Length > 1 ? winners[1] : 0;
    }

    /// <summary>The stream whose item is next.</summary>
    internal int Winner { get; private set; }

    /// <summary>That item's time.</summary>
    internal long Time => times[Winner];

    /// <summary>The winner's item was taken; its next one is at this time.</summary>
    internal void Replace(long time)
    {
        int winner = Winner;
        times[winner] = time;
        for (int node = (winner + times.Length) >> 1; node > 0; node >>= 1)
        {
            ref int loser = ref losers[node];
            if (IsBefore(loser, winner)) (loser, winner) = (winner, loser);
        }
        Winner = winner;
    }

    private bool IsBefore(int one, int other)
    {
        long a = times[one];
        long b = times[other];
        return a < b || (a == b && one < other);
    }
}
