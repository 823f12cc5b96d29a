using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>
/// The active and inactive lists of each node and type, as 6.1 keeps them: new pages are inactive; one found used is kept once and
/// activated the second time; the active list is shortened when it outgrows the inactive one. Left out: activation by refault distance, the
/// balance between types by their cost.
/// </summary>
internal sealed class ClassicLists
{
    /// <summary>Folios isolated at a time (published: SWAP_CLUSTER_MAX).</summary>
    internal const int Batch = 32;

    private const int Inactive = 0;
    private const int Active = 1;
    private const int Lists = 4;

    private readonly PageTables tables;
    private readonly PageQueues queues;
    private readonly LruLocks locks;
    private readonly Clock clock;
    private readonly Costs costs;
    private readonly long[] sizes;

    internal ClassicLists(StateArrays state, PageTables tables, PageQueues queues, LruLocks locks, int nodes, Clock clock, Costs costs)
    {
        (this.tables, this.queues, this.locks, this.clock, this.costs) = (tables, queues, locks, clock, costs);
        sizes = state.Array<long>(nodes * Lists);
    }

    /// <summary>Lists it needs.</summary>
    internal static int Queues(int nodes) => nodes * Lists;

    /// <summary>Puts a new or moved page on its node's list: the inactive one unless it is active.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(int page, ref ulong word, int node, bool file) => Put(page, word, List(node, file, (word & PageWord.Active) != 0));

    /// <summary>The page leaves its list, wherever it is on it.</summary>
    internal void Remove(ref ulong word, int node, bool file)
    {
        sizes[List(node, file, (word & PageWord.Active) != 0)]--;
        word = PageWord.NextSequence(word);
    }

    /// <summary>Takes the oldest inactive pages of a node off their list.</summary>
    internal int Isolate(int node, bool anonymous, Span<int> pages)
    {
        bool file = sizes[List(node, true, false)] + sizes[List(node, true, true)] > 0;
        if (!file && !anonymous) return 0;
        if (InactiveIsLow(node, file)) Deactivate(node, file);
        int list = List(node, file, active: false);
        int isolated = 0;
        int scanned = 0;
        for (; isolated < Batch && !queues.IsEmpty(list); scanned++)
        {
            uint entry = queues.Take(list);
            int page = PageQueues.Page(entry);
            if (PageQueues.IsStale(entry, tables.Words[page])) continue;
            sizes[list]--;
            pages[isolated++] = page;
        }
        locks.Scan(node, scanned);
        return isolated;
    }

    /// <summary>
    /// What becomes of an isolated page by its marks of use (published: folio_check_references): used twice it is activated, once kept.
    /// </summary>
    /// <returns>True when it is kept.</returns>
    internal static bool Keeps(ref ulong word)
    {
        if ((word & PageWord.Young) == 0) return false;
        word = (word & PageWord.Referenced) != 0
            ? (word | PageWord.Active) & ~(PageWord.Young | PageWord.Referenced)
            : (word | PageWord.Referenced) & ~PageWord.Young;
        return true;
    }

    /// <summary>Published: inactive_is_low, the ratio grows with the root of ten times the gigabytes.</summary>
    private bool InactiveIsLow(int node, bool file)
    {
        long inactive = sizes[List(node, file, active: false)];
        long active = sizes[List(node, file, active: true)];
        long gigabytes = (inactive + active) >> 18;
        long ratio = gigabytes == 0 ? 1 : (long)Math.Sqrt(10 * gigabytes);
        return inactive * ratio < active;
    }

    private void Deactivate(int node, bool file)
    {
        int from = List(node, file, active: true);
        int into = List(node, file, active: false);
        int moved = 0;
        for (; moved < Batch && !queues.IsEmpty(from); moved++)
        {
            uint entry = queues.Take(from);
            int page = PageQueues.Page(entry);
            ref ulong word = ref tables.Words[page];
            if (PageQueues.IsStale(entry, word)) continue;
            sizes[from]--;
            word &= ~(PageWord.Active | PageWord.Young);
            Put(page, word, into);
        }
        locks.Scan(node, moved);
        clock.Spend(Component.Scan, moved * costs.CheckReferences.Ns);
    }

    private void Put(int page, ulong word, int list)
    {
        sizes[list]++;
        queues.Add(list, page, word);
    }

    private static int List(int node, bool file, bool active) => node * Lists + (file ? 2 : 0) + (active ? Active : Inactive);
}
