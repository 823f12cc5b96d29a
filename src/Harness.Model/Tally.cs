namespace Harness.Model;

/// <summary>What is counted over all CPUs.</summary>
internal enum Tally
{
    /// <summary>Accesses of user memory.</summary>
    Accesses,

    /// <summary>pgfault: faults of user accesses.</summary>
    Faults,

    /// <summary>Accesses that the address space does not allow, which the kernel answers with SIGSEGV.</summary>
    Refused,

    /// <summary>Pages read from disk or server.</summary>
    ReadIn,

    /// <summary>pgmigrate_success, in base pages.</summary>
    Migrated,

    /// <summary>pgmigrate_fail, in base pages.</summary>
    MigrateFailed,

    /// <summary>thp_migration_success.</summary>
    HugeMigrated,

    /// <summary>Pages that reclaim freed.</summary>
    Reclaimed,

    /// <summary>Mappings that reclaim or migration cleared.</summary>
    Unmapped,

    /// <summary>Batch flushes: calls of arch_tlbbatch_flush.</summary>
    BatchFlushes,

    /// <summary>Flushes of one address space that a pending batch forced on a page-table walk (flush_tlb_batched_pending).</summary>
    PendingFlushes,

    /// <summary>Flushes a gather made before its end: full, or dirty file pages.</summary>
    ForcedFlushes,

    /// <summary>Runs of PTEs of one folio that were cleared with a range: operations on the reverse map and the gather.</summary>
    ZapRuns,

    /// <summary>Gathered pages freed.</summary>
    GatherFreed,

    /// <summary>Frames handed to the lazy policy with their flush pending.</summary>
    Lazy,

    /// <summary>Batches the lazy policy declined because its lock was taken or a flush was in progress.</summary>
    GiveUps,

    /// <summary>Flushes the lazy policy made because a frame was allocated.</summary>
    AllocationFlushes,

    /// <summary>Flushes the lazy policy made because a trigger (a write fault, a writable mapping, …) fired.</summary>
    TriggerFlushes,

    /// <summary>MIGRC: times it flushed and freed everything because memory ran low.</summary>
    PressureFlushes,

    /// <summary>Allocations that found nothing.</summary>
    AllocationFailures,

    /// <summary>Allocations that had to ask the policy for held frames more often than pausing it allows.</summary>
    ReliefInVain,

    /// <summary>Times memory was said to be low although held frames count as free.</summary>
    NeedlessRelief,

    /// <summary>Nothing: the number of tallies.</summary>
    Last,
}
