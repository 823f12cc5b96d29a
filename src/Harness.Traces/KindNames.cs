namespace Harness.Traces;

/// <summary>The kernel's names of the kinds: of the function or tracepoint that stands for each.</summary>
internal static class KindNames
{
    /// <summary>A kind's name.</summary>
    internal static string Of(TraceEventKind kind) => kind switch
    {
        TraceEventKind.UnmapDeferred => "set_tlb_ubc_flush_pending",
        TraceEventKind.ClearFlush => "ptep_clear_flush",
        TraceEventKind.MigrationEntry => "set_migration_pte",
        TraceEventKind.FolioBegins => "try_to_unmap",
        TraceEventKind.UnmapFlush => "try_to_unmap_flush",
        TraceEventKind.BatchFlush => "arch_tlbbatch_flush",
        TraceEventKind.RangeFlush => "flush_tlb_mm_range",
        TraceEventKind.Free => "mm_page_free",
        TraceEventKind.Allocate => "mm_page_alloc",
        TraceEventKind.Drain => "mm_page_pcpu_drain",
        TraceEventKind.Refill => "mm_page_alloc_zone_locked",
        TraceEventKind.WriteFault => "do_wp_page",
        TraceEventKind.WritableMap => "do_mmap",
        TraceEventKind.EnterLazy => "enter_lazy_tlb",
        TraceEventKind.LoadMm => "switch_mm_irqs_off",
        TraceEventKind.MigrateBegins => "mm_migrate_pages_start",
        TraceEventKind.MigrateEnds => "mm_migrate_pages",
        TraceEventKind.Pressure => "low_watermark",
        _ => "unknown",
    };

    /// <summary>What the kind's number is; null for a kind without one.</summary>
    internal static string? OfValue(TraceEventKind kind) => kind switch
    {
        TraceEventKind.RangeFlush => "pages",
        TraceEventKind.MigrateBegins => "reason",
        TraceEventKind.MigrateEnds => "succeeded",
        TraceEventKind.Pressure => "node",
        _ => null,
    };

    /// <summary>What the kind's yes says; null for a kind without one.</summary>
    internal static string? OfFlag(TraceEventKind kind) => kind switch
    {
        TraceEventKind.RangeFlush => "freed_tables",
        TraceEventKind.Refill => "percpu",
        TraceEventKind.Pressure => "direct",
        _ => null,
    };
}
