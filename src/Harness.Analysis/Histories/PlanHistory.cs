using System.Text.Json.Serialization;

namespace Harness.Analysis;

/// <summary>The nights of one plan in one shape on one box, and what became of each watched counter over them.</summary>
public sealed record PlanHistory
{
    /// <summary>The plan's name.</summary>
    public required string Plan { get; init; }

    /// <summary>The shape; null for the plan's own.</summary>
    public string? Shape { get; init; }

    /// <summary>The box; null for sessions that do not say.</summary>
    public string? Box { get; init; }

    /// <summary>The nights, the oldest first. <see cref="LevelChange.Night"/> and the like count them from 0.</summary>
    public required IReadOnlyList<Night> Nights { get; init; }

    /// <summary>One series for each arm and watched counter, in the plan's order.</summary>
    public required IReadOnlyList<CounterHistory> Series { get; init; }

    /// <summary>True when a counter has regressed, tonight or before, and neither came back nor was accepted.</summary>
    [JsonIgnore]
    public bool FoundRegression => Series.Any(series => series.Verdict == HistoryVerdict.Regressed);
}
