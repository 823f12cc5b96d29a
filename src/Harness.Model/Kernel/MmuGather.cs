using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>
/// The pages each task has unmapped and not freed yet: an mmu_gather. Entries lie in a bundle and then in batches; when the last batch is
/// full all must be flushed and freed. Since runs take two entries, a batch counts as full one entry early.
/// </summary>
internal sealed class MmuGather
{
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Gather
    {
        internal int Count;
        internal int Used;
        internal int Batch;
        internal int Freed;
        internal int Pages;
        internal bool Delayed;
    }

    private readonly Kernel kernel;
    private readonly GatherLimits limits;
    private readonly int most;
    private readonly Gather[] gathers;
    private readonly int[] frames;
    private readonly ushort[] pages;
    private readonly bool[] delayed;

    internal MmuGather(Kernel kernel)
    {
        this.kernel = kernel;
        limits = kernel.Profile.Gather;
        most = Math.Min(limits.Most, kernel.Spaces.Pages) + 1;
        gathers = kernel.State.Array<Gather>(kernel.Tasks);
        frames = kernel.State.Array<int>(kernel.Tasks * most);
        pages = kernel.State.Array<ushort>(kernel.Tasks * most);
        delayed = kernel.State.Array<bool>(kernel.Tasks * most);
    }

    /// <summary>Adds a run of pages of one folio whose mappings were cleared.</summary>
    /// <returns>True when nothing more fits.</returns>
    internal bool Add(int task, int frame, int run, bool delayRmap)
    {
        ref Gather gather = ref gathers[task];
        int at = task * most + gather.Count++;
        frames[at] = frame;
        pages[at] = (ushort)run;
        delayed[at] = delayRmap;
        gather.Delayed |= delayRmap;
        gather.Pages += run;
        gather.Used += Entries(run);
        int capacity = gather.Batch == 0 ? limits.Bundle : limits.Batch;
        if (gather.Used < (limits.Runs ? capacity - 1 : capacity)) return false;
        // with reverse mappings delayed no batch beyond the first is begun
        if (gather.Batch == limits.Batches || (gather.Delayed && gather.Batch > 0)) return true;
        gather.Batch++;
        gather.Used = 0;
        return false;
    }

    /// <summary>tlb_flush_rmaps: after the flush, the delayed reverse mappings go.</summary>
    internal void DropRmaps(int task)
    {
        ref Gather gather = ref gathers[task];
        gather.Delayed = false;
        for (int i = task * most; i < task * most + gather.Count; i++)
        {
            if (!delayed[i]) continue;
            delayed[i] = false;
            for (int page = 0; page < pages[i]; page++) kernel.Frames.MapCount(frames[i] + page)--;
        }
    }

    /// <summary>Gives pages back, a bounded number of entries at a time.</summary>
    /// <param name="task">The task.</param>
    /// <param name="ns">The time it takes.</param>
    /// <returns>True when none is left.</returns>
    internal bool Free(int task, out long ns)
    {
        ref Gather gather = ref gathers[task];
        int entries = 0;
        int freed = 0;
        ns = 0;
        for (; gather.Freed < gather.Count && entries < limits.FreeAtOnce; gather.Freed++)
        {
            int at = task * most + gather.Freed;
            int folio = kernel.Frames.Folio(frames[at]);
            int run = pages[at];
            (frames[at], pages[at]) = (0, 0);
            freed += run;
            entries += Entries(run);
            kernel.Frames.References(folio) -= run - 1;
            if (kernel.Frames.References(folio) == 1)
                ns += kernel.Costs.Zap.Free(kernel.Frames.Order(folio), gather.Pages, kernel.Profile.LargeFolios);
            kernel.Put(task, folio, 0);
        }
        kernel.Tallies[Tally.GatherFreed] += freed;
        if (gather.Freed < gather.Count) return false;
        gather = default;
        return true;
    }

    private static int Entries(int run) => run > 1 ? 2 : 1;
}
