namespace Harness.Model;

/// <summary>
/// mm->tlb_flush_batched: the address spaces of which a batch, perhaps not flushed yet, has unmapped something, so that a page-table walk
/// must flush before it concludes anything from an empty PTE. The kernel compares two counters; what they tell is whether anything was
/// unmapped since the flush began, which is kept here in their place.
/// </summary>
internal sealed class PendingUnmaps(StateArrays state, int mms, int tasks)
{
    private readonly bool[] pending = state.Array<bool>(mms);

    // the address space, plus one, all of whose pending unmaps the task's flush covers
    private readonly int[] covered = state.Array<int>(tasks);

    internal bool Any(int mm) => pending[mm];

    /// <summary>A deferred unmap; flushes under way are too early to cover it.</summary>
    internal void Add(int mm)
    {
        pending[mm] = true;
        covered.AsSpan().Replace(mm + 1, 0);
    }

    /// <summary>The task begins a flush of the address space.</summary>
    internal void Begin(int task, int mm) => covered[task] = mm + 1;

    /// <summary>A flush of the task is over. Until here others that walk the address space's tables must flush as well.</summary>
    internal void End(int task)
    {
        if (covered[task] == 0) return;
        pending[covered[task] - 1] = false;
        covered[task] = 0;
    }
}
