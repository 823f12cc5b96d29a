using System.Text.Json.Serialization;
using Harness.Records;

namespace Harness.Host.Knobs;

/// <summary>Whether a knob can be used here.</summary>
[JsonConverter(typeof(WordConverter<KnobAvailability>))]
public enum KnobAvailability
{
    /// <summary>It has a value and can be set.</summary>
    Present,

    /// <summary>It has a value and cannot be set by this process.</summary>
    ReadOnly,

    /// <summary>It does not exist here, or its value cannot be read.</summary>
    Absent,
}

/// <summary>A knob as this host has it now.</summary>
public sealed record KnobState
{
    /// <summary>The knob.</summary>
    public required Knob Knob { get; init; }

    /// <summary>Whether it can be used.</summary>
    public required KnobAvailability Availability { get; init; }

    /// <summary>The value in force; null when absent.</summary>
    public string? Value { get; init; }

    /// <summary>The values it takes, as a list of words; empty for an integer or when absent.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The values it takes, in words.</summary>
    public string Accepts => Knob.Accepts(Choices);

    /// <summary>Why it cannot be used and what would make it usable; null when it can.</summary>
    public string? Why { get; init; }
}
