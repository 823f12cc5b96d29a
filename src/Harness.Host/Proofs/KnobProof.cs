using System.Text.Json.Serialization;
using Harness.Records;

namespace Harness.Host.Proofs;

/// <summary>What shows that a knob acted at some of its values: a necessary condition, read off the counters of the run's window.</summary>
public sealed record KnobProof
{
    /// <summary>The values it holds for.</summary>
    public required IReadOnlyList<string> Values { get; init; }

    /// <summary>Counters, or sums of counters (<see cref="CounterSum"/>), that must be above 0.</summary>
    public IReadOnlyList<string> Move { get; init; } = [];

    /// <summary>Counters, or sums of counters, that must be 0.</summary>
    public IReadOnlyList<string> Stay { get; init; } = [];

    /// <summary>The memory tiers without which the value has nothing to act on.</summary>
    public TierNeed Tiers { get; init; }

    /// <summary>When the counters of <see cref="Move"/> move, as the rest of a clause with "while"; null without any.</summary>
    public string? While { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        string moves = string.Join(" and ", Move.Concat(Stay));
        string must = Move.Count > 0 ? $"must move while {While}" : "must stay 0";
        return $"{string.Join(", ", Values)}: {moves} {must}{(Tiers == TierNeed.None ? "" : "; needs two memory tiers")}";
    }
}

/// <summary>The memory tiers that a setting needs.</summary>
[JsonConverter(typeof(WordConverter<TierNeed>))]
public enum TierNeed
{
    /// <summary>Any will do.</summary>
    None,

    /// <summary>A tier below the fastest, to demote to.</summary>
    Lower,

    /// <summary>A tier below those with CPUs, to promote from.</summary>
    Slow,
}
