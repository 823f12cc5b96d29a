using System.Text.Json.Serialization;

namespace Harness.Analysis;

/// <summary>One counter, before and after.</summary>
public sealed record ComparisonRow
{
    /// <summary>The counter's name; <c>NAME/cpuN</c> for one CPU's part.</summary>
    public required string Counter { get; init; }

    /// <summary>The counter's unit; empty when no run has the counter.</summary>
    public required string Unit { get; init; }

    /// <summary>The arm before: the median over all its usable runs.</summary>
    public required Summary Before { get; init; }

    /// <summary>The arm after.</summary>
    public required Summary After { get; init; }

    /// <summary>
    /// The relative change, (after - before) / before, pair by pair where the runs are paired; null when a side has no run or before is 0
    /// and after is not.
    /// </summary>
    public double? Change { get; init; }

    /// <summary>Lower end of the 95 % interval of <see cref="Change"/>; null under two pairs, or under two runs of a side.</summary>
    public double? Low { get; init; }

    /// <summary>Upper end of the 95 % interval of <see cref="Change"/>; null under two pairs, or under two runs of a side.</summary>
    public double? High { get; init; }

    /// <summary>What the comparison says.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>How many pairs the change rests on; 0 when the runs are not paired.</summary>
    public required int Pairs { get; init; }

    /// <summary>One sentence where the verdict needs one; null otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Why { get; init; }

    /// <summary>For an undecided row, about how many more pairs would settle it; null when none would that one can afford.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MoreRuns { get; init; }

    /// <summary>How the numbers came to be (<c>emulated</c>); <c>measured and emulated</c> when the arms differ in it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Origin { get; init; }

    /// <summary>The two-sided p value of the test, before any correction.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? P { get; init; }

    /// <summary>The change by ranks (Hodges-Lehmann), which no single wild run can sway; null under six pairs and without pairs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RankChange { get; init; }

    /// <summary>Lower end of the rank-based interval of the change; null under six pairs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RankLow { get; init; }

    /// <summary>Upper end of the rank-based interval of the change.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RankHigh { get; init; }

    /// <summary>The CPU, when the row is one CPU's part of a counter.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Cpu { get; init; }

    /// <summary>
    /// The smallest change that these runs would have reported in 80 % of cases, given how they scatter, how many there are and the level
    /// the row was held against; as a rise (a fall by the same factor is found as often). Null without a test, without a value before, and
    /// for an invalid row.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SmallestEffect { get; init; }

    /// <summary>What was allowed for drift between two sessions; null when the runs are paired.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DriftAllowance? Drift { get; init; }
}
