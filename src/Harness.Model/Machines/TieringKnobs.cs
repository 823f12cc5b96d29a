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
}
