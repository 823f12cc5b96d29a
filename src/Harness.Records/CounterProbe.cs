namespace Harness.Records;

/// <summary>
/// A work of known cost done before measuring, and what a counter made of it. A counter that fails its probe is untrusted in the whole session.
/// </summary>
public sealed record CounterProbe
{
    /// <summary>The counter's name; see <see cref="Counter.Name"/>.</summary>
    public required string Counter { get; init; }

    /// <summary>The work: <c>touch 4,096 fresh pages</c>.</summary>
    public required string Work { get; init; }

    /// <summary>The least the counter must move by for it.</summary>
    public required double Least { get; init; }

    /// <summary>The most it may move by; null when only the least is known (other work of the host counts too).</summary>
    public double? Most { get; init; }

    /// <summary>What it moved by; null when it could not be counted.</summary>
    public double? Seen { get; init; }

    /// <summary>Null when it could be tried and counted; else why not.</summary>
    public string? Why { get; init; }

    /// <summary>True when the counter was tried and moved by what it must.</summary>
    public bool Passed => Seen is { } seen && seen >= Least && (Most is not { } most || seen <= most);
}
