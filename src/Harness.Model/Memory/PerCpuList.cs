using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>What changes in struct per_cpu_pages, the lists of one CPU and zone.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct PerCpuList
{
    /// <summary>Pages on all its lists.</summary>
    internal int Count;

    /// <summary>Count at which pages are drained, where it is tuned; brought within its bounds before each use.</summary>
    internal int High;

    /// <summary>free_factor of 6.1: how often the batch to drain has doubled; halved by each allocation.</summary>
    internal int FreeFactor;

    /// <summary>free_count of 6.12: pages freed in a row; halved by each allocation.</summary>
    internal int FreeCount;

    /// <summary>alloc_factor of 6.12: how often the batch to refill has doubled; halved by each free.</summary>
    internal int AllocFactor;

    /// <summary>PCPF_PREV_FREE_HIGH_ORDER of 6.12: the block freed before had an order of 1 to 3.</summary>
    internal bool FreedHighOrder;
}
