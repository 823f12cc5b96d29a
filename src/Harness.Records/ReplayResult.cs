namespace Harness.Records;

/// <summary>What flush policies would have made of a recorded run.</summary>
public sealed record ReplayResult
{
    /// <summary>The format's current version.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Version of the format this result was written in.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The recording.</summary>
    public required ReplayedRecording Recording { get; init; }

    /// <summary>What was unmapped, and what of it lazy policies may leave.</summary>
    public required UnmapShares Unmaps { get; init; }

    /// <summary>How well the recorded kernel's own policy, replayed, gives what that kernel counted.</summary>
    public required ReplayCheck Check { get; init; }

    /// <summary>A result a policy, in the order asked for; the recorded kernel's own comes first if it was asked for.</summary>
    public required IReadOnlyList<ReplayedPolicy> Policies { get; init; }

    /// <summary>Parts of the answer that the recording cannot give, and other cautions, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init => field = value ?? []; } = [];
}

/// <summary>The recording that was replayed.</summary>
public sealed record ReplayedRecording
{
    /// <summary>The file's name.</summary>
    public required string File { get; init; }

    /// <summary>What ran.</summary>
    public required string Subject { get; init; }

    /// <summary>The recorded kernel's release.</summary>
    public required string KernelRelease { get; init; }

    /// <summary>The processor's name.</summary>
    public required string Processor { get; init; }

    /// <summary>Online CPUs.</summary>
    public required int Cpus { get; init; }

    /// <summary>When it began (UTC).</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Its length in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Events in it.</summary>
    public required long Events { get; init; }

    /// <summary>Events that were lost while recording.</summary>
    public required long Lost { get; init; }

    /// <summary>Bytes an event.</summary>
    public required double BytesPerEvent { get; init; }

    /// <summary>False when its end is missing.</summary>
    public required bool Complete { get; init; }
}

/// <summary>PTEs cleared by reclaim and migration, by what a lazy policy may do about them. The parts sum to <see cref="Total"/>.</summary>
public sealed record UnmapShares
{
    /// <summary>All of them.</summary>
    public required long Total { get; init; }

    /// <summary>Of folios that qualify: one page, no mapping writable, deferred.</summary>
    public required long Qualifying { get; init; }

    /// <summary>Of folios with a writable mapping.</summary>
    public required long Writable { get; init; }

    /// <summary>Of folios of more than one page.</summary>
    public required long LargeFolio { get; init; }

    /// <summary>Flushed on the spot: no other CPU ran the address space, or the path does not batch.</summary>
    public required long NotDeferred { get; init; }

    /// <summary>PROT_NONE, which no CPU can hold: nothing to flush under any policy.</summary>
    public required long Inaccessible { get; init; }
}

/// <summary>The recorded kernel's own policy, replayed, against that kernel's counts.</summary>
public sealed record ReplayCheck
{
    /// <summary>Batch flushes replayed.</summary>
    public required long ReplayedBatchFlushes { get; init; }

    /// <summary>Batch flushes by the kernel's count; null when the recording was cut off.</summary>
    public long? CountedBatchFlushes { get; init; }

    /// <summary>Batch flushes whose set of CPUs, replayed, is not the recorded one.</summary>
    public required long DifferentCpus { get; init; }

    /// <summary>Interrupts replayed, of all flushes; null when it is unknown which CPUs were lazy.</summary>
    public long? ReplayedInterrupts { get; init; }

    /// <summary>Increments of the TLB row of /proc/interrupts; null when unknown.</summary>
    public long? CountedInterrupts { get; init; }
}

/// <summary>What one policy would have made of the recorded run.</summary>
public sealed record ReplayedPolicy
{
    /// <summary>The name a user types: <c>stock</c>, <c>batched</c>, <c>luf</c>, <c>luf-as-posted</c>, <c>migrc</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Flushes of unmapping by reclaim and migration, batched and single ones: what the policies differ in. Flushes of munmap, mprotect and
    /// the like are the same in all and not among them.
    /// </summary>
    public required long Flushes { get; init; }

    /// <summary>Of <see cref="Flushes"/>, those of batches on the path that unmaps.</summary>
    public required long BatchFlushes { get; init; }

    /// <summary>
    /// Of <see cref="Flushes"/>, those of single PTEs that another CPU may hold: for the others no policy does anything else.
    /// </summary>
    public required long SingleFlushes { get; init; }

    /// <summary>Of <see cref="Flushes"/>, those that a lazy policy made later, by cause: <c>allocation</c>, <c>write fault</c>, …</summary>
    public required IReadOnlyDictionary<string, long> LazyFlushes { get; init; }

    /// <summary>Interrupts of <see cref="Flushes"/>, fewest.</summary>
    public required long InterruptsLow { get; init; }

    /// <summary>Interrupts of <see cref="Flushes"/>, most: the same as fewest when it is known which CPUs were lazy.</summary>
    public required long InterruptsHigh { get; init; }

    /// <summary>
    /// Share of the recorded kernel's own flushes that this policy does not make: 0.9 for a tenth; null when that kernel made none.
    /// </summary>
    public double? FlushesSaved { get; init; }

    /// <summary>Share of the recorded kernel's own interrupts likewise; null when it is unknown which CPUs were lazy.</summary>
    public double? InterruptsSaved { get; init; }

    /// <summary>Epochs that a lazy policy's pages waited in; 0 for others.</summary>
    public required long Epochs { get; init; }

    /// <summary>Batches that were to wait and were flushed at once, by cause: <c>a flush was under way</c>, …</summary>
    public required IReadOnlyDictionary<string, long> GiveUps { get; init; }

    /// <summary>Frames freed with their flush still to come.</summary>
    public required long FramesLeft { get; init; }

    /// <summary>
    /// Time between a frame's being freed with its flush to come and its reuse: counts for [2^i, 2^(i+1)) microseconds, i from 0, the first
    /// with all below.
    /// </summary>
    public required IReadOnlyList<long> WaitMicroseconds { get; init; }

    /// <summary>Flushes in each of 100 equal parts of the recording.</summary>
    public required IReadOnlyList<long> OverTime { get; init; }
}
