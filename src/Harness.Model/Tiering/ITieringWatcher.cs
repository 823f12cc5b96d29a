namespace Harness.Model;

/// <summary>Hears of a kernel at machine scale what a recording of a real one holds.</summary>
internal interface ITieringWatcher : IAllocatorWatcher
{
    /// <summary>set_tlb_ubc_flush_pending: the present actor cleared a mapping whose flush is put off.</summary>
    void Unmapped(int cpu, int pfn, ulong word, int process, ReadOnlySpan<ulong> cpus);

    /// <summary>try_to_unmap_flush: the present actor's batch is to be flushed, if it holds anything.</summary>
    void FlushAsked(int cpu);
}
