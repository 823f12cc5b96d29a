using System.Numerics;
using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>
/// The workload <c>xsbench-like</c>: threads look up random entries of one sorted table that is written once and then only read. A lookup
/// halves the range of pages until one is left, touches the middle of each range, and last the page it found.
/// </summary>
public sealed record XsbenchLike
{
    /// <summary>4 KiB pages of the table, placed by whoever touches them first: the main thread.</summary>
    public required int Pages { get; init; }

    /// <summary>Looking-up threads.</summary>
    public required int Threads { get; init; }

    /// <summary>Lookups of each thread.</summary>
    public required long Lookups { get; init; }

    /// <summary>The pages that lookups end at more often than at others.</summary>
    public HotSet Hot { get; init; } = HotSet.Uniform;

    /// <summary>Seed of the lookups.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Touches of one lookup: the halvings that leave one page, and that page.</summary>
    public int TouchesALookup => BitOperations.Log2((uint)(Pages - 1)) + (Pages > 1 ? 1 : 0) + 1;

    /// <summary>The page that a lookup ends at.</summary>
    /// <param name="start">The thread's <see cref="TouchOrder.Start"/>.</param>
    /// <param name="lookup">The lookup of the thread, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Target(ulong start, long lookup) => Hot.Page(TouchOrder.Draw(start, lookup), Pages);

    /// <summary>The page of a touch of a lookup.</summary>
    /// <param name="target">The lookup's <see cref="Target"/>.</param>
    /// <param name="step">The touch within the lookup, from 0 to less than <see cref="TouchesALookup"/>.</param>
    public int Page(int target, int step)
    {
        // the range is [low, low + length); its length does not depend on the target, so every lookup takes as many steps
        int low = 0;
        for (int length = Pages; length > 1; step--)
        {
            int half = length / 2;
            if (step == 0) return low + half;
            if (target >= low + half) low += half;
            length -= half;
        }
        return target;
    }
}
