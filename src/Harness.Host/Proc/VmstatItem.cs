namespace Harness.Host.Proc;

/// <summary>What an entry of vmstat or numastat is: its unit, and whether it can fall. Read off the kernel's mm/vmstat.c and the places that count.</summary>
/// <param name="Unit"><c>pages</c> (base pages), <c>KiB</c>, <c>faults</c>, <c>PTEs</c>, <c>folios</c> (PMD-sized) or <c>events</c>.</param>
/// <param name="IsGauge">True for a level, which may fall; false for a count of what happened since boot.</param>
internal readonly record struct VmstatItem(string Unit, bool IsGauge)
{
    // Counts that carry the prefix of a gauge.
    private static readonly HashSet<string> Counts = new(StringComparer.Ordinal)
    {
        "nr_vmscan_write", "nr_vmscan_immediate_reclaim", "nr_dirtied", "nr_written", "nr_throttled_written", "nr_foll_pin_acquired", "nr_foll_pin_released",
    };

    private static readonly HashSet<string> Pages = new(StringComparer.Ordinal)
    {
        "pswpin", "pswpout", "zswpin", "zswpout", "zswpwb", "swap_ra", "swap_ra_hit", "swpin_zero", "swpout_zero", "ksm_swpin_copy", "cow_ksm",
        "balloon_inflate", "balloon_deflate", "balloon_migrate", "compact_migrate_scanned", "compact_free_scanned", "compact_isolated",
        "compact_daemon_migrate_scanned", "compact_daemon_free_scanned", "kswapd_inodesteal", "numa_pages_migrated",
    };

    /// <summary>
    /// What the kernel means by that name. What is not known counts events, and so do <c>numa_hit</c> and its kin: one an allocation of any order.
    /// </summary>
    public static VmstatItem Of(string name)
    {
        if (name.StartsWith("nr_tlb_", StringComparison.Ordinal)) return new("events", false);
        if (name.StartsWith("nr_", StringComparison.Ordinal)) return new(GaugeUnit(name), !Counts.Contains(name));
        return name switch
        {
            "workingset_nodes" => new("events", true),
            "pgfault" or "pgmajfault" or "numa_hint_faults" or "numa_hint_faults_local" => new("faults", false),
            "numa_pte_updates" => new("PTEs", false),
            // mm/vmstat.c halves its 512-byte sectors before it prints them.
            "pgpgin" or "pgpgout" => new("KiB", false),
            "pgscan_direct_throttle" => new("events", false),
            "thp_migration_success" or "thp_migration_fail" or "thp_migration_split" => new("folios", false),
            _ => new(Pages.Contains(name) || HasPagePrefix(name) ? "pages" : "events", false),
        };
    }

    private static string GaugeUnit(string name) => name switch
    {
        "nr_kernel_stack" or "nr_shadow_call_stack" => "KiB",
        "nr_shmem_hugepages" or "nr_shmem_pmdmapped" or "nr_file_hugepages" or "nr_file_pmdmapped" or "nr_anon_transparent_hugepages" => "folios",
        _ => "pages",
    };

    private static bool HasPagePrefix(string name) =>
        name.StartsWith("pg", StringComparison.Ordinal)
        || name.StartsWith("workingset_refault", StringComparison.Ordinal)
        || name.StartsWith("workingset_activate", StringComparison.Ordinal)
        || name.StartsWith("workingset_restore", StringComparison.Ordinal)
        || name.StartsWith("unevictable_pgs_", StringComparison.Ordinal);
}
