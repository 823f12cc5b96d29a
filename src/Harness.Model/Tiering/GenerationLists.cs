using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>
/// The multi-generational LRU of one kernel without memory cgroups, as far as it decides what is evicted when: each node has up to four
/// generations of each type; eviction takes from the oldest; aging opens a new one and moves what page tables show as used into it. Left
/// out: refault tiers, swappiness.
/// </summary>
internal sealed class GenerationLists
{
    /// <summary>Generations that must remain (published: MIN_NR_GENS).</summary>
    private const int Fewest = 2;

    /// <summary>Generations there can be (published: MAX_NR_GENS).</summary>
    private const int Most = 4;

    /// <summary>Folios isolated at a time (published: MIN_LRU_BATCH, the bits of a word).</summary>
    internal const int Batch = 64;

    /// <summary>Entries looked at for one batch (published: MAX_LRU_BATCH).</summary>
    private const int MostScanned = 64 * Batch;

    /// <summary>
    /// A table is worth its next walk when so many of its pages were used: one a cache line on the mean (published: suitable_to_scan).
    /// </summary>
    private const int PtesOfCacheLine = 8;

    private const int Types = 2;
    private const int Anonymous = 0;
    private const int File = 1;

    private readonly PageTables tables;
    private readonly PageQueues queues;
    private readonly LruLocks locks;
    private readonly Clock clock;
    private readonly Costs costs;
    private readonly TieringCounts counts;
    private readonly long[] newest;
    private readonly long[] oldest;
    private readonly long[] sizes;
    private readonly bool[] filters;

    internal GenerationLists(
        StateArrays state, PageTables tables, PageQueues queues, LruLocks locks, int nodes, Clock clock, Costs costs, TieringCounts counts)
    {
        (this.tables, this.queues, this.locks, this.clock, this.costs, this.counts) = (tables, queues, locks, clock, costs, counts);
        newest = state.Array<long>(nodes);
        oldest = state.Array<long>(nodes * Types);
        sizes = state.Array<long>(nodes * Most * Types);
        filters = state.Array<bool>(nodes);
        newest.AsSpan().Fill(Fewest + 1);
        oldest.AsSpan().Fill(1);
    }

    /// <summary>Lists it needs.</summary>
    internal static int Queues(int nodes) => nodes * Most * Types;

    /// <summary>
    /// Puts a page on a list of its node: used in a fault it is among the newest; one that was moved or read ahead of its use otherwise is
    /// with the oldest or the next (published: lru_gen_add_folio).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(int page, ref ulong word, int node, bool file, bool inFault)
    {
        int type = file ? File : Anonymous;
        long eldest = oldest[node * Types + type];
        long generation = inFault ? newest[node]
            : !file ? newest[node] - 1
            : eldest + Fewest >= newest[node] ? eldest : eldest + 1;
        Put(page, ref word, node, type, (int)generation & 3);
    }

    /// <summary>A page that was isolated and is kept goes to the newest generation.</summary>
    internal void PutBack(int page, ref ulong word, int node, bool file) =>
        Put(page, ref word, node, file ? File : Anonymous, (int)newest[node] & 3);

    /// <summary>The page leaves its list, wherever it is on it.</summary>
    internal void Remove(ref ulong word, int node, bool file)
    {
        sizes[Size(node, PageWord.Generation(word), file ? File : Anonymous)]--;
        word = PageWord.NextSequence(word);
    }

    /// <summary>Takes the oldest pages of a node off their list.</summary>
    /// <param name="node">The node.</param>
    /// <param name="anonymous">Whether anonymous pages can be reclaimed.</param>
    /// <param name="pages">Receives them; <see cref="Batch"/> at most.</param>
    /// <returns>How many.</returns>
    internal int Isolate(int node, bool anonymous, Span<int> pages)
    {
        int isolated = 0;
        int empty = 0;
        while (isolated == 0 && empty <= Most)
        {
            int type = TypeToScan(node, anonymous);
            if (MustAge(node, type)) Age(node);
            isolated = Scan(node, type, pages, out int scanned);
            empty = scanned == 0 ? empty + 1 : 0;
            while (queues.IsEmpty(Queue(node, type, (int)oldest[node * Types + type] & 3))
                && oldest[node * Types + type] + Fewest <= newest[node])
            {
                oldest[node * Types + type]++;
            }
        }
        return isolated;
    }

    /// <summary>
    /// A page about to be evicted turned out to be used: its neighbours in the page table that were used too join it in the newest
    /// generation, or will when they turn up if they are off their lists (published: lru_gen_look_around, as many as a word has bits). The
    /// page's table is settled.
    /// </summary>
    internal void LookAround(int page, int node, bool file)
    {
        int table = PageTables.TableOf(page);
        int first = PageTables.FirstPage(table);
        int start = Math.Clamp(page - Batch / 2, first, first + PageTables.TablePages - Batch);
        int end = Math.Min(start + Batch, tables.Words.Length);
        clock.Spend(Component.Scan, (end - start) * costs.AgePte.Ns);
        // with the page itself, which is known to be used
        int used = 1 + Promote(tables.Words.AsSpan(start, end - start), node, file ? File : Anonymous);
        if (used * PtesOfCacheLine >= end - start) tables.HaveWalked(table, node, newest[node]);
    }

    /// <summary>The type whose oldest generation is older; files of equals.</summary>
    private int TypeToScan(int node, bool anonymous) =>
        anonymous && oldest[node * Types + Anonymous] < oldest[node * Types + File] ? Anonymous
        : anonymous && OfType(node, File) == 0 ? Anonymous : File;

    private int Scan(int node, int type, Span<int> pages, out int scanned)
    {
        int generation = (int)oldest[node * Types + type] & 3;
        int queue = Queue(node, type, generation);
        int isolated = 0;
        ulong[] words = tables.Words;
        for (scanned = 0; isolated < pages.Length && scanned < MostScanned && !queues.IsEmpty(queue); scanned++)
        {
            uint entry = queues.Take(queue);
            int page = PageQueues.Page(entry);
            ref ulong word = ref words[page];
            if (PageQueues.IsStale(entry, word)) continue;
            int now = PageWord.Generation(word);
            if (now != generation)
            {
                queues.Add(Queue(node, type, now), page, word);
                continue;
            }
            sizes[Size(node, generation, type)]--;
            word = (word & ~PageWord.Referenced) | PageWord.Isolated;
            pages[isolated++] = page;
        }
        locks.Scan(node, scanned);
        return isolated;
    }

    /// <summary>
    /// Eviction needs more than the fewest generations, and pages spread evenly over one more than those (published: should_run_aging).
    /// </summary>
    private bool MustAge(int node, int type)
    {
        long eldest = oldest[node * Types + type];
        if (eldest + Fewest > newest[node]) return true;
        if (eldest + Fewest < newest[node]) return false;
        long young = OfGeneration(node, newest[node]);
        long old = OfGeneration(node, newest[node] - Fewest);
        long all = OfType(node, File) + OfType(node, Anonymous);
        return young * Fewest > all || old * (Fewest + 2) < all;
    }

    private long OfType(int node, int type)
    {
        long total = 0;
        for (int generation = 0; generation < Most; generation++) total += sizes[Size(node, generation, type)];
        return total;
    }

    private long OfGeneration(int node, long sequence)
    {
        int generation = (int)sequence & 3;
        return sizes[Size(node, generation, Anonymous)] + sizes[Size(node, generation, File)];
    }

    /// <summary>Opens a generation and puts into it what was used since the last time (published: try_to_inc_max_seq, walk_mm).</summary>
    private void Age(int node)
    {
        for (int type = 0; type < Types; type++)
        {
            if (newest[node] - oldest[node * Types + type] + 1 == Most) Merge(node, type);
        }
        // pages found used on the way belong to the generation that is opened
        long walked = newest[node]++;
        counts[TieringCount.Agings]++;
        bool filtered = filters[node];
        filters[node] = true;
        tables.ForgetWalks(node, walked + 1);
        long looked = 0;
        foreach (PageArea area in tables.Areas)
        {
            int type = area.File ? File : Anonymous;
            for (int table = PageTables.TableOf(area.First); PageTables.FirstPage(table) < area.End; table++)
            {
                tables.Settle(table);
                if (!tables.TakeUsed(table, node)) continue;
                if (filtered && !tables.IsWorthWalking(table, node, walked)) continue;
                Span<ulong> words = tables.Table(table);
                looked += words.Length;
                if (Promote(words, node, type) * PtesOfCacheLine >= words.Length) tables.HaveWalked(table, node, walked + 1);
            }
        }
        clock.Spend(Component.Scan, looked * costs.AgePte.Ns + tables.Tables * costs.AgeTable.Ns);
    }

    /// <summary>The oldest generation's pages join the next (published: inc_min_seq).</summary>
    private void Merge(int node, int type)
    {
        ref long eldest = ref oldest[node * Types + type];
        int from = (int)eldest & 3;
        int into = (int)(eldest + 1) & 3;
        int queue = Queue(node, type, from);
        while (!queues.IsEmpty(queue))
        {
            uint entry = queues.Take(queue);
            int page = PageQueues.Page(entry);
            ref ulong word = ref tables.Words[page];
            if (PageQueues.IsStale(entry, word)) continue;
            if (PageWord.Generation(word) == from)
            {
                sizes[Size(node, from, type)]--;
                sizes[Size(node, into, type)]++;
                word = PageWord.WithGeneration(word, into);
            }
            queues.Add(Queue(node, type, PageWord.Generation(word)), page, word);
        }
        eldest++;
    }

    /// <returns>How many were used.</returns>
    private int Promote(Span<ulong> words, int node, int type)
    {
        int used = 0;
        const ulong Used = PageWord.Mapped | PageWord.Young;
        int generation = (int)newest[node] & 3;
        for (int i = 0; i < words.Length; i++)
        {
            ulong word = words[i];
            if ((word & Used) != Used || PageWord.NodeOf(word) != node) continue;
            used++;
            if ((word & PageWord.Isolated) != 0)
            {
                words[i] = (word & ~PageWord.Young) | PageWord.Referenced;
                continue;
            }
            sizes[Size(node, PageWord.Generation(word), type)]--;
            sizes[Size(node, generation, type)]++;
            words[i] = PageWord.WithGeneration(word & ~PageWord.Young, generation);
        }
        return used;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(int page, ref ulong word, int node, int type, int generation)
    {
        word = PageWord.WithGeneration(word & ~(PageWord.Isolated | PageWord.Referenced), generation);
        sizes[Size(node, generation, type)]++;
        queues.Add(Queue(node, type, generation), page, word);
    }

    private static int Size(int node, int generation, int type) => (node * Most + generation) * Types + type;

    private static int Queue(int node, int type, int generation) => Size(node, generation, type);
}
