namespace Harness.Model;

/// <summary>The kernel settings that decide on tiering. Swap is off throughout.</summary>
public sealed record TieringKnobs
{
    /// <summary><c>kernel.numa_balancing</c>: 0 off, 1 normal, 2 memory tiering, 3 both.</summary>
    public int NumaBalancing { get; init; }

    /// <summary><c>/sys/kernel/mm/lru_gen/enabled</c>: the multi-generational LRU; null for what the kernel's configuration says.</summary>
    public bool? LruGenerations { get; init; }

    /// <summary><c>/sys/kernel/mm/numa/demotion_enabled</c>.</summary>
    public bool Demotion { get; init; }

    /// <summary>
    /// <c>numa_balancing/scan_delay_ms</c>: a new task's time before its first scan. 1,000: published, the kernel's default, as of all
    /// these.
    /// </summary>
    public int ScanDelayMilliseconds { get; init; } = 1_000;

    /// <summary><c>numa_balancing/scan_period_min_ms</c>: of a process with one window of memory.</summary>
    public int ScanPeriodMinMilliseconds { get; init; } = 1_000;

    /// <summary><c>numa_balancing/scan_period_max_ms</c>; also how long a hot threshold stands before it is adjusted.</summary>
    public int ScanPeriodMaxMilliseconds { get; init; } = 60_000;

    /// <summary><c>numa_balancing/scan_size_mb</c>: memory that one scan protects.</summary>
    public int ScanSizeMegabytes { get; init; } = 256;

    /// <summary><c>numa_balancing/hot_threshold_ms</c>: from a scan to the fault, of a page that is hot.</summary>
    public int HotThresholdMilliseconds { get; init; } = 1_000;

    /// <summary><c>kernel.numa_balancing_promote_rate_limit_MBps</c>.</summary>
    public int PromoteRateLimitMegabytes { get; init; } = 65_536;

    /// <summary>The settings of kmmscand, where the kernel has it.</summary>
    public KmmscandKnobs Kmmscand { get; init; } = new();
}
