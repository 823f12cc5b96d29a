using System.Globalization;
using Harness.Records;

namespace Harness.Host.Proc;

/// <summary>
/// A host's memory nodes by tier, as reclaim and NUMA balancing see them. A tier's number grows as its memory gets slower.
/// </summary>
internal sealed class TierLayout
{
    private readonly NodeDescription[] placed;

    /// <summary>The layout of that host.</summary>
    public TierLayout(HostDescription host)
    {
        Memory = [.. host.Nodes.Where(node => node.MemoryKiB > 0)];
        placed = [.. Memory.Where(node => node.Tier is not null).OrderBy(node => node.Tier).ThenBy(node => node.Id)];
        if (placed.Length == 0) return;
        int top = placed[0].Tier!.Value;
        Top = [.. placed.Where(node => node.Tier == top)];
        Lower = [.. placed.Where(node => node.Tier > top)];
        int slowestWithCpus = placed.Where(node => node.Cpus.Count > 0).Max(node => node.Tier) ?? int.MaxValue;
        Slow = [.. placed.Where(node => node.Tier > slowestWithCpus)];
    }

    /// <summary>Nodes with memory.</summary>
    public IReadOnlyList<NodeDescription> Memory { get; }

    /// <summary>True when the kernel shows tiers at all.</summary>
    public bool IsKnown => placed.Length > 0;

    /// <summary>Nodes of the fastest tier.</summary>
    public IReadOnlyList<NodeDescription> Top { get; } = [];

    /// <summary>Nodes of all tiers below the fastest: what reclaim can demote to.</summary>
    public IReadOnlyList<NodeDescription> Lower { get; } = [];

    /// <summary>
    /// Nodes of the tiers below the slowest one that has CPUs: what mode 2 promotes from. The kernel takes that tier and all above it for
    /// top tiers, so CPU-less memory faster than the CPUs' own is none of these.
    /// </summary>
    public IReadOnlyList<NodeDescription> Slow { get; } = [];

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", placed.GroupBy(node => node.Tier).Select(tier =>
        string.Create(CultureInfo.InvariantCulture, $"memory_tier{tier.Key}: {NodeIds([.. tier.Select(node => node.Id)])}")));

    // The kernel's list form for a run of ids, which nodes of one tier usually are.
    private static string NodeIds(int[] ids) => ids.Length == 1 ? Text($"node {ids[0]}")
        : ids[^1] - ids[0] == ids.Length - 1 ? Text($"nodes {ids[0]}-{ids[^1]}")
        : "nodes " + string.Join(',', ids);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
