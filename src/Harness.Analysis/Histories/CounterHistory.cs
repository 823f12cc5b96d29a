using System.Text.Json.Serialization;
using Harness.Records;

namespace Harness.Analysis;

/// <summary>One watched counter of one arm over the nights.</summary>
public sealed record CounterHistory
{
    /// <summary>The arm.</summary>
    public required string Arm { get; init; }

    /// <summary>The counter's name.</summary>
    public required string Counter { get; init; }

    /// <summary>The counter's unit; empty when no night has it.</summary>
    public required string Unit { get; init; }

    /// <summary>Which way it is better. One that is better neither way is shown, and no change of it is a regression.</summary>
    public required Better Better { get; init; }

    /// <summary>The nights that have a value, the oldest first.</summary>
    public required IReadOnlyList<NightValue> Values { get; init; }

    /// <summary>The changes of level, the oldest first.</summary>
    public required IReadOnlyList<LevelChange> Changes { get; init; }

    /// <summary>What is to be said of the newest night.</summary>
    public required HistoryVerdict Verdict { get; init; }

    /// <summary>One sentence where the verdict needs one; null otherwise.</summary>
    public string? Why { get; init; }
}

/// <summary>A night's value.</summary>
/// <param name="Night">Place in <see cref="PlanHistory.Nights"/>.</param>
/// <param name="Summary">The night's runs of the arm.</param>
/// <param name="Outlier">True when the night stood alone: the one after was back, so that it is no change and no part of a level.</param>
public sealed record NightValue(int Night, Summary Summary, bool Outlier);

/// <summary>A change of a counter's level, which lasted.</summary>
public sealed record LevelChange
{
    /// <summary>The first night of the new level.</summary>
    public required int Night { get; init; }

    /// <summary>The night that was judged when it was first found.</summary>
    public required int FoundAt { get; init; }

    /// <summary>The level before, in the counter's unit.</summary>
    public required double Before { get; init; }

    /// <summary>The level since, in the counter's unit.</summary>
    public required double After { get; init; }

    /// <summary>The relative change, (after - before) / before; null when before is 0.</summary>
    public double? Change { get; init; }

    /// <summary>Lower end of the 95 % interval of <see cref="Change"/>.</summary>
    public double? Low { get; init; }

    /// <summary>Upper end of the 95 % interval of <see cref="Change"/>.</summary>
    public double? High { get; init; }

    /// <summary>
    /// <see cref="HistoryVerdict.Regressed"/>, <see cref="HistoryVerdict.Improved"/> or <see cref="HistoryVerdict.Changed"/>.
    /// </summary>
    public required HistoryVerdict Kind { get; init; }

    /// <summary>What of the environment changed with it, the likeliest cause first; empty when nothing is known to have changed.</summary>
    public required IReadOnlyList<EnvironmentDifference> Causes { get; init; }

    /// <summary>True for a regression that neither came back nor was accepted until the newest night.</summary>
    public bool Stands { get; init; }
}

/// <summary>What a history says of a counter tonight. The JSON words are those that are printed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HistoryVerdict>))]
public enum HistoryVerdict
{
    /// <summary>The level is worse than before, since tonight or earlier, and was not accepted.</summary>
    [JsonStringEnumMemberName("regressed")]
    Regressed,

    /// <summary>The level became better tonight.</summary>
    [JsonStringEnumMemberName("improved")]
    Improved,

    /// <summary>The level changed tonight; neither way is the better one.</summary>
    [JsonStringEnumMemberName("changed")]
    Changed,

    /// <summary>Tonight lies far off and stands alone so far: the next night will tell.</summary>
    [JsonStringEnumMemberName("suspect")]
    Suspect,

    /// <summary>Tonight lies where the nights before did.</summary>
    [JsonStringEnumMemberName("no change")]
    NoChange,

    /// <summary>There are too few nights to judge by: one, or a few whose scatter leaves open whether tonight is another level.</summary>
    [JsonStringEnumMemberName("too few nights")]
    TooFew,

    /// <summary>Tonight has no value of the counter that can be judged.</summary>
    [JsonStringEnumMemberName("invalid")]
    Invalid,
}
