using System.Text.Json.Serialization;

namespace Harness.Records;

/// <summary>One memory node of a machine, as much of it as a guest is built from and the model needs.</summary>
public sealed record NodeShape
{
    /// <summary>Memory in MiB.</summary>
    public required int MemoryMiB { get; init; }

    /// <summary>CPUs on this node; 0 for a memory-only node.</summary>
    public required int Cpus { get; init; }

    /// <summary>Read latency from the CPUs of node 0, in nanoseconds.</summary>
    public required int LatencyNs { get; init; }

    /// <summary>Bandwidth from the CPUs of node 0, in MiB/s.</summary>
    public required int BandwidthMiBps { get; init; }
}

/// <summary>CPUs and nodes of a machine. Nodes are numbered by their place in the list.</summary>
public sealed record MachineShape
{
    /// <summary>The nodes; at least one has CPUs.</summary>
    public required IReadOnlyList<NodeShape> Nodes { get; init; }

    /// <summary>Size of a guest's disk in MiB, which it has at <c>/var/tmp</c>; 0 for none. The model's drive has no size.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int DiskMiB { get; init; }

    /// <summary>CPUs over all nodes.</summary>
    public int Cpus
    {
        get
        {
            int sum = 0;
            foreach (NodeShape node in Nodes) sum += node.Cpus;
            return sum;
        }
    }
}
