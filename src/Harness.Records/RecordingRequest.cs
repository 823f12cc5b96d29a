namespace Harness.Records;

/// <summary>That a run's unmap, flush and allocation events are to be recorded, and where to.</summary>
public sealed record RecordingRequest
{
    /// <summary>
    /// Buffer per CPU when nothing is said, in KiB (assumed: 60,000 events, a third of a second at the busiest CPU seen).
    /// </summary>
    public const int DefaultBufferKiB = 2048;

    /// <summary>The smallest buffer, in KiB.</summary>
    public const int LeastBufferKiB = 64;

    /// <summary>The largest buffer, in KiB.</summary>
    public const int MostBufferKiB = 1 << 20;

    /// <summary>The file on the host that runs, or a block device of it; what it held before is overwritten.</summary>
    public required string Path { get; init; }

    /// <summary>What ran, for the file's header.</summary>
    public required string Subject { get; init; }

    /// <summary>Ring buffer of each CPU in KiB, <see cref="LeastBufferKiB"/> to <see cref="MostBufferKiB"/>.</summary>
    public int BufferKiB { get; init; } = DefaultBufferKiB;

    /// <summary>Record when CPUs load an address space and when they go lazy, so that interrupts can be told exactly.</summary>
    public bool Switches { get; init; } = true;
}
