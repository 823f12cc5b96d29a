namespace Harness.Model;

/// <summary>One memory node as the model knows it.</summary>
/// <param name="LatencyNs">Read latency from the CPUs of node 0, in nanoseconds.</param>
public readonly record struct MemoryNode(int LatencyNs);

/// <summary>CPUs, memory nodes, TLBs and costs: everything a prediction depends on besides the kernel and the workload.</summary>
public sealed record Machine
{
    /// <summary>CPUs; numbered from 0.</summary>
    public required int Cpus { get; init; }

    /// <summary>Memory nodes in the order of their numbers.</summary>
    public required IReadOnlyList<MemoryNode> Nodes { get; init; }

    /// <summary>4 KiB translations that one CPU's last-level TLB holds.</summary>
    public required int TlbEntries { get; init; }

    /// <summary>Host cores that the CPUs share when they are an emulator's threads; null when each CPU is a core of its own.</summary>
    public int? HostCores { get; init; }

    /// <summary>What each step takes.</summary>
    public required Costs Costs { get; init; }

    /// <summary>
    /// Resident pages of the workload's process besides the touched memory (program text and data, stacks), which migrate_pages(2) moves
    /// too. Measured: resident set of a small static C program with three threads on Debian 12, less its buffer.
    /// </summary>
    public int OtherPages { get; init; } = 196;

    /// <summary>One line on what the times rest on, for a record's caution.</summary>
    public string Basis => HostCores is { } cores
        ? $"software emulation assumed: kernel code {Costs.TranslationSlowdown} times slower, {Cpus} vCPU threads on {cores} host cores"
        : "hardware assumed: published and assumed costs";

    /// <summary>A server on its own hardware. TLB size: Golden Cove's 2,048-entry STLB (published, course notes).</summary>
    public static Machine Hardware(int cpus, IReadOnlyList<MemoryNode> nodes) =>
        new() { Cpus = cpus, Nodes = nodes, TlbEntries = 2_048, Costs = Costs.Hardware };

    /// <summary>
    /// A guest under software emulation. TLB size: the emulator's table starts with 2^8 entries (published, QEMU source:
    /// CPU_TLB_DYN_DEFAULT_BITS).
    /// </summary>
    /// <param name="cpus">vCPUs.</param>
    /// <param name="nodes">Memory nodes.</param>
    /// <param name="hostCores">Host cores that the vCPUs' threads share.</param>
    public static Machine Emulated(int cpus, IReadOnlyList<MemoryNode> nodes, int hostCores) =>
        new() { Cpus = cpus, Nodes = nodes, TlbEntries = 256, HostCores = hostCores, Costs = Costs.Emulated };
}
