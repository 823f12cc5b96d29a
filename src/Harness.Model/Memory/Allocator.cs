namespace Harness.Model;

/// <summary>
/// The page allocator: per-CPU lists before the buddy lists of each zone, and the walk over zones that watermarks decide. Its callers pass
/// the CPU they run on and do the reclaim that it asks for. Migratetypes, compaction, CMA, reserves for higher zones and for high-order
/// atomic allocations are not modelled.
/// </summary>
internal sealed class Allocator
{
    private readonly FrameTable frames;
    private readonly Zones zones;
    private readonly Buddy buddy;
    private readonly PerCpuLists perCpu;
    private readonly int[] nodeOfZone;
    private readonly int[][] zonesOfNode;
    private readonly int[][] zonelists;
    private readonly ulong[] woken; // a bit a node
    private readonly int cpus;
    private readonly bool testsHighFirst;

    /// <summary>An allocator in which all memory is free.</summary>
    /// <param name="state">What its future depends on.</param>
    /// <param name="tallies">What it counts.</param>
    /// <param name="shape">What is settled.</param>
    internal Allocator(StateArrays state, StateArrays tallies, AllocatorShape shape)
    {
        cpus = shape.CpuNodes.Count;
        testsHighFirst = shape.Tuning == PerCpuTuning.Automatic;
        nodeOfZone = [.. shape.Zones.Select(zone => zone.Node)];
        int[] nodes = [.. Enumerable.Range(0, shape.Nodes)];
        zonesOfNode = [.. nodes.Select(node => Enumerable.Range(0, nodeOfZone.Length).Where(zone => nodeOfZone[zone] == node).ToArray())];
        zonelists = [.. nodes.Select(node => NodeOrder(shape, node).SelectMany(next => zonesOfNode[next]).ToArray())];
        woken = state.Array<ulong>(1);
        frames = new FrameTable(state, shape, Buddy.Lists(nodeOfZone.Length) + PerCpuLists.Lists(cpus, nodeOfZone.Length));
        zones = new Zones(state, shape);
        Tallies = new AllocatorTallies(tallies, nodeOfZone.Length);
        buddy = new Buddy(frames, zones, Tallies, shape);
        perCpu = new PerCpuLists(state, frames, zones, buddy, Tallies, shape);
    }

    internal AllocatorTallies Tallies { get; }

    /// <summary>Who hears of every block; null for nobody.</summary>
    internal IAllocatorWatcher? Watcher
    {
        get;
        set => field = perCpu.Watcher = value;
    }

    /// <summary>
    /// Allocates a block: from the first zone that stays above its low watermark; if none does, wakes kswapd and tries again with min.
    /// </summary>
    /// <param name="cpu">The CPU that allocates.</param>
    /// <param name="node">The node it prefers.</param>
    /// <param name="order">Base-2 logarithm of the pages.</param>
    /// <param name="flags">What it may do.</param>
    /// <param name="tag">The newest tag of all that was taken: its flush must be done before the block is written. 0: none.</param>
    /// <returns>The first pfn, or -1: the caller reclaims, if it may, and tries again.</returns>
    internal int Allocate(int cpu, int node, int order, AllocationFlags flags, out uint tag)
    {
        int[] zonelist = (flags & AllocationFlags.ThisNode) != 0 ? zonesOfNode[node] : zonelists[node];
        foreach (int zone in zonelist)
        {
            if (!AboveLow(zone, order)) continue;
            int pfn = Take(cpu, zone, order, out tag);
            if (pfn >= 0) return pfn;
        }
        if ((flags & AllocationFlags.NoReclaim) == 0) WakeKswapd(zonelist, order);
        foreach (int zone in zonelist)
        {
            Watermarks marks = zones.Marks(zone);
            if (!zones.Ok(zone, order, (flags & AllocationFlags.Atomic) != 0 ? marks.AtomicMin : marks.Min)) continue;
            int pfn = Take(cpu, zone, order, out tag);
            if (pfn >= 0) return pfn;
        }
        tag = 0;
        return -1;
    }

    /// <summary>
    /// Frees a block that was allocated with that order. The kernel frees batches (free_unref_folios) by the same steps under one lock, so
    /// they need no call of their own.
    /// </summary>
    /// <param name="cpu">The CPU that frees.</param>
    /// <param name="pfn">Its first pfn.</param>
    /// <param name="order">Base-2 logarithm of its pages.</param>
    /// <param name="tag">Generation of the flush that must be done before the block is used again; 0: none.</param>
    /// <exception cref="InvalidOperationException">No such block is handed out.</exception>
    internal void Free(int cpu, int pfn, int order, uint tag = 0)
    {
        int zone = frames.TakeBack(pfn, order);
        Tallies[zone].PageFree += 1 << order;
        Watcher?.Freed(cpu, pfn, order);
        if (PerCpuLists.Accepts(order)) perCpu.Free(cpu, zone, pfn, order, tag);
        else buddy.Free(zone, pfn, order, tag);
    }

    /// <summary>Begins to fetch what freeing a frame will touch.</summary>
    internal void Prefetch(int pfn) => frames.Prefetch(pfn);

    /// <summary>Empties a CPU's lists into the buddy lists: drain_local_pages.</summary>
    internal void DrainCpu(int cpu)
    {
        for (int zone = 0; zone < nodeOfZone.Length; zone++) perCpu.DrainAll(cpu, zone);
    }

    /// <summary>Empties all CPUs' lists into the buddy lists: drain_all_pages.</summary>
    internal void DrainAll()
    {
        for (int cpu = 0; cpu < cpus; cpu++) DrainCpu(cpu);
    }

    /// <summary>NR_FREE_PAGES of a zone: pages in its buddy lists, those on per-CPU lists not among them.</summary>
    internal int FreePages(int zone) => zones.FreePages(zone);

    /// <summary>Blocks of an order in a zone's buddy lists.</summary>
    internal int FreeBlocks(int zone, int order) => zones.FreeBlocks(zone, order);

    /// <summary>Pages on a CPU's lists of a zone.</summary>
    internal int PcpCount(int cpu, int zone) => perCpu.Count(cpu, zone);

    /// <summary>Size of each CPU's lists of a zone.</summary>
    internal PerCpuSize PcpSize(int zone) => perCpu.Size(zone);

    internal Watermarks Watermarks(int zone) => zones.Marks(zone);

    /// <summary>True when the zone, credit included, has more free pages than a mark and a block of that order.</summary>
    internal bool WatermarkOk(int zone, int order, int mark) => zones.Ok(zone, order, mark);

    /// <summary>True when a page cannot be had without going below the zone's low watermark.</summary>
    internal bool BelowLow(int zone) => !zones.Ok(zone, 0, zones.Marks(zone).Low);

    /// <summary>Pages in use that watermarks count as free from now on (negative: no longer), as MIGRC counts its pending ones.</summary>
    internal void AddCredit(int zone, int pages) => zones.Credit(zone) += pages;

    /// <summary>kswapd begins or ends its work on a zone: meanwhile a CPU keeps at most four batches.</summary>
    internal void SetReclaimActive(int zone, bool active) => zones.ReclaimActive(zone) = active;

    /// <summary>The nodes, a bit each, whose kswapd an allocation woke and which has not answered.</summary>
    internal ulong Woken => woken[0];

    /// <summary>True when an allocation woke the node's kswapd and nobody has answered.</summary>
    internal bool KswapdWoken(int node) => (woken[0] >> node & 1) != 0;

    /// <summary>The node's kswapd runs.</summary>
    internal void AnswerKswapd(int node) => woken[0] &= ~(1UL << node);

    /// <summary>The zone of a frame that lies in one.</summary>
    internal int ZoneOf(int pfn) => frames.Zone(pfn);

    /// <summary>The node of a frame that lies in a zone.</summary>
    internal int NodeOf(int pfn) => nodeOfZone[frames.Zone(pfn)];

    private static IReadOnlyList<int> NodeOrder(AllocatorShape shape, int node) => shape.NodeOrder is { } order
        ? order[node]
        : [node, .. Enumerable.Range(0, shape.Nodes).Where(other => other != node)];

    /// <summary>
    /// The first pass's test. 6.12 notes on the way that a zone fell below its high watermark (published: get_page_from_freelist).
    /// </summary>
    private bool AboveLow(int zone, int order)
    {
        Watermarks marks = zones.Marks(zone);
        if (testsHighFirst && !zones.BelowHigh(zone))
        {
            if (zones.Ok(zone, order, marks.High)) return true;
            zones.BelowHigh(zone) = true;
        }
        return zones.Ok(zone, order, marks.Low);
    }

    private int Take(int cpu, int zone, int order, out uint tag)
    {
        int pfn = PerCpuLists.Accepts(order) ? perCpu.Take(cpu, zone, order, out tag) : buddy.Take(zone, order, out tag);
        if (pfn < 0) return -1;
        frames.HandOut(pfn, order);
        Tallies[zone].PageAlloc += 1 << order;
        Watcher?.Allocated(cpu, pfn, order);
        return pfn;
    }

    /// <summary>Wakes the kswapd of every node on the list that has no zone above its high watermark.</summary>
    private void WakeKswapd(int[] zonelist, int order)
    {
        foreach (int zone in zonelist)
        {
            int node = nodeOfZone[zone];
            if (KswapdWoken(node)) continue;
            bool balanced = false;
            foreach (int own in zonesOfNode[node]) balanced |= zones.Ok(own, order, zones.Marks(own).High);
            if (!balanced) woken[0] |= 1UL << node;
        }
    }
}
