using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>The LRU lists of a kernel: classic ones or generations.</summary>
internal sealed class Lru
{
    private readonly GenerationLists? generations;
    private readonly ClassicLists? classic;
    private readonly PageTables tables;
    private readonly PageQueues queues;
    private readonly long[] stale;
    private readonly long mostStale;

    internal Lru(StateArrays state, Machine machine, bool hasGenerations, PageTables tables, Clock clock, TieringCounts counts)
    {
        this.tables = tables;
        Costs costs = machine.Costs;
        int nodes = machine.Nodes.Count;
        // no page is on a list that has no frame, and no frame that holds no page
        long most = Math.Min(machine.Nodes.Sum(node => (long)node.Pages), tables.Words.Length);
        mostStale = most / 2;
        stale = state.Array<long>(1);
        Locks = new LruLocks(state, machine, prefetches: !hasGenerations, clock);
        int lists = hasGenerations ? GenerationLists.Queues(nodes) : ClassicLists.Queues(nodes);
        queues = new PageQueues(state, lists, most + mostStale);
        if (hasGenerations) generations = new GenerationLists(state, tables, queues, Locks, nodes, clock, costs, counts);
        else classic = new ClassicLists(state, tables, queues, Locks, nodes, clock, costs);
    }

    /// <summary>The lock of each node's lists. <see cref="Add"/> is charged by the batch, to it.</summary>
    internal LruLocks Locks { get; }

    /// <summary>Pages isolated at a time, at most.</summary>
    internal int Batch => generations is null ? ClassicLists.Batch : GenerationLists.Batch;

    /// <summary>Puts a page on the lists of its node.</summary>
    /// <param name="page">The page.</param>
    /// <param name="word">Its word.</param>
    /// <param name="node">Its node.</param>
    /// <param name="file">Whether it belongs to a file.</param>
    /// <param name="inFault">Whether it is new, for a fault; else it was moved.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(int page, ref ulong word, int node, bool file, bool inFault)
    {
        if (generations is { } lists) lists.Add(page, ref word, node, file, inFault);
        else classic!.Add(page, ref word, node, file);
    }

    /// <summary>Takes the pages of a node that are to be reclaimed next off the lists.</summary>
    internal int Isolate(int node, bool anonymous, Span<int> pages) =>
        generations is { } lists ? lists.Isolate(node, anonymous, pages) : classic!.Isolate(node, anonymous, pages);

    /// <summary>Looks through its mapping whether an isolated page was used; if so it goes back to the lists.</summary>
    /// <returns>True when it was kept.</returns>
    internal bool Keeps(int page, ref ulong word, int node, bool file)
    {
        tables.Settle(PageTables.TableOf(page));
        if (generations is { } lists && (word & (PageWord.Mapped | PageWord.Referenced)) == (PageWord.Mapped | PageWord.Referenced))
        {
            // found used from a neighbour while it was off the lists (published: folio_update_gen, shrink_folio_list)
            lists.PutBack(page, ref word, node, file);
            return true;
        }
        if ((word & (PageWord.Mapped | PageWord.Young)) != (PageWord.Mapped | PageWord.Young)) return false;
        if (classic is not null)
        {
            if (!ClassicLists.Keeps(ref word)) return false;
            classic.Add(page, ref word, node, file);
            return true;
        }
        word &= ~PageWord.Young;
        generations!.PutBack(page, ref word, node, file);
        generations.LookAround(page, node, file);
        return true;
    }

    /// <summary>An isolated page that cannot be reclaimed goes back.</summary>
    internal void PutBack(int page, ref ulong word, int node, bool file)
    {
        if (generations is { } lists) lists.PutBack(page, ref word, node, file);
        else classic!.Add(page, ref word, node, file);
    }

    /// <summary>A page leaves the lists otherwise than by <see cref="Isolate"/>.</summary>
    internal void Remove(ref ulong word, int node, bool file)
    {
        if (generations is { } lists) lists.Remove(ref word, node, file);
        else classic!.Remove(ref word, node, file);
        if (++stale[0] < mostStale) return;
        stale[0] = 0;
        queues.Purge(tables.Words);
    }
}
