namespace Harness.Model;

/// <summary>Hears of blocks what the kmem tracepoints tell of a real kernel.</summary>
internal interface IAllocatorWatcher
{
    /// <summary>mm_page_free.</summary>
    void Freed(int cpu, int pfn, int order);

    /// <summary>mm_page_alloc.</summary>
    void Allocated(int cpu, int pfn, int order);

    /// <summary>mm_page_pcpu_drain.</summary>
    void Drained(int cpu, int pfn, int order);

    /// <summary>mm_page_alloc_zone_locked, onto a per-CPU list.</summary>
    void Refilled(int cpu, int pfn, int order);
}
