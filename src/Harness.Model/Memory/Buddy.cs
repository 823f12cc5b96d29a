namespace Harness.Model;

/// <summary>
/// The buddy lists of every zone: blocks of 2^order frames, aligned to their size, that merge with their buddy when it is free too. Without
/// migratetypes: every block is movable, so nothing is stolen from another type's lists.
/// </summary>
internal sealed class Buddy
{
    private readonly FrameTable frames;
    private readonly Zones zones;
    private readonly AllocatorTallies tallies;
    private readonly TagRules rules;

    /// <summary>Buddy lists that hold all memory.</summary>
    internal Buddy(FrameTable frames, Zones zones, AllocatorTallies tallies, AllocatorShape shape)
    {
        this.frames = frames;
        this.zones = zones;
        this.tallies = tallies;
        rules = shape.Tags;
        for (int zone = 0; zone < shape.Zones.Count; zone++) AddMemory(zone, shape.Zones[zone].Start, shape.Zones[zone].End);
    }

    /// <summary>Lists it has in the frame table, the first ones.</summary>
    internal static int Lists(int zones) => zones * (Zones.MaxOrder + 1);

    /// <summary>Frees a block and merges it as far as its buddies are free (published: __free_one_page).</summary>
    internal void Free(int zone, int pfn, int order, uint tag)
    {
        while (order < Zones.MaxOrder)
        {
            int buddy = pfn ^ 1 << order;
            if (!IsFree(zone, buddy, order)) break;
            uint buddyTag = Remove(zone, buddy, order);
            tallies[zone].Merges++;
            tag = rules.Merged(tag, buddyTag);
            pfn &= buddy;
            order++;
        }
        Add(zone, pfn, order, tag, MergeLikely(zone, pfn, order));
    }

    /// <summary>Begins to fetch the buddy of a block that will be freed soon.</summary>
    internal void Prefetch(int pfn, int order) => frames.Prefetch(pfn ^ 1 << order);

    /// <summary>Begins to fetch what a merge of such a block with its buddy will touch.</summary>
    internal void PrefetchNeighbours(int zone, int pfn, int order) =>
        frames.PrefetchNeighbours(pfn ^ 1 << order, Frame.Pack(zone, BlockUse.Buddy, order));

    /// <summary>
    /// Takes a block off the smallest order that has one and gives back what is too much of it, the upper half first
    /// (published: __rmqueue_smallest, expand).
    /// </summary>
    /// <param name="zone">The zone.</param>
    /// <param name="order">The block's order.</param>
    /// <param name="tag">
    /// The tag of the whole block it was part of. As posted the rest goes back without one: whoever takes a block flushes for all of it.
    /// </param>
    /// <returns>Its first pfn, or -1.</returns>
    internal int Take(int zone, int order, out uint tag)
    {
        for (int found = order; found <= Zones.MaxOrder; found++)
        {
            if (zones.FreeBlocks(zone, found) == 0) continue;
            int pfn = frames.First(List(zone, found));
            tag = Remove(zone, pfn, found);
            while (found > order)
            {
                found--;
                Add(zone, pfn + (1 << found), found, rules.Left(tag), toTail: false);
            }
            return pfn;
        }
        tag = 0;
        return -1;
    }

    /// <summary>
    /// The next block that <see cref="Take"/> would break up page by page, if that many pages are wanted that all of it would go: taken
    /// whole, with the same outcome.
    /// </summary>
    /// <param name="zone">The zone.</param>
    /// <param name="pages">Single pages wanted.</param>
    /// <param name="tag">The newest of the tags that its pages would have come with.</param>
    /// <param name="order">The block's order.</param>
    /// <returns>Its first pfn; -1 when no block is wanted whole.</returns>
    internal int TakeWhole(int zone, int pages, out uint tag, out int order)
    {
        tag = 0;
        for (order = 0; order <= Zones.MaxOrder && 1 << order <= pages; order++)
        {
            if (zones.FreeBlocks(zone, order) == 0) continue;
            int pfn = frames.First(List(zone, order));
            tag = Remove(zone, pfn, order);
            // as posted, what is left at each split has its order in the tag's place
            for (uint left = 1; !rules.DrainKeepsTag && left < order; left++) tag = rules.Generations.Latest(tag, left);
            return pfn;
        }
        return -1;
    }

    /// <summary>
    /// The largest blocks that alignment and the end allow, each to the tail, so that they are taken in the order of addresses
    /// (published: __free_pages_memory, __free_pages_core).
    /// </summary>
    private void AddMemory(int zone, int start, int end)
    {
        for (int pfn = start; pfn < end;)
        {
            int order = Math.Min(int.TrailingZeroCount(pfn), Zones.MaxOrder);
            while (pfn + (1 << order) > end) order--;
            Add(zone, pfn, order, 0, toTail: true);
            pfn += 1 << order;
        }
    }

    /// <summary>
    /// True when the block and its buddy, which is in use, would merge further once that is freed: the block goes to the tail, to be taken
    /// late (published: buddy_merge_likely).
    /// </summary>
    private bool MergeLikely(int zone, int pfn, int order)
    {
        if (order >= Zones.MaxOrder - 1) return false;
        int merged = pfn & ~(1 << order);
        return IsFree(zone, merged ^ 2 << order, order + 1);
    }

    private bool IsFree(int zone, int pfn, int order) => frames.Is(pfn, Frame.Pack(zone, BlockUse.Buddy, order));

    private void Add(int zone, int pfn, int order, uint tag, bool toTail)
    {
        uint stored = rules.Stored(tag, order);
        uint state = Frame.Pack(zone, BlockUse.Buddy, order);
        if (toTail) frames.AddTail(List(zone, order), pfn, state, stored);
        else frames.AddHead(List(zone, order), pfn, state, stored);
        zones.Count(zone, order, 1);
    }

    private uint Remove(int zone, int pfn, int order)
    {
        zones.Count(zone, order, -1);
        return frames.Remove(pfn);
    }

    private static int List(int zone, int order) => zone * (Zones.MaxOrder + 1) + order;
}
