using System.Text.Json.Serialization;
using Harness.Records;

namespace Harness.Traces;

/// <summary>
/// What a recorded event says. The values are those of the file and never change; new kinds get new numbers, up to
/// <see cref="TraceFormat.MostKinds"/>.
/// </summary>
[JsonConverter(typeof(WordConverter<TraceEventKind>))]
public enum TraceEventKind : byte
{
    /// <summary>
    /// set_tlb_ubc_flush_pending: a PTE was cleared whose flush joins the task's batch. Frame, PTE bits, address space and its CPUs;
    /// <see cref="TraceEvent.Flag"/>: it joins although no CPU could use the PTE, because this kernel does not ask or a change of the
    /// address space's PTEs is under way.
    /// </summary>
    UnmapDeferred = 1,

    /// <summary>
    /// ptep_clear_flush: a PTE is cleared with a flush of its own, if it was accessible. Frame, PTE bits, address space and its CPUs;
    /// <see cref="TraceEvent.Flag"/>: a change of the address space's PTEs is under way, so it counts as accessible.
    /// </summary>
    ClearFlush = 2,

    /// <summary>
    /// migrate:set_migration_pte: a migration entry took the place of a PTE. Frame and PTE bits (of which <see cref="PteBits.Present"/>
    /// says nothing), order.
    /// </summary>
    MigrationEntry = 3,

    /// <summary>
    /// try_to_unmap or try_to_migrate of a folio of more than one page: it begins. The task's unmaps until its next
    /// <see cref="FolioBegins"/>, flush or migration call that lie in its range are that folio's. Frame: its first; order.
    /// </summary>
    FolioBegins = 4,

    /// <summary>
    /// try_to_unmap_flush was called: what the task has cleared so far is to be flushed, if anything. <see cref="TraceEvent.Flag"/>:
    /// try_to_unmap_flush_dirty, which does so only if one of those PTEs was dirty.
    /// </summary>
    UnmapFlush = 5,

    /// <summary>arch_tlbbatch_flush: the kernel flushed a task's batch. The batch's CPUs.</summary>
    BatchFlush = 6,

    /// <summary>
    /// flush_tlb_mm_range. Address space and its CPUs, pages (−1 for all), <see cref="TraceEvent.Flag"/>: page tables were freed.
    /// </summary>
    RangeFlush = 7,

    /// <summary>kmem:mm_page_free. Frame and order.</summary>
    Free = 8,

    /// <summary>kmem:mm_page_alloc. Frame and order.</summary>
    Allocate = 9,

    /// <summary>kmem:mm_page_pcpu_drain: from a per-CPU list to the buddy lists. Frame and order.</summary>
    Drain = 10,

    /// <summary>
    /// kmem:mm_page_alloc_zone_locked: off the buddy lists. Frame and order; <see cref="TraceEvent.Flag"/>: onto a per-CPU list.
    /// </summary>
    Refill = 11,

    /// <summary>do_wp_page: a write to a page mapped read-only. Frame, PTE bits, address space.</summary>
    WriteFault = 12,

    /// <summary>do_mmap with PROT_WRITE.</summary>
    WritableMap = 13,

    /// <summary>enter_lazy_tlb: the CPU goes on with a kernel thread or idles.</summary>
    EnterLazy = 14,

    /// <summary>switch_mm_irqs_off: the CPU loads an address space, and is not lazy from here on. Address space.</summary>
    LoadMm = 15,

    /// <summary>migrate:mm_migrate_pages_start. <see cref="TraceEvent.Value"/>: the kernel's migrate_reason.</summary>
    MigrateBegins = 16,

    /// <summary>migrate:mm_migrate_pages. <see cref="TraceEvent.Value"/>: pages that were migrated.</summary>
    MigrateEnds = 17,

    /// <summary>
    /// An allocation found no node above its low watermark (vmscan:mm_vmscan_wakeup_kswapd, mm_vmscan_direct_reclaim_begin).
    /// <see cref="TraceEvent.Value"/>: the node, or −1 when unknown; <see cref="TraceEvent.Flag"/>: it reclaims itself.
    /// </summary>
    Pressure = 18,
}
