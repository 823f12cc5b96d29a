namespace Harness.Model;

/// <summary>
/// <c>/sys/kernel/mm/kmmscand</c>, with the defaults of the first posted version. <c>mms_to_scan</c> is left out: 4,096 address spaces a
/// turn are more than the model has.
/// </summary>
public sealed record KmmscandKnobs
{
    /// <summary><c>scan_enabled</c>.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary><c>scan_sleep_ms</c>: between two turns.</summary>
    public int SleepMilliseconds { get; init; } = 16;

    /// <summary><c>mm_scan_period_ms</c>: of an address space at first; it adapts.</summary>
    public int PeriodMilliseconds { get; init; } = 2_000;

    /// <summary><c>target_node</c>: where pages are promoted to.</summary>
    public int TargetNode { get; init; }
}
