namespace Harness.Model;

/// <summary>What an allocation may do: the GFP flags that matter to the allocator.</summary>
[Flags]
internal enum AllocationFlags
{
    /// <summary>Falls back to other nodes and wakes kswapd.</summary>
    None = 0,

    /// <summary>No other node than the one asked for: __GFP_THISNODE.</summary>
    ThisNode = 1,

    /// <summary>May take part of what the min watermark reserves: GFP_ATOMIC.</summary>
    Atomic = 2,

    /// <summary>Does not wake kswapd: neither of the flags in __GFP_RECLAIM.</summary>
    NoReclaim = 4,
}
