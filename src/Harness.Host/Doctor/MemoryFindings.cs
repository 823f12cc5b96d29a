using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Host.Doctor;

/// <summary>Nodes, distances, swap, huge pages.</summary>
internal static class MemoryFindings
{
    public static IEnumerable<Finding> Of(HostTree tree, HostDescription host)
    {
        foreach (NodeDescription node in host.Nodes) yield return Node(node);
        yield return DistancesOf(host);
        yield return Available(tree);
        yield return Swap(tree);
        yield return HugePages(tree);
    }

    private static Finding Node(NodeDescription node) => new()
    {
        Area = Areas.Nodes,
        Name = $"node{node.Id}",
        Value = $"{node.MemoryKiB / 1024} MiB, {(node.Cpus.Count == 0 ? "no CPUs" : $"{node.Cpus.Count} CPUs")}",
        Usable = node.MemoryKiB > 0,
        Why = node.MemoryKiB > 0 ? null : "the node has no memory: pages cannot be placed on it or moved to it",
    };

    private static Finding DistancesOf(HostDescription host)
    {
        bool known = host.Nodes.All(node => node.Distances.Count == host.Nodes.Count);
        return new Finding
        {
            Area = Areas.Nodes,
            Name = "distances",
            Value = known ? string.Join("; ", host.Nodes.Select(node => string.Join(' ', node.Distances))) : null,
            Usable = known,
            Why = known ? null : "the kernel shows no distances",
            Remedy = known ? null : "a kernel built with CONFIG_NUMA",
        };
    }

    private static Finding Available(HostTree tree)
    {
        bool known = MeminfoRows.TryFindKiB(tree.Read("/proc/meminfo"), "MemAvailable"u8, out long kib);
        return new Finding
        {
            Area = Areas.Nodes,
            Name = "available",
            Value = known ? $"{kib / 1024} MiB" : null,
            Usable = known,
            Why = known ? null : "/proc/meminfo has no readable MemAvailable",
            Remedy = known ? null : "mount procfs on /proc",
        };
    }

    private static Finding Swap(HostTree tree)
    {
        // The first line is the heading; every other one is a swap area.
        var lines = new Lines(tree.Read("/proc/swaps"));
        int areas = -1;
        while (lines.MoveNext()) areas++;
        return new Finding
        {
            Area = Areas.Nodes,
            Name = "swap",
            Value = areas > 0 ? $"{areas} on" : "none",
            Usable = areas > 0,
            Why = areas > 0 ? null : "anonymous memory leaves a node only by migration or demotion; reclaim takes file pages alone",
            Remedy = areas > 0 ? null : "swapon, when the experiment is about swapping",
        };
    }

    private static Finding HugePages(HostTree tree)
    {
        string? modes = tree.FirstLine("/sys/kernel/mm/transparent_hugepage/enabled");
        int open = modes?.IndexOf('[', StringComparison.Ordinal) ?? -1;
        int close = modes?.IndexOf(']', StringComparison.Ordinal) ?? -1;
        bool known = open >= 0 && close > open;
        return new Finding
        {
            Area = Areas.Nodes,
            Name = "transparent_hugepage",
            Value = known ? modes![(open + 1)..close] : null,
            Usable = known,
            Why = known ? null : "the kernel has no transparent huge pages",
            Remedy = known ? null : "a kernel built with CONFIG_TRANSPARENT_HUGEPAGE",
        };
    }
}
