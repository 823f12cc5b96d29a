using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>
/// Getting and giving back frames: the page allocator with what its callers do around it. kswapd is woken, a task reclaims for itself when
/// nothing is left, and the lazy policy's flush comes before a tagged frame is used.
/// </summary>
internal sealed class Pages
{
    /// <summary>Times a task reclaims for one page before the kernel would call the out-of-memory killer (published: MAX_RECLAIM_RETRIES).</summary>
    private const int Retries = 16;

    private readonly TieringKernel kernel;
    private readonly Allocator allocator;

    internal Pages(TieringKernel kernel, AllocatorShape shape)
    {
        this.kernel = kernel;
        allocator = new Allocator(kernel.State, kernel.State, kernel.Profile.Shaped(shape));
    }

    internal Allocator Allocator => allocator;

    /// <summary>A frame for the present actor, near its CPU.</summary>
    /// <param name="cpu">Its CPU.</param>
    /// <param name="node">The node it prefers.</param>
    /// <exception cref="InvalidOperationException">There is no memory that could be reclaimed.</exception>
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
        if (kernel.Migrc.Count > 0 && allocator.BelowLow(node)) kernel.Migrc.Release(cpu);
        int pfn = allocator.Allocate(cpu, node, 0, flags, out uint tag);
        if (pfn < 0 && kernel.Migrc.Release(cpu)) pfn = allocator.Allocate(cpu, node, 0, flags, out tag);
        if (allocator.AnyWoken) kernel.Reclaim.WakeKswapd();
        if (tag != 0 && kernel.Luf.Enabled) kernel.Luf.Taken(cpu, tag);
        return pfn;
    }

    private int TakeAfterReclaim(int cpu, int node)
    {
        for (int attempt = 0; attempt < Retries; attempt++)
        {
            kernel.Counts[TieringCount.AllocStalls]++;
            kernel.Reclaim.Direct(cpu);
            int pfn = TryTake(cpu, node, AllocationFlags.None);
            if (pfn >= 0) return pfn;
            // what was freed may lie on per-CPU lists, where watermarks do not see it (published: __alloc_pages_direct_reclaim)
            kernel.Clock.Spend(Component.Free, kernel.Costs.Drain.Ns);
            allocator.DrainAll();
            pfn = TryTake(cpu, node, AllocationFlags.None);
            if (pfn >= 0) return pfn;
        }
        throw new InvalidOperationException("out of memory: nothing can be reclaimed; give the workload less or the machine more memory");
    }
}
