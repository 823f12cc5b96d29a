namespace Harness.Records;

/// <summary>
/// Whether a setting of a run provably acted: the counters that must move if it did, and whether they moved. A run with a failed proof is
/// <see cref="RunState.Invalid"/>.
/// </summary>
public sealed record ModeProof
{
    /// <summary>
    /// What was asked for: <c>numa_balancing=2</c>, <c>demotion_enabled=true</c>, or <c>plan</c> for what the plan itself names.
    /// </summary>
    public required string Setting { get; init; }

    /// <summary>What must move, or hold, if it acted: counters (<c>vmstat.pgpromote_success</c>) or <c>two memory tiers</c>.</summary>
    public required IReadOnlyList<string> Expected { get; init; }

    /// <summary>True when all of it did.</summary>
    public required bool Acted { get; init; }

    /// <summary>One sentence: what moved and by how much, or what was expected, did not move, and why where that is known.</summary>
    public required string Why { get; init; }
}
