namespace Harness.Model;

/// <summary>
/// flush_tlb_batched_pending: batches that unmapped something of an address space may not have been flushed yet, and nobody who walks its
/// page tables may conclude anything from an empty PTE before they are. Whether they were flushed meanwhile the address space does not
/// know, so that every episode of batches costs the next walk a flush.
/// </summary>
internal sealed class PendingBatches(Kernel kernel)
{
    private struct Seen
    {
        internal int Mm;
        internal int Pending;
    }

    private readonly Seen[] seen = kernel.State.Array<Seen>(kernel.Tasks);

    /// <summary>The task has a page table of the address space locked.</summary>
    /// <returns>True when a flush begins.</returns>
    internal bool BeginFlush(int task, int mm)
    {
        int pending = kernel.Spaces.PendingBatches(mm);
        if (pending == 0 || !kernel.Profile.ChecksPendingBatches) return false;
        seen[task] = new Seen { Mm = mm, Pending = pending };
        kernel.Tallies[Tally.PendingFlushes]++;
        kernel.Flushes.BeginRange(task, mm, 0, FlushRequest.Full, freedTables: true);
        return true;
    }

    /// <summary>
    /// The task's flush is over. Until now others had to flush for themselves, and so must the next when more was unmapped under way.
    /// </summary>
    internal void Flushed(int task)
    {
        ref Seen mine = ref seen[task];
        if (mine.Pending == 0) return;
        ref int pending = ref kernel.Spaces.PendingBatches(mine.Mm);
        if (pending == mine.Pending) pending = 0;
        mine = default;
    }
}
