using System.Text.Json.Serialization;

namespace Harness.Analysis;

/// <summary>What a comparison says of a counter. The JSON words are those the tables print.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    /// <summary>It changed, the better way.</summary>
    [JsonStringEnumMemberName("improved")]
    Improved,

    /// <summary>It changed, the worse way.</summary>
    [JsonStringEnumMemberName("regressed")]
    Regressed,

    /// <summary>It changed; the plan calls neither way the better one.</summary>
    [JsonStringEnumMemberName("changed")]
    Changed,

    /// <summary>Any change is surely smaller than the smallest one worth knowing.</summary>
    [JsonStringEnumMemberName("no change")]
    NoChange,

    /// <summary>Too few runs to say.</summary>
    [JsonStringEnumMemberName("undecided")]
    Undecided,

    /// <summary>The numbers cannot be compared: something did not act, or was not counted.</summary>
    [JsonStringEnumMemberName("invalid")]
    Invalid,
}
