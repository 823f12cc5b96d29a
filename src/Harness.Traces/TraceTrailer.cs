namespace Harness.Traces;

/// <summary>How a recording ended: the last block of a trace file. A recording that was cut off has none.</summary>
public sealed record TraceTrailer
{
    /// <summary>Length of the recording in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Events in the file.</summary>
    public required long Events { get; init; }

    /// <summary>Events that the kernel dropped because a CPU's buffer was full, of the CPUs that lost any.</summary>
    public IReadOnlyList<LostEvents> Lost { get; init => field = value ?? []; } = [];

    /// <summary>Batch flushes by the kernel's own count of the probe's hits in the same time; null when it has none.</summary>
    public long? BatchFlushes { get; init; }

    /// <summary>Hits that the kernel could not take (a probe inside a probe).</summary>
    public long MissedHits { get; init; }

    /// <summary>Increments of the TLB row of /proc/interrupts in the same time; null when there is no such row.</summary>
    public long? TlbInterrupts { get; init; }
}

/// <summary>Events that a CPU lost.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Events">How many.</param>
public sealed record LostEvents(int Cpu, long Events);
