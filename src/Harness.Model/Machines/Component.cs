namespace Harness.Model;

/// <summary>What a thread of the workload spends its time on. Every nanosecond of every thread belongs to exactly one.</summary>
public enum Component
{
    /// <summary>Executing the workload's own code.</summary>
    Touch,

    /// <summary>Entering the system call, draining the LRU caches.</summary>
    Prepare,

    /// <summary>Collecting the pages.</summary>
    Isolate,

    /// <summary>Allocating and locking folios.</summary>
    Allocate,

    /// <summary>Clearing PTEs and writing migration entries.</summary>
    Unmap,

    /// <summary>Sending flushes and flushing this CPU.</summary>
    Flush,

    /// <summary>Waiting for other CPUs to acknowledge a flush.</summary>
    Acknowledge,

    /// <summary>Copying pages.</summary>
    Copy,

    /// <summary>Mapping the new folio, waking those who wait for it.</summary>
    Remap,

    /// <summary>Page faults on pages under migration, up to falling asleep.</summary>
    Fault,

    /// <summary>Spinning on a page-table lock.</summary>
    Lock,

    /// <summary>Asleep.</summary>
    Sleep,

    /// <summary>Runnable, waiting for a CPU or being switched to.</summary>
    Queue,

    /// <summary>Interrupted by flushes.</summary>
    Interrupt,

    /// <summary>Freeing pages.</summary>
    Free,

    /// <summary>Reading pages from disk or server.</summary>
    Read,

    /// <summary>Changing files: write(2), invalidation.</summary>
    Write,

    /// <summary>Spinning until the other threads of the workload arrive.</summary>
    Barrier,

    /// <summary>Scanning lists or page tables for what was used: reclaim, aging, NUMA scans.</summary>
    Scan,

    /// <summary>On a vCPU whose thread waits for a host core.</summary>
    Host,
}
