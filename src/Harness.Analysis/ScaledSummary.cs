using Harness.Records;

namespace Harness.Analysis;

/// <summary>An arm of <see cref="ScaledSummary"/>.</summary>
/// <param name="Name">The arm's name.</param>
/// <param name="Target">The model's profile: <c>model:6.12</c>.</param>
/// <param name="SimulatedSeconds">Length of the simulated window.</param>
/// <param name="WallSeconds">How long the simulation took.</param>
public sealed record ScaledArmSummary(string Name, string Target, double SimulatedSeconds, double WallSeconds);

/// <summary>The object that <c>simulate --scale … --json</c> prints.</summary>
public sealed record ScaledSummary
{
    /// <summary>The plan's name.</summary>
    public required string Plan { get; init; }

    /// <summary>The share of the machine: <c>full</c>, <c>1/64</c>.</summary>
    public required string Scale { get; init; }

    /// <summary>The share as a number.</summary>
    public required double Fraction { get; init; }

    /// <summary>The machine's name.</summary>
    public required string Machine { get; init; }

    /// <summary>Its values that nobody published, a line each.</summary>
    public required IReadOnlyList<string> Assumptions { get; init; }

    /// <summary>The workload's parameters at full size.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>The arms, in the order of the rows' values.</summary>
    public required IReadOnlyList<ScaledArmSummary> Arms { get; init; }

    /// <summary>The counters.</summary>
    public required IReadOnlyList<ScaledRow> Rows { get; init; }

    /// <summary>Most memory that the process held, in bytes.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>The summary of a result.</summary>
    public static ScaledSummary Of(ScaledResult result, IReadOnlyList<ScaledRow> rows) => new()
    {
        Plan = result.Plan,
        Scale = result.Scale,
        Fraction = result.Fraction,
        Machine = result.Machine,
        Assumptions = result.Assumptions,
        Parameters = result.Parameters,
        Arms = [.. result.Arms.Select(arm => new ScaledArmSummary(
            arm.Record.Request.Arm, arm.Record.Target, arm.Record.WindowSeconds, arm.WallSeconds))],
        Rows = rows,
        PeakMemoryBytes = result.PeakMemoryBytes,
    };
}
