using Harness.Records;

namespace Harness.Host.Doctor;

/// <summary>The nodes of one memory tier.</summary>
/// <param name="Name">The kernel's name: <c>memory_tier4</c>. A smaller number is faster memory.</param>
/// <param name="Nodes">Its nodes, ascending.</param>
public sealed record TierDescription(string Name, IReadOnlyList<int> Nodes);

/// <summary>What a host has and what of it can be used; the object that <c>doctor --json</c> prints.</summary>
public sealed record DoctorReport
{
    /// <summary>The host.</summary>
    public required HostDescription Host { get; init; }

    /// <summary>Everything that was looked at.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>How far this host's counters can be trusted; empty for a saved host, whose counters cannot be tried.</summary>
    public IReadOnlyList<TrustRow> Trust { get; init; } = [];

    /// <summary>Online CPU ids.</summary>
    public IReadOnlyList<int> Cpus => Host.Cpus;

    /// <summary>Online nodes.</summary>
    public IReadOnlyList<NodeDescription> Nodes => Host.Nodes;

    /// <summary>Memory tiers, the fastest first; empty when the kernel shows none.</summary>
    public IReadOnlyList<TierDescription> Tiers =>
    [
        .. Host.Nodes.Where(node => node.Tier is not null).GroupBy(node => node.Tier!.Value).OrderBy(tier => tier.Key)
            .Select(tier => new TierDescription($"memory_tier{tier.Key}", [.. tier.Select(node => node.Id)])),
    ];

    /// <summary>Names of the knobs that were looked at, usable or not.</summary>
    public IReadOnlyList<string> Knobs => Names(Areas.Knobs);

    /// <summary>Names of the counters that were looked at, usable or not.</summary>
    public IReadOnlyList<string> Counters => Names(Areas.Counters);

    private string[] Names(string area) => [.. Findings.Where(finding => finding.Area == area).Select(finding => finding.Name)];
}
