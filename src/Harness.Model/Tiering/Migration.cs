namespace Harness.Model;

/// <summary>
/// migrate_pages(), for demotion and promotion: frames on the target, all pages unmapped, one flush for those whose mappings were
/// deferred, copies, new mappings; lazy policies instead tag the old frames, or keep them.
/// </summary>
internal sealed class Migration
{
    private readonly TieringKernel kernel;
    private readonly int[] frames;
    private readonly bool[] lazily;

    internal Migration(TieringKernel kernel)
    {
        this.kernel = kernel;
        frames = new int[kernel.Lru.Batch];
        lazily = new bool[frames.Length];
    }

    /// <summary>Moves pages that are off the LRU to another node.</summary>
    /// <param name="pages">The pages; those that found no room come first afterwards, off the LRU still.</param>
    /// <param name="node">The node they are on.</param>
    /// <param name="target">The node to move them to.</param>
    /// <param name="cpu">The CPU of the actor.</param>
    /// <param name="reason">Demotion, which may wake the target's kswapd, or promotion, which may not.</param>
    /// <param name="left">How many found no room.</param>
    /// <returns>How many were moved.</returns>
    internal int Move(Span<int> pages, int node, int target, int cpu, MigrateReason reason, out int left)
    {
        Costs costs = kernel.Costs;
        Clock clock = kernel.Clock;
        bool demotes = reason == MigrateReason.Demotion;
        AllocationFlags flags = AllocationFlags.ThisNode | (demotes ? AllocationFlags.None : AllocationFlags.NoReclaim);
        bool mayKeep = !demotes || kernel.Reclaim.IsKswapd;
        int moving = 0;
        for (; moving < pages.Length; moving++)
        {
            int pfn = kernel.Pages.TryTake(cpu, target, flags);
            if (pfn < 0) break;
            frames[moving] = pfn;
        }
        clock.Spend(Component.Allocate, pages.Length * costs.Allocate.Ns);
        clock.Spend(Component.Unmap, moving * (costs.Unmap.Ns + costs.SetEntry.Ns));
        bool batched = kernel.Profile.BatchesMigration;
        for (int i = 0; i < moving; i++)
        {
            lazily[i] = kernel.Unmap(pages[i], ref kernel.Tables.Words[pages[i]], cpu, batched, mayKeep);
        }
        uint tag = 0;
        if (kernel.Migrc.Enabled) kernel.Migrc.HandOver();
        else tag = kernel.Luf.HandOver(cpu, moving);
        kernel.Luf.Flush(cpu);
        clock.Spend(Component.Copy, moving * kernel.CopyNs(node, target));
        clock.Spend(Component.Remap, moving * costs.Remap.Ns);
        clock.Spend(Component.Free, moving * costs.Free.Ns);
        for (int i = 0; i < moving; i++)
        {
            ref ulong word = ref kernel.Tables.Words[pages[i]];
            int old = (int)(word & PageWord.Frame);
            // the new PTE has the permissions of the mapping: protection by a NUMA scan is gone
            word = PageWord.Moved(word, frames[i], target) & ~PageWord.ProtNone;
            bool file = kernel.IsFile(pages[i]);
            if (!file) kernel.Anonymous.Moved(node, target);
            kernel.Lru.Add(pages[i], ref word, target, file, inFault: false);
            if (lazily[i] && kernel.Migrc.Enabled) kernel.Migrc.Keep(pages[i], old);
            else kernel.Pages.Allocator.Free(cpu, old, 0, lazily[i] ? tag : 0);
        }
        kernel.Lru.Locks.Add(target, moving);
        kernel.Counts[TieringCount.Migrated] += moving;
        left = pages.Length - moving;
        kernel.Counts[TieringCount.MigrateFailed] += left;
        pages[moving..].CopyTo(pages);
        return moving;
    }
}
