namespace Harness.Model;

/// <summary>One zone: memory of one node without gaps.</summary>
/// <param name="Node">The node, from 0.</param>
/// <param name="Start">Its first pfn.</param>
/// <param name="Pages">Its pages, all of them managed.</param>
internal sealed record ZoneShape(int Node, int Start, int Pages)
{
    /// <summary>Watermarks; null for those the kernel computes.</summary>
    internal Watermarks? Watermarks { get; init; }

    /// <summary>Size of the per-CPU lists; null for what the kernel computes.</summary>
    internal PerCpuSize? PerCpu { get; init; }

    /// <summary>The pfn after its last one.</summary>
    internal int End => Start + Pages;
}

/// <summary>Everything about a page allocator that is settled before it starts.</summary>
internal sealed record AllocatorShape
{
    /// <summary>The zones. Those of one node are allocated from in this order, so the kernel's highest zone comes first.</summary>
    internal required IReadOnlyList<ZoneShape> Zones { get; init; }

    /// <summary>The node of each CPU.</summary>
    internal required IReadOnlyList<int> CpuNodes { get; init; }

    /// <summary>The kernel's rules for per-CPU lists.</summary>
    internal required PerCpuTuning Tuning { get; init; }

    /// <summary>For each node, which nodes an allocation tries, itself first; null: itself, then the others by number.</summary>
    internal IReadOnlyList<IReadOnlyList<int>>? NodeOrder { get; init; }

    /// <summary>vm.min_free_kbytes; null for what the kernel computes.</summary>
    internal int? MinFreeKilobytes { get; init; }

    /// <summary>vm.watermark_scale_factor, in 1/10,000 of a zone. 10: published, the kernel's default.</summary>
    internal int WatermarkScaleFactor { get; init; } = 10;

    /// <summary>khugepaged raises vm.min_free_kbytes so that blocks of its size stay free. True: published, Debian's default.</summary>
    internal bool TransparentHugePages { get; init; } = true;

    /// <summary>
    /// A CPU's share of the last-level cache holds more than three batches, so that 6.12 keeps a batch of freed blocks of order 1 to 3
    /// on the CPU. Assumed: true of servers with over 756 KiB a CPU.
    /// </summary>
    internal bool LargeCacheShare { get; init; } = true;

    /// <summary>How tags pass.</summary>
    internal TagRules Tags { get; init; } = new();

    /// <summary>Nodes that have memory or CPUs.</summary>
    internal int Nodes => Math.Max(Zones.Max(zone => zone.Node), CpuNodes.Max()) + 1;

    /// <summary>The pfn after the last one of any zone.</summary>
    internal int EndPfn => Zones.Max(zone => zone.End);
}
