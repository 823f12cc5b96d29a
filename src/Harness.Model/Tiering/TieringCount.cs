namespace Harness.Model;

/// <summary>What a tiering simulation counts over all CPUs, under the kernel's names.</summary>
internal enum TieringCount
{
    /// <summary>Pages touched for the first time after they were mapped, and accesses that were looked up in a TLB.</summary>
    Accesses,

    /// <summary>pgfault.</summary>
    Faults,

    /// <summary>pgmajfault: faults that had to start a read.</summary>
    MajorFaults,

    /// <summary>Pages read from the drive.</summary>
    PagesRead,

    /// <summary>workingset_refault_file.</summary>
    Refaults,

    /// <summary>pgscan_kswapd.</summary>
    ScanKswapd,

    /// <summary>pgscan_direct.</summary>
    ScanDirect,

    /// <summary>pgsteal_kswapd, demoted pages among them.</summary>
    StealKswapd,

    /// <summary>pgsteal_direct, demoted pages among them.</summary>
    StealDirect,

    /// <summary>pgdemote_kswapd.</summary>
    DemoteKswapd,

    /// <summary>pgdemote_direct.</summary>
    DemoteDirect,

    /// <summary>pgmigrate_success.</summary>
    Migrated,

    /// <summary>pgmigrate_fail.</summary>
    MigrateFailed,

    /// <summary>allocstall: times a task had to reclaim for itself.</summary>
    AllocStalls,

    /// <summary>Pages whose mapping reclaim or migration cleared.</summary>
    Unmapped,

    /// <summary>Batch flushes: calls of arch_tlbbatch_flush that had work.</summary>
    BatchFlushes,

    /// <summary>Flushes of one address space's range: NUMA scans, munmap.</summary>
    RangeFlushes,

    /// <summary>tlb:tlb_flush, reason 0.</summary>
    TaskSwitchFlushes,

    /// <summary>tlb:tlb_flush, reason 1.</summary>
    RemoteFlushes,

    /// <summary>tlb:tlb_flush, reason 2.</summary>
    LocalFlushes,

    /// <summary>tlb:tlb_flush, reason 3.</summary>
    LocalMmFlushes,

    /// <summary>tlb:tlb_flush, reason 4.</summary>
    SentFlushes,

    /// <summary>Frames handed to the lazy policy with their flush pending.</summary>
    Lazy,

    /// <summary>Batches the lazy policy declined.</summary>
    GiveUps,

    /// <summary>Flushes the lazy policy made because a frame was allocated.</summary>
    AllocationFlushes,

    /// <summary>dTLB-load-misses of user accesses.</summary>
    LoadWalks,

    /// <summary>dTLB-store-misses of user accesses.</summary>
    StoreWalks,

    /// <summary>iTLB-load-misses of user code.</summary>
    FetchWalks,

    /// <summary>Aging passes of the multi-generational LRU.</summary>
    Agings,

    /// <summary>numa_pte_updates.</summary>
    NumaPteUpdates,

    /// <summary>numa_hint_faults.</summary>
    NumaHintFaults,

    /// <summary>numa_hint_faults_local.</summary>
    NumaHintFaultsLocal,

    /// <summary>numa_pages_migrated.</summary>
    NumaPagesMigrated,

    /// <summary>pgpromote_success.</summary>
    PromoteSuccess,

    /// <summary>pgpromote_candidate.</summary>
    PromoteCandidate,

    /// <summary>nr_kmmscand_mm_scans.</summary>
    KmmscandMmScans,

    /// <summary>nr_kmmscand_vma_scans.</summary>
    KmmscandVmaScans,

    /// <summary>nr_kmmscand_migadded: pages put on the migration list.</summary>
    KmmscandAdded,

    /// <summary>nr_kmmscand_migrated.</summary>
    KmmscandMigrated,

    /// <summary>nr_kmmscand_migrate_failed.</summary>
    KmmscandFailed,

    /// <summary>nr_kmmscand_slowtier: pages of slow memory that a scan met in use.</summary>
    KmmscandSlowTier,

    /// <summary>nr_kmmscand_toptier: pages of fast memory that a scan met in use.</summary>
    KmmscandTopTier,

    /// <summary>nr_kmmscand_idlepage: pages that a scan met unused.</summary>
    KmmscandIdle,

    /// <summary>Nanoseconds that tasks spent in scans for NUMA balancing (task_numa_work), their flushes included.</summary>
    TaskWorkTime,

    /// <summary>Nanoseconds that tasks spent moving the page of a hint fault, waiting for locks included; decision and fault not.</summary>
    HintMigrationTime,

    /// <summary>Nanoseconds that kmmscand scanned.</summary>
    KmmscandScanTime,

    /// <summary>Nanoseconds that kmmscand moved pages.</summary>
    KmmscandMigrationTime,

    /// <summary>Source frames that MIGRC kept.</summary>
    Kept,

    /// <summary>Times MIGRC flushed and freed all it had kept.</summary>
    KeptFlushes,

    /// <summary>Nothing: the number of counts.</summary>
    Last,
}
