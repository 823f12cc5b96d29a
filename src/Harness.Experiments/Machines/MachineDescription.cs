namespace Harness.Experiments;

/// <summary>A value with where it comes from.</summary>
/// <param name="Value">The value.</param>
/// <param name="Source">A citation, or <c>assumed:</c> and what the assumption rests on: one line.</param>
public sealed record Sourced<T>(T Value, string Source)
{
    /// <summary>True when nobody published the value.</summary>
    public bool Assumed => Source.StartsWith(MachineFile.Assumed, StringComparison.Ordinal);
}

/// <summary>A memory node of a described machine.</summary>
public sealed record DescribedNode
{
    /// <summary>CPUs on the node; 0 for a memory-only node.</summary>
    public required Sourced<int> Cpus { get; init; }

    /// <summary>Memory in MiB.</summary>
    public required Sourced<int> MemoryMiB { get; init; }

    /// <summary>Read latency from the CPUs of node 0, in nanoseconds.</summary>
    public required Sourced<int> LatencyNs { get; init; }

    /// <summary>Bandwidth from the CPUs of node 0, in MiB/s.</summary>
    public required Sourced<int> BandwidthMiBps { get; init; }
}

/// <summary>The drive that a described machine's files lie on.</summary>
/// <param name="BytesPerSecond">Sequential read bandwidth.</param>
/// <param name="LatencyNs">Latency of a read with nothing queued, in nanoseconds.</param>
public sealed record StorageDescription(Sourced<long> BytesPerSecond, Sourced<int> LatencyNs);

/// <summary>A machine on which a published experiment ran, as its file in <c>workloads/machines</c> describes it.</summary>
public sealed record MachineDescription
{
    /// <summary>Its name: the file's without the ending.</summary>
    public required string Name { get; init; }

    /// <summary>One line for listings.</summary>
    public required string Title { get; init; }

    /// <summary>The experiment: who, what, when.</summary>
    public required string Experiment { get; init; }

    /// <summary>CPUs that share a core and its TLBs.</summary>
    public required Sourced<int> ThreadsPerCore { get; init; }

    /// <summary>The TLBs of a core, by the name the model has them under.</summary>
    public required Sourced<string> Tlb { get; init; }

    /// <summary>The clock in MHz.</summary>
    public required Sourced<int> ClockMHz { get; init; }

    /// <summary>The nodes, in the order of their numbers.</summary>
    public required IReadOnlyList<DescribedNode> Nodes { get; init; }

    /// <summary>The drive.</summary>
    public required StorageDescription Storage { get; init; }

    /// <summary>CPUs over all nodes.</summary>
    public int Cpus => Nodes.Sum(node => node.Cpus.Value);

    /// <summary>Every value as text, with its key and its source, in the file's order.</summary>
    public IEnumerable<(string Key, string Value, string Source)> Values
    {
        get
        {
            yield return Line("threadsPerCore", ThreadsPerCore);
            yield return Line("tlb", Tlb);
            yield return Line("clockMHz", ClockMHz);
            for (int node = 0; node < Nodes.Count; node++)
            {
                yield return Line($"node {node} cpus", Nodes[node].Cpus);
                yield return Line($"node {node} memoryMiB", Nodes[node].MemoryMiB);
                yield return Line($"node {node} latencyNs", Nodes[node].LatencyNs);
                yield return Line($"node {node} bandwidthMiBps", Nodes[node].BandwidthMiBps);
            }
            yield return Line("storage bytesPerSecond", Storage.BytesPerSecond);
            yield return Line("storage latencyNs", Storage.LatencyNs);
        }
    }

    private static (string, string, string) Line<T>(string key, Sourced<T> sourced) =>
        (key, FormattableString.Invariant($"{sourced.Value}"), sourced.Source);
}
