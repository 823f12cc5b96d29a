namespace Harness.Model;

/// <summary>
/// The free pages that each CPU keeps of each zone so as not to take the zone's lock: last in, first out, drained from the other end.
/// Blocks of order 0 to 3 and of 9 (a transparent huge page) have a list each.
/// </summary>
internal sealed class PerCpuLists
{
    /// <summary>A batch doubles at most this often (published: CONFIG_PCP_BATCH_SCALE_MAX, Debian).</summary>
    internal const int BatchScaleMax = 5;

    // Blocks drained at a time. Assumed: about as many as a core has cache misses under way.
    private const int Ahead = 16;

    private const int CostlyOrder = 3;
    private const int HugeOrder = 9;
    private const int ListsOfEach = CostlyOrder + 2;

    private readonly FrameTable frames;
    private readonly Zones zones;
    private readonly Buddy buddy;
    private readonly AllocatorTallies tallies;
    private readonly bool automatic;
    private readonly bool largeCacheShare;
    private readonly TagRules rules;
    private readonly PerCpuSize[] sizes;
    private readonly PerCpuList[] lists;
    private readonly int firstList;

    internal PerCpuLists(StateArrays state, FrameTable frames, Zones zones, Buddy buddy, AllocatorTallies tallies, AllocatorShape shape)
    {
        this.frames = frames;
        this.zones = zones;
        this.buddy = buddy;
        this.tallies = tallies;
        automatic = shape.Tuning == PerCpuTuning.Automatic;
        largeCacheShare = shape.LargeCacheShare;
        rules = shape.Tags;
        sizes = [.. shape.Zones.Select((zone, number) => PerCpuSize.Of(shape, zone, zones.Marks(number)))];
        lists = state.Array<PerCpuList>(shape.CpuNodes.Count * sizes.Length);
        firstList = Buddy.Lists(sizes.Length);
    }

    /// <summary>Who hears of blocks that go to the buddy lists or come from them; null for nobody.</summary>
    internal IAllocatorWatcher? Watcher { get; set; }

    /// <summary>Lists it has in the frame table, after the buddy's.</summary>
    internal static int Lists(int cpus, int zones) => cpus * zones * ListsOfEach;

    /// <summary>True for blocks that have a list here.</summary>
    internal static bool Accepts(int order) => order is <= CostlyOrder or HugeOrder;

    /// <summary>True for blocks that are kept sparingly: larger than a page, smaller than a huge page.</summary>
    internal static bool IsHighOrder(int order) => order is > 0 and <= CostlyOrder;

    /// <summary>Pages on a CPU's lists of a zone.</summary>
    internal int Count(int cpu, int zone) => lists[Index(cpu, zone)].Count;

    internal PerCpuSize Size(int zone) => sizes[zone];

    /// <summary>Puts a block on a CPU's list, and drains the lists when that was too much.</summary>
    internal void Free(int cpu, int zone, int pfn, int order, uint tag)
    {
        ref PerCpuList list = ref lists[Index(cpu, zone)];
        frames.AddHead(ListOf(cpu, zone, Kind(order)), pfn, Frame.Pack(zone, BlockUse.PerCpu, order), tag);
        list.Count += 1 << order;
        int pages = automatic
            ? AutomaticPerCpuRules.PagesToDrain(
                ref list, sizes[zone], order, zones.ReclaimActive(zone), zones.BelowHigh(zone), largeCacheShare)
            : FixedPerCpuRules.PagesToDrain(ref list, sizes[zone], order, zones.ReclaimActive(zone));
        if (pages == 0) return;
        Drain(cpu, zone, pages, Kind(order));
        if (zones.BelowHigh(zone) && zones.Ok(zone, 0, zones.Marks(zone).High)) zones.BelowHigh(zone) = false;
    }

    /// <summary>Takes the block freed last, after a refill if there is none.</summary>
    /// <param name="cpu">The CPU.</param>
    /// <param name="zone">The zone.</param>
    /// <param name="order">The block's order, one that has a list.</param>
    /// <param name="tag">The newest tag of all that was taken.</param>
    /// <returns>Its first pfn, or -1.</returns>
    internal int Take(int cpu, int zone, int order, out uint tag)
    {
        ref PerCpuList list = ref lists[Index(cpu, zone)];
        list.FreeFactor >>= 1;
        list.FreeCount >>= 1;
        int head = ListOf(cpu, zone, Kind(order));
        int pfn = frames.First(head);
        tag = 0;
        if (pfn < 0)
        {
            tag = Refill(ref list, cpu, zone, order, head);
            pfn = frames.First(head);
            if (pfn < 0) return -1;
        }
        tag = rules.Generations.Latest(tag, frames.Remove(pfn));
        list.Count -= 1 << order;
        return pfn;
    }

    /// <summary>Empties a CPU's lists of a zone into the buddy lists.</summary>
    internal void DrainAll(int cpu, int zone)
    {
        int pages = Count(cpu, zone);
        if (pages > 0) Drain(cpu, zone, pages, 0);
    }

    /// <summary>Takes a batch from the buddy lists, kept in the order in which it was taken (published: rmqueue_bulk).</summary>
    /// <returns>The tag that the allocation must answer for; the blocks keep none.</returns>
    private uint Refill(ref PerCpuList list, int cpu, int zone, int order, int head)
    {
        int blocks = automatic
            ? AutomaticPerCpuRules.BlocksToRefill(ref list, sizes[zone], order, zones.BelowHigh(zone))
            : FixedPerCpuRules.BlocksToRefill(sizes[zone], order);
        uint state = Frame.Pack(zone, BlockUse.PerCpu, order);
        uint tag = 0;
        int taken = 0;
        while (order == 0 && taken < blocks)
        {
            int pfn = buddy.TakeWhole(zone, blocks - taken, out uint blockTag, out int whole);
            if (pfn < 0) break;
            tag = rules.Refilled(tag, blockTag, first: taken == 0);
            for (int end = pfn + (1 << whole); pfn < end; pfn++)
            {
                Watcher?.Refilled(cpu, pfn, 0);
                frames.AddTail(head, pfn, state, 0);
            }
            taken += 1 << whole;
        }
        for (; taken < blocks; taken++)
        {
            int pfn = buddy.Take(zone, order, out uint blockTag);
            if (pfn < 0) break;
            Watcher?.Refilled(cpu, pfn, order);
            frames.AddTail(head, pfn, state, 0);
            tag = rules.Refilled(tag, blockTag, first: taken == 0);
        }
        list.Count += taken << order;
        ref ZoneTally tally = ref tallies[zone];
        tally.Refills++;
        tally.RefilledPages += taken << order;
        return tag;
    }

    /// <summary>Frees pages from the tails: one list until it is empty, then the next (published: free_pcppages_bulk).</summary>
    /// <param name="cpu">The CPU.</param>
    /// <param name="zone">The zone.</param>
    /// <param name="pages">Pages; a block that exceeds them goes whole.</param>
    /// <param name="kind">The list to begin with.</param>
    private void Drain(int cpu, int zone, int pages, int kind)
    {
        ref PerCpuList list = ref lists[Index(cpu, zone)];
        int left = Math.Min(pages, list.Count);
        int before = list.Count;
        Span<int> taken = stackalloc int[Ahead];
        Span<byte> orders = stackalloc byte[Ahead];
        Span<uint> tags = stackalloc uint[Ahead];
        while (left > 0)
        {
            // some at a time, so that the cache misses on their buddies overlap
            int blocks = 0;
            while (left > 0 && blocks < Ahead)
            {
                int pfn = frames.Last(ListOf(cpu, zone, kind));
                if (pfn < 0)
                {
                    kind = (kind + 1) % ListsOfEach;
                    continue;
                }
                int order = frames.Order(pfn);
                left -= 1 << order;
                list.Count -= 1 << order;
                (taken[blocks], orders[blocks], tags[blocks]) = (pfn, (byte)order, frames.Remove(pfn));
                buddy.Prefetch(pfn, order);
                blocks++;
            }
            for (int i = 0; i < blocks; i++) buddy.PrefetchNeighbours(zone, taken[i], orders[i]);
            for (int i = 0; i < blocks; i++)
            {
                Watcher?.Drained(cpu, taken[i], orders[i]);
                buddy.Free(zone, taken[i], orders[i], tags[i]);
            }
        }
        ref ZoneTally tally = ref tallies[zone];
        tally.Drains++;
        tally.DrainedPages += before - list.Count;
    }

    private static int Kind(int order) => order == HugeOrder ? CostlyOrder + 1 : order;

    private int Index(int cpu, int zone) => cpu * sizes.Length + zone;

    private int ListOf(int cpu, int zone, int kind) => firstList + Index(cpu, zone) * ListsOfEach + kind;
}
