namespace Harness.Records;

/// <summary>What a recording holds.</summary>
public sealed record RecordingSummary
{
    /// <summary>Bytes of the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>Events in it.</summary>
    public required long Events { get; init; }

    /// <summary>Events that were lost.</summary>
    public required long Lost { get; init; }

    /// <summary>Seconds recorded.</summary>
    public required double Seconds { get; init; }

    /// <summary>Batch flushes by the kernel's own count in that time; null when it has none.</summary>
    public long? BatchFlushes { get; init; }

    /// <summary>Increments of the TLB row of /proc/interrupts in that time; null when there is no such row.</summary>
    public long? TlbInterrupts { get; init; }

    /// <summary>CPU seconds that the recorder took to read and write.</summary>
    public required double RecorderCpuSeconds { get; init; }

    /// <summary>Parts of the answer that this kernel cannot give, a sentence each.</summary>
    public IReadOnlyList<string> Missing { get; init => field = value ?? []; } = [];

    /// <summary>
    /// SHA-256 of the file in lower-case hexadecimal; null where the file is not yet stored, and in records of an earlier version.
    /// </summary>
    public string? Checksum { get; init; }
}
