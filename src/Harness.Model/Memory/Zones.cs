namespace Harness.Model;

/// <summary>What the kernel keeps in struct zone apart from lists: free pages, watermarks and flags.</summary>
internal sealed class Zones
{
    /// <summary>The order of the largest blocks: MAX_PAGE_ORDER of x86-64.</summary>
    internal const int MaxOrder = 10;

    private readonly Watermarks[] marks;
    private readonly int[] freePages;
    private readonly int[] freeBlocks;
    private readonly int[] credit;
    private readonly bool[] reclaimActive;
    private readonly bool[] belowHigh;

    internal Zones(StateArrays state, AllocatorShape shape)
    {
        int count = shape.Zones.Count;
        marks = Watermarks.Of(shape);
        freePages = state.Array<int>(count);
        freeBlocks = state.Array<int>(count * (MaxOrder + 1));
        credit = state.Array<int>(count);
        reclaimActive = state.Array<bool>(count);
        belowHigh = state.Array<bool>(count);
    }

    internal Watermarks Marks(int zone) => marks[zone];

    /// <summary>NR_FREE_PAGES: pages in the buddy lists.</summary>
    internal int FreePages(int zone) => freePages[zone];

    /// <summary>Blocks of an order in the buddy lists, as /proc/buddyinfo shows them.</summary>
    internal int FreeBlocks(int zone, int order) => freeBlocks[zone * (MaxOrder + 1) + order];

    /// <summary>A block came to the buddy lists (<paramref name="blocks"/> 1) or left them (-1).</summary>
    internal void Count(int zone, int order, int blocks)
    {
        freePages[zone] += blocks << order;
        freeBlocks[zone * (MaxOrder + 1) + order] += blocks;
    }

    /// <summary>Pages that watermarks count as free although they are not yet.</summary>
    internal ref int Credit(int zone) => ref credit[zone];

    /// <summary>ZONE_RECLAIM_ACTIVE: kswapd may be at work on the zone.</summary>
    internal ref bool ReclaimActive(int zone) => ref reclaimActive[zone];

    /// <summary>ZONE_BELOW_HIGH: an allocation found fewer free pages than the high watermark (6.12).</summary>
    internal ref bool BelowHigh(int zone) => ref belowHigh[zone];

    /// <summary>
    /// True when a block of that order can be had and leaves more than <paramref name="mark"/> pages free (published: __zone_watermark_ok).
    /// No lowmem_reserve: the model's allocations may all use every zone.
    /// </summary>
    internal bool Ok(int zone, int order, int mark)
    {
        if (freePages[zone] + credit[zone] - ((1 << order) - 1) <= mark) return false;
        if (order == 0) return true;
        for (int larger = order; larger <= MaxOrder; larger++)
        {
            if (FreeBlocks(zone, larger) > 0) return true;
        }
        return false;
    }
}
