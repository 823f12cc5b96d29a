namespace Harness.Model;

/// <summary>How much of everything a kernel is built with.</summary>
internal sealed record KernelShape
{
    /// <summary>Zones, nodes, and the node of each CPU.</summary>
    internal required AllocatorShape Memory { get; init; }

    /// <summary>The CPU of each task.</summary>
    internal required IReadOnlyList<int> TaskCpus { get; init; }

    /// <summary>The address space of each task, or −1 for a kernel thread.</summary>
    internal required IReadOnlyList<int> TaskMms { get; init; }

    /// <summary>Address spaces.</summary>
    internal int Mms { get; init; } = 1;

    /// <summary>Virtual pages of each address space.</summary>
    internal required int Pages { get; init; }

    /// <summary>Ranges an address space has at most.</summary>
    internal int Vmas { get; init; } = 8;

    internal int Files { get; init; } = 1;

    /// <summary>Pages of each file.</summary>
    internal int FilePages { get; init; } = 1;

    /// <summary>The TLBs; null when accesses are not simulated one by one.</summary>
    internal TlbGeometry? Tlb { get; init; }

    /// <summary>TLB entries carry the tags of six address spaces (PCID).</summary>
    internal bool Tagged { get; init; } = true;

    /// <summary>Whether the oracle watches.</summary>
    internal bool Oracle { get; init; }

    /// <summary>Whether the oracle denies what stock kernels allow: see <see cref="Model.Oracle.Strict"/>.</summary>
    internal bool Strict { get; init; }

    internal int Cpus => Memory.CpuNodes.Count;
}
