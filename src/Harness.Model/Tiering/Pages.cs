using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>
/// Getting frames: the page allocator with what its callers do around it. kswapd is woken, a task reclaims for itself when
/// nothing is left, and the lazy policy's flush comes before a tagged frame is used.
/// </summary>
internal sealed class Pages : ISourceFrames
{
    /// <summary>
    /// Fruitless times a task reclaims for one page before the kernel would call the out-of-memory killer (published: MAX_RECLAIM_RETRIES).
    /// </summary>
    private const int Retries = 16;

    private readonly TieringKernel kernel;
    private readonly Allocator allocator;
    private readonly long[] drainedUntil;

    internal Pages(TieringKernel kernel, AllocatorShape shape)
    {
        this.kernel = kernel;
        drainedUntil = kernel.State.Array<long>(1);
        allocator = new Allocator(kernel.State, kernel.State, kernel.Profile.Shaped(shape));
    }

    internal Allocator Allocator => allocator;

    /// <inheritdoc/>
    public void Hold(int frame) => allocator.AddCredit(allocator.ZoneOf(frame), 1);

    /// <inheritdoc/>
    public void Free(int cpu, int frame)
    {
        kernel.Clock.Spend(Component.Free, kernel.Costs.Free.Ns);
        allocator.AddCredit(allocator.ZoneOf(frame), -1);
        allocator.Free(cpu, frame, 0);
    }

    /// <summary>A frame for the present actor, near its CPU.</summary>
    /// <param name="cpu">Its CPU.</param>
    /// <param name="node">The node it prefers.</param>
    /// <exception cref="MemoryExhaustedException">There is no memory that could be reclaimed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Take(int cpu, int node)
    {
        int pfn = TryTake(cpu, node, AllocationFlags.None);
        return pfn >= 0 ? pfn : TakeAfterReclaim(cpu, node);
    }

    /// <summary>A frame without reclaiming for it; -1 when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int TryTake(int cpu, int node, AllocationFlags flags)
    {
        if (kernel.Migrc.Count > 0 && (allocator.BelowLow(node) || allocator.FreePages(node) == 0))
            kernel.Migrc.Release(cpu, LazyCause.Pressure);
        int pfn = allocator.Allocate(cpu, node, 0, flags, out uint tag);
        if (pfn < 0 && kernel.Migrc.Release(cpu, LazyCause.Pressure)) pfn = allocator.Allocate(cpu, node, 0, flags, out tag);
        if ((allocator.Woken & kernel.Reclaim.Asleep) != 0) kernel.Reclaim.WakeKswapd();
        if (tag != 0 && kernel.Luf.Enabled) kernel.Luf.Taken(cpu, tag);
        return pfn;
    }

    /// <summary>
    /// What was freed may lie on per-CPU lists, where watermarks do not see it; whoever comes while they are drained goes on without
    /// (published: __alloc_pages_direct_reclaim, drain_all_pages).
    /// </summary>
    private void DrainAll()
    {
        if (kernel.Clock.Now < drainedUntil[0]) return;
        long before = Drained();
        allocator.DrainAll();
        kernel.Clock.Spend(Component.Free, kernel.Costs.Drain.Ns + (Drained() - before) * kernel.Costs.Free.Ns);
        drainedUntil[0] = kernel.Clock.Now;
    }

    private long Drained()
    {
        long pages = 0;
        for (int zone = 0; zone < kernel.Nodes; zone++) pages += allocator.Tallies[zone].DrainedPages;
        return pages;
    }

    private int TakeAfterReclaim(int cpu, int node)
    {
        for (int fruitless = 0; fruitless < Retries; fruitless++)
        {
            kernel.Counts[TieringCount.AllocStalls]++;
            if (kernel.Reclaim.Direct(cpu) > 0) fruitless = 0;
            int pfn = TryTake(cpu, node, AllocationFlags.None);
            if (pfn >= 0) return pfn;
            DrainAll();
            pfn = TryTake(cpu, node, AllocationFlags.None);
            if (pfn >= 0) return pfn;
        }
        throw new MemoryExhaustedException("out of memory: nothing can be reclaimed; give the workload fewer pages or the machine more");
    }
}
