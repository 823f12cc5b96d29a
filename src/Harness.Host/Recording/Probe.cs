using Harness.Traces;

namespace Harness.Host.Recording;

/// <summary>
/// One thing asked of the kernel: a tracepoint, or a probe of our own in the group <see cref="Group"/>. A kind of event may have two.
/// </summary>
public sealed record Probe
{
    /// <summary>The group of our own probes, and the name of the tracefs instance.</summary>
    public const string Group = "harness";

    /// <summary>What its events become.</summary>
    public required TraceEventKind Kind { get; init; }

    /// <summary>The tracepoint's subsystem, or <see cref="Group"/>: the folder below <c>events</c>.</summary>
    public required string System { get; init; }

    /// <summary>The event's name: the folder below <see cref="System"/>.</summary>
    public required string Event { get; init; }

    /// <summary>The line that makes it in <c>kprobe_events</c>, without its newline; null for a tracepoint.</summary>
    public string? Definition { get; init; }

    /// <summary>What goes into the event's <c>filter</c> file; null when every hit is wanted.</summary>
    public string? Filter { get; init; }

    /// <summary>Which of the event's fields say what. Offsets and sizes are in the event's <c>format</c> file.</summary>
    public required IReadOnlyList<ProbeField> Fields { get; init; }

    /// <summary><see cref="TraceEvent.Value"/> of every event, unless a field gives it.</summary>
    public long Value { get; init; }

    /// <summary><see cref="TraceEvent.Flag"/> of every event, unless a field gives it.</summary>
    public bool Flag { get; init; }

    /// <summary>What is asked of the kernel: the definition, or a tracepoint as <c>kmem:mm_page_free</c>.</summary>
    public string Source => Definition ?? $"{System}:{Event}";
}
