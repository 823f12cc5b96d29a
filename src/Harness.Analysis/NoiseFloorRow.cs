using System.Text.Json.Serialization;

namespace Harness.Analysis;

/// <summary>What one counter does on a host when nothing differs. Shares are relative: 0.01 is 1 %.</summary>
public sealed record NoiseFloorRow
{
    /// <summary>The counter's name.</summary>
    public required string Counter { get; init; }

    /// <summary>The counter's unit; empty when no run has it.</summary>
    public required string Unit { get; init; }

    /// <summary>The median over the runs of both sides; null without any.</summary>
    public double? Median { get; init; }

    /// <summary>How many runs that is.</summary>
    public required int N { get; init; }

    /// <summary>
    /// Standard deviation of single runs of both sides: of their logarithms, or relative to their mean where a value is zero. A drift of
    /// the host over the session is in it. Null under two runs and where all are zero.
    /// </summary>
    public double? RunSpread { get; init; }

    /// <summary>
    /// Standard deviation of the paired changes, on the scale of the test. Over independent runs it is the root of two times
    /// <see cref="RunSpread"/>; where it is less, the interleaving has taken out drift. Null under two pairs and where all are zero.
    /// </summary>
    public double? PairSpread { get; init; }

    /// <summary>The paired change between the two sides, which are the same.</summary>
    public double? Change { get; init; }

    /// <summary>Lower end of the 95 % interval of <see cref="Change"/>.</summary>
    public double? Low { get; init; }

    /// <summary>Upper end of the 95 % interval of <see cref="Change"/>.</summary>
    public double? High { get; init; }

    /// <summary>
    /// The change that 95 % of such sessions stay under when nothing differs: t(0.975) times the standard error of the paired change.
    /// </summary>
    public double? NoiseFloor { get; init; }

    /// <summary>
    /// The smallest change that a comparison with as many pairs reports in 80 % of cases, even when this counter is the only one of the
    /// plan that changed (Holm's first step); as a rise, and never under what the rules call negligible.
    /// </summary>
    public double? SmallestEffect { get; init; }

    /// <summary>True when the two equal sides were reported as changed, counters judged together.</summary>
    public required bool Flagged { get; init; }

    /// <summary>Why the row has no numbers; null when it has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Why { get; init; }
}
