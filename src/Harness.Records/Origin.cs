using System.Text.Json.Serialization;

namespace Harness.Records;

/// <summary>
/// How the numbers of a run came to be. It is part of a record's type: a table never mixes origins without naming them,
/// and a modelled number never enters a column of measured ones.
/// </summary>
[JsonConverter(typeof(WordConverter<Origin>))]
public enum Origin
{
    /// <summary>Counted on real hardware (or a hardware-virtualised guest).</summary>
    Measured,

    /// <summary>Counted on a real kernel under software emulation: counts are functional, times are not hardware times.</summary>
    Emulated,

    /// <summary>Predicted by the simulation model.</summary>
    Modelled,

    /// <summary>Derived by replaying a recording under another policy.</summary>
    Replayed,
}
