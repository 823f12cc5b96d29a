using System.Globalization;
using System.Numerics;
using Harness.Host.Proofs;
using Harness.Host.Recording;

namespace Harness.Host.Knobs;

/// <summary>The knobs the harness knows. Nothing outside this list is ever written.</summary>
public static class KnobCatalog
{
    internal const string ThpFolder = "/sys/kernel/mm/transparent_hugepage";
    internal const string DebugFolder = "/sys/kernel/debug";

    private const string ScanFolder = DebugFolder + "/sched/numa_balancing";
    private const string PerSizePrefix = "thp_enabled_";
    private const string PerSizeSuffix = "kB";
    private const string Balancing = "a kernel built with CONFIG_NUMA_BALANCING";

    // 6.1 counts the first two, 6.12 khugepaged's too and all per node, later kernels proactive reclaim's; /proc/vmstat has the totals.
    private const string Demoted =
        "vmstat.pgdemote_kswapd + vmstat.pgdemote_direct + vmstat.pgdemote_khugepaged + vmstat.pgdemote_proactive";

    private static readonly string[] Scanned = ["vmstat.numa_pte_updates", "vmstat.numa_hint_faults"];

    // An hour. Assumed: longer than any experiment, and far from where the kernel's 32-bit milliseconds wrap.
    private const long LongestMs = 3_600_000;

    // Published (kernel source): the kernel turns MB into pages in 32 bits, so 2^24 MB wraps to zero pages.
    private const long MostMegabytes = (1L << 24) - 1;

    /// <summary>
    /// The knobs with a fixed place. Those per folio size (<c>thp_enabled_64kB</c>) come on top where the kernel has them.
    /// </summary>
    public static IReadOnlyList<Knob> All { get; } =
    [
        new Knob
        {
            Name = "numa_balancing",
            Path = "/proc/sys/kernel/numa_balancing",
            Does = "NUMA balancing mode, bits added: 0 off, 1 move pages to the accessing node, 2 promote hot pages from slow tiers",
            Proofs =
            [
                // Not the hint faults: a PTE that was made inaccessible before the knob was written still faults once.
                new KnobProof { Values = ["0"], Stay = ["vmstat.numa_pte_updates"] },
                new KnobProof { Values = ["1"], Move = Scanned, While = "a task touches memory longer than scan_delay_ms of its CPU time" },
                new KnobProof
                {
                    Values = ["2", "3"],
                    Move = Scanned,
                    Tiers = TierNeed.Slow,
                    While = "a task touches memory of a slow tier longer than scan_delay_ms of its CPU time",
                },
            ],
            Unproven = "1, 3: vmstat.numa_pages_migrated, and 2, 3: vmstat.pgpromote_success, move when pages are worth moving: "
                + "a plan that expects it names them",
            Needs = Balancing,
            Format = KnobFormat.Number,
            Max = 3,
        },
        new Knob
        {
            Name = "numa_balancing_promote_rate_limit_MBps",
            Path = "/proc/sys/kernel/numa_balancing_promote_rate_limit_MBps",
            Does = "most memory promoted to a node per second in mode 2",
            Unproven = "vmstat.pgpromote_success falls behind vmstat.pgpromote_candidate when the limit acts, but no counter tells "
                + "a promotion that the limit denied from one that failed otherwise",
            Needs = Balancing + ", 6.1 or later",
            Format = KnobFormat.Number,
            Max = MostMegabytes,
            Unit = "MB/s",
        },
        new Knob
        {
            Name = "demotion_enabled",
            Path = "/sys/kernel/mm/numa/demotion_enabled",
            Does = "reclaim moves cold folios to the next lower memory tier instead of dropping or swapping them",
            Proofs =
            [
                new KnobProof { Values = ["false"], Stay = [Demoted] },
                new KnobProof
                {
                    Values = ["true"],
                    Move = [Demoted],
                    Tiers = TierNeed.Lower,
                    While = "reclaim takes memory of an upper tier",
                },
            ],
            Needs = "a kernel from 5.15 built with CONFIG_NUMA and CONFIG_MIGRATION",
            Format = KnobFormat.TrueFalse,
        },
        Damon.Knob,
        new Knob
        {
            Name = "kmmscand_scan_enabled",
            Path = "/sys/kernel/mm/kmmscand/scan_enabled",
            Does = "a kernel thread scans accessed bits of slow memory and promotes what was in use",
            Proofs = [new KnobProof { Values = ["1"], Move = ["vmstat.nr_kmmscand_mm_scans"], While = "a task has memory to scan" }],
            Needs = "a kernel with the kmmscand patches (RFC of 1 December 2024 or later), which no distribution has",
            Format = KnobFormat.Number,
            Max = 1,
        },
        Scan("scan_delay_ms", "CPU time of a task before its first NUMA scan", 0, LongestMs, "ms"),
        Scan("scan_period_min_ms", "shortest time between two NUMA scans of a task", 1, LongestMs, "ms"),
        Scan("scan_period_max_ms", "longest time between two NUMA scans of a task", 1, LongestMs, "ms"),

        // Published (kernel source): the scan divides by this number, so 0 would bring the kernel down. It is never written.
        Scan("scan_size_mb", "address space made inaccessible by one NUMA scan", 1, MostMegabytes, "MB"),
        Scan("hot_threshold_ms", "in mode 2, a page is hot when its hint fault follows the scan within this time", 0, LongestMs, "ms") with
        {
            Unproven = "the share of vmstat.numa_hint_faults that become vmstat.pgpromote_candidate, in mode 2 with different memory "
                + "tiers; a share proves nothing without another run",
            Needs = Balancing + " and CONFIG_SCHED_DEBUG, 6.1 or later, with debugfs mounted",
        },
        Thp("thp_enabled", "enabled", "transparent huge pages for anonymous memory",
            "vmstat.thp_fault_alloc when anonymous memory is first touched, which is mostly before the window") with
        {
            // A size's own knob overrides this one where it is not inherit; the huge pages then taken show that never did not hold.
            Proofs = [new KnobProof { Values = ["never"], Stay = ["vmstat.thp_fault_alloc"] }],
        },
        Thp("thp_defrag", "defrag", "whether a fault reclaims and compacts to get a huge page",
            "vmstat.compact_stall and vmstat.thp_fault_fallback when memory is fragmented, as other large allocations do"),
        Thp("thp_shmem_enabled", "shmem_enabled", "transparent huge pages for shared anonymous memory and the kernel's own tmpfs",
            "vmstat.thp_file_alloc when shared memory is first touched; a mount's huge= option moves it too"),
        Thp("khugepaged_defrag", "khugepaged/defrag", "whether khugepaged reclaims and compacts to collapse pages",
            "vmstat.thp_collapse_alloc_failed falls, vmstat.compact_stall rises; neither proves anything without another run") with
        {
            Format = KnobFormat.Number,
            Max = 1,
        },
    ];

    /// <summary>
    /// The names that a plan may use: all knobs with a fixed place, and those of the folio sizes that anonymous memory can have on x86,
    /// 16 kB to 2 MB (kernel source: order 2 to 9), be they there or not.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. All.Select(knob => knob.Name), .. Enumerable.Range(2, 8).Select(order => PerSize(4u << order).Name)];

    /// <summary>The knob of that name, those per folio size included; null when there is none.</summary>
    public static Knob? Find(string name)
    {
        foreach (Knob knob in All)
        {
            if (string.Equals(knob.Name, name, StringComparison.Ordinal)) return knob;
        }
        if (name == RecordingKnob.Name) return RecordingKnob.Knob;
        if (Damon.Step(name) is { } step) return step;
        return name.StartsWith(PerSizePrefix, StringComparison.Ordinal) && name.EndsWith(PerSizeSuffix, StringComparison.Ordinal)
            && TryParseSize(name.AsSpan()[PerSizePrefix.Length..^PerSizeSuffix.Length], out uint size)
            ? PerSize(size)
            : null;
    }

    /// <summary>The knob of one folio size.</summary>
    /// <param name="kilobytes">The size, as in the folder's name <c>hugepages-64kB</c>.</param>
    internal static Knob PerSize(uint kilobytes)
    {
        string size = kilobytes.ToString(CultureInfo.InvariantCulture);
        return Thp(
            PerSizePrefix + size + PerSizeSuffix,
            $"hugepages-{size}kB/enabled",
            $"anonymous folios of {size} kB; inherit takes thp_enabled's value",
            $"{ThpFolder}/hugepages-{size}kB/stats/anon_fault_alloc when anonymous memory is first touched; no run reads it") with
        {
            Needs = "a kernel from 6.8 with CONFIG_TRANSPARENT_HUGEPAGE, on a processor with this folio size",
        };
    }

    /// <summary>Reads a folio size in kB; one that is no power of two is none.</summary>
    internal static bool TryParseSize(ReadOnlySpan<char> digits, out uint kilobytes) =>
        uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out kilobytes) && BitOperations.IsPow2(kilobytes);

    private static Knob Scan(string file, string does, long min, long max, string unit) => new()
    {
        Name = file,
        Path = $"{ScanFolder}/{file}",
        Does = does,
        Unproven = "the pace of vmstat.numa_pte_updates and vmstat.numa_hint_faults while numa_balancing is not 0; "
            + "a pace proves nothing without another run",
        Needs = Balancing + " and CONFIG_SCHED_DEBUG, 5.13 or later, with debugfs mounted",
        Format = KnobFormat.Number,
        Min = min,
        Max = max,
        Unit = unit,
    };

    private static Knob Thp(string name, string file, string does, string unproven) => new()
    {
        Name = name,
        Path = $"{ThpFolder}/{file}",
        Does = does,
        Unproven = unproven,
        Needs = "a kernel built with CONFIG_TRANSPARENT_HUGEPAGE",
        Format = KnobFormat.Choice,
    };
}
