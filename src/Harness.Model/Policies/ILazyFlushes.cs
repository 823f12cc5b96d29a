namespace Harness.Model;

/// <summary>
/// What a lazy policy whose paths are whole actions needs of whoever drives it: the kernel at machine scale, or the replay of a recording.
/// Batches are numbers; the present actor has two of its own.
/// </summary>
internal interface ILazyFlushes
{
    /// <summary>The present actor's own batch: current->tlb_ubc.</summary>
    int Normal { get; }

    /// <summary>The present actor's batch of what the lazy policy may take: tlb_ubc_luf.</summary>
    int Qualified { get; }

    /// <summary>What the lazy policy still has to flush: luf_ubc, or all of MIGRC's requests.</summary>
    int Epoch { get; }

    /// <summary>True while another actor's flush is under way.</summary>
    bool OthersFlush { get; }

    bool Required(int batch);

    /// <summary>Moves one batch into another.</summary>
    void Fold(int into, int from);

    /// <summary>Flushes a batch from a CPU, and credits the lazy policy's with it.</summary>
    /// <returns>False when it held nothing.</returns>
    bool Flush(int batch, int cpu);

    /// <summary>The policy takes its lock.</summary>
    void TakeLock();

    /// <summary>What qualified is flushed at once instead, since a flush was under way.</summary>
    void GaveUp();

    /// <summary>That many folios wait with their flush from now on.</summary>
    void HandedOver(int folios);

    /// <summary>The policy's own flush was made, if it had anything to flush.</summary>
    void Forced(LazyCause cause);
}

/// <summary>Why a lazy policy made the flush that it had put off.</summary>
internal enum LazyCause
{
    /// <summary>A frame that waited for it was allocated.</summary>
    Allocation,

    /// <summary>A page mapped read-only was written.</summary>
    WriteFault,

    /// <summary>Memory was mapped writable.</summary>
    WritableMap,

    /// <summary>Memory was short.</summary>
    Pressure,
}
