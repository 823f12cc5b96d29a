using System.Globalization;
using System.Text.Json.Serialization;

namespace Harness.Records;

/// <summary>
/// What a counter must have moved by, and what it did move by: for a work of known cost done before the first run of a boot or process,
/// where a failure makes the counter untrusted in all runs of it; or in a run's own window beside other counters of the same events,
/// where a failure makes it untrusted in that run.
/// </summary>
public sealed record CounterProbe
{
    /// <summary>The counter's name; see <see cref="Counter.Name"/>.</summary>
    public required string Counter { get; init; }

    /// <summary>The work: <c>2,048 fresh pages touched on CPU 0</c>; or what the counter is held against in the window.</summary>
    public required string Work { get; init; }

    /// <summary>The least the counter must move by.</summary>
    public required double Least { get; init; }

    /// <summary>The most it may move by; null when only the least is known (other work of the host counts too).</summary>
    public double? Most { get; init; }

    /// <summary>What it moved by; null when it could not be counted.</summary>
    public double? Seen { get; init; }

    /// <summary>Null when it could be tried and counted; else why not.</summary>
    public string? Why { get; init; }

    /// <summary>True when the counter was tried and moved by what it must.</summary>
    public bool Passed => Seen is { } seen && seen >= Least && (Most is not { } most || seen <= most);

    /// <summary>What it must move by, in words: <c>2,048 to 3,072</c>, <c>28 or more</c>.</summary>
    [JsonIgnore]
    public string Expected => Most is { } most
        ? string.Create(CultureInfo.InvariantCulture, $"{Least:N0} to {most:N0}")
        : string.Create(CultureInfo.InvariantCulture, $"{Least:N0} or more");
}
