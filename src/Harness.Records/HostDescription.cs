namespace Harness.Records;

/// <summary>One NUMA node of a host as its kernel presents it.</summary>
public sealed record NodeDescription
{
    /// <summary>The kernel's node id.</summary>
    public required int Id { get; init; }

    /// <summary>CPUs on the node; empty for a memory-only node.</summary>
    public required IReadOnlyList<int> Cpus { get; init; }

    /// <summary>Memory in KiB (<c>MemTotal</c> of the node's meminfo); 0 for a node without memory.</summary>
    public required long MemoryKiB { get; init; }

    /// <summary>
    /// Memory in KiB that programs could have had before the run: free, or holding files and slabs that can be dropped (<c>MemFree</c>,
    /// <c>Active(file)</c>, <c>Inactive(file)</c>, <c>SReclaimable</c>). Null in records that do not say.
    /// </summary>
    public long? AvailableKiB { get; init; }

    /// <summary>
    /// SLIT distances from this node to every node, in the order of <see cref="HostDescription.Nodes"/>; empty when the kernel does not
    /// say.
    /// </summary>
    public required IReadOnlyList<int> Distances { get; init; }

    /// <summary>The memory tier's number (<c>memory_tierN</c>); null when the kernel has no memory tiers.</summary>
    public int? Tier { get; init; }
}

/// <summary>What a host is: the part of a run record that a reader needs to judge whether two runs can be compared.</summary>
public sealed record HostDescription
{
    /// <summary><c>/proc/sys/kernel/osrelease</c>.</summary>
    public required string KernelRelease { get; init; }

    /// <summary><c>/proc/cmdline</c>.</summary>
    public required string CommandLine { get; init; }

    /// <summary>The processor's model name.</summary>
    public required string CpuModel { get; init; }

    /// <summary>The microcode revision as <c>/proc/cpuinfo</c> prints it; null where there is none (guests often have none).</summary>
    public string? Microcode { get; init; }

    /// <summary><c>kvm</c>, <c>tcg</c>, another hypervisor's name, or null on bare metal.</summary>
    public string? Hypervisor { get; init; }

    /// <summary>Online CPU ids, ascending.</summary>
    public required IReadOnlyList<int> Cpus { get; init; }

    /// <summary>Online nodes, ascending by id.</summary>
    public required IReadOnlyList<NodeDescription> Nodes { get; init; }
}
