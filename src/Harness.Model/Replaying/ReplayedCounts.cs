namespace Harness.Model;

/// <summary>What one policy would have made of a recorded run.</summary>
public sealed record ReplayedCounts
{
    /// <summary>The policy's name.</summary>
    public required string Name { get; init; }

    /// <summary>Flushes of unmapping by reclaim and migration.</summary>
    public long Flushes => BatchFlushes + SingleFlushes + LazyFlushes.Values.Sum();

    /// <summary>Flushes of batches on the path that unmaps.</summary>
    public required long BatchFlushes { get; init; }

    /// <summary>Flushes of single PTEs that another CPU may hold.</summary>
    public required long SingleFlushes { get; init; }

    /// <summary>Flushes that a lazy policy made later, by cause.</summary>
    public required IReadOnlyDictionary<string, long> LazyFlushes { get; init; }

    /// <summary>Interrupts of all these, fewest.</summary>
    public required long InterruptsLow { get; init; }

    /// <summary>Interrupts of all these, most: the same when it is known which CPUs were lazy.</summary>
    public required long InterruptsHigh { get; init; }

    /// <summary>Epochs that pages waited in.</summary>
    public required long Epochs { get; init; }

    /// <summary>Batches that were to wait and were flushed at once, by cause.</summary>
    public required IReadOnlyDictionary<string, long> GiveUps { get; init; }

    /// <summary>Frames freed with their flush still to come.</summary>
    public required long FramesLeft { get; init; }

    /// <summary>
    /// Time from then to their reuse: counts for [2^i, 2^(i+1)) microseconds, i from 0, the first with all below.
    /// </summary>
    public required IReadOnlyList<long> WaitMicroseconds { get; init; }

    /// <summary>Flushes in each of 100 equal parts of the recording.</summary>
    public required IReadOnlyList<long> OverTime { get; init; }
}

/// <summary>
/// PTEs that reclaim and migration cleared, by what a lazy policy may do about them. The parts sum to <see cref="Total"/>.
/// </summary>
public sealed record UnmappedPtes
{
    /// <summary>All of them.</summary>
    public long Total => Qualifying + Writable + LargeFolio + NotDeferred + Inaccessible;

    /// <summary>Of folios of one page that were mapped read-only, their flush put off.</summary>
    public required long Qualifying { get; init; }

    /// <summary>Of folios with a writable mapping.</summary>
    public required long Writable { get; init; }

    /// <summary>Of folios of more than one page.</summary>
    public required long LargeFolio { get; init; }

    /// <summary>Flushed on the spot.</summary>
    public required long NotDeferred { get; init; }

    /// <summary>PROT_NONE.</summary>
    public required long Inaccessible { get; init; }
}
