using System.Text.Json.Serialization;
using Harness.Records;

namespace Harness.Host.Doctor;

/// <summary>Whether a counter of this host can be taken at its word.</summary>
[JsonConverter(typeof(WordConverter<TrustVerdict>))]
public enum TrustVerdict
{
    /// <summary>It moved by what work of known cost must move it.</summary>
    Trusted,

    /// <summary>It counts; no work of known cost shows how well.</summary>
    Unproven,

    /// <summary>It failed its probe, or stood at zero where it cannot. No run on this host judges it.</summary>
    Untrusted,

    /// <summary>It cannot be counted here.</summary>
    Unsupported,
}

/// <summary>One counter of this host, tried.</summary>
public sealed record TrustRow
{
    /// <summary>The counter's name; see <see cref="Records.Counter.Name"/>.</summary>
    public required string Counter { get; init; }

    /// <summary>What can be said of it.</summary>
    public required TrustVerdict Verdict { get; init; }

    /// <summary>True when this host counts it.</summary>
    public bool Supported => Verdict != TrustVerdict.Unsupported;

    /// <summary>
    /// For a perf event, the share of time in which it really counted while all of them were open at once, 0 to 1: below 1 it shares a
    /// hardware counter. Null for others.
    /// </summary>
    public double? RunningShare { get; init; }

    /// <summary>The work of known cost and what was seen of it; null when there is none for this counter.</summary>
    public CounterProbe? Probe { get; init; }

    /// <summary>Why it is not trusted, or a caution; null when there is nothing to say.</summary>
    public string? Why { get; init; }
}
