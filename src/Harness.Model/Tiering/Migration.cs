namespace Harness.Model;

/// <summary>
/// migrate_pages() for demotion: frames on the target, all pages unmapped, one flush for those whose mappings were deferred, copies, new
/// mappings; the lazy policy instead tags the old frames.
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

    /// <summary>Moves pages that are off the LRU to a lower tier.</summary>
    /// <param name="pages">The pages; those that found no room come first afterwards, off the LRU still.</param>
    /// <param name="node">The node they are on.</param>
    /// <param name="target">The node to move them to.</param>
    /// <param name="cpu">The CPU of the actor.</param>
    /// <param name="left">How many found no room.</param>
    /// <returns>How many were moved.</returns>
    internal int Demote(Span<int> pages, int node, int target, int cpu, out int left)
    {
        Costs costs = kernel.Costs;
        Clock clock = kernel.Clock;
        int moving = 0;
        for (; moving < pages.Length; moving++)
        {
            int pfn = kernel.Pages.TryTake(cpu, target, AllocationFlags.ThisNode);
            if (pfn < 0) break;
            frames[moving] = pfn;
        }
        clock.Spend(Component.Allocate, pages.Length * costs.Allocate.Ns);
        clock.Spend(Component.Unmap, moving * (costs.Unmap.Ns + costs.SetEntry.Ns));
        bool batched = kernel.Profile.BatchesMigration;
        for (int i = 0; i < moving; i++)
        {
            lazily[i] = kernel.Unmap(pages[i], ref kernel.Tables.Words[pages[i]], cpu, batched);
        }
        uint tag = kernel.Luf.HandOver(cpu, moving);
        kernel.Luf.Flush(cpu);
        clock.Spend(Component.Copy, moving * kernel.CopyNs(node, target));
        clock.Spend(Component.Remap, moving * costs.Remap.Ns);
        clock.Spend(Component.Free, moving * costs.Free.Ns);
        for (int i = 0; i < moving; i++)
        {
            ref ulong word = ref kernel.Tables.Words[pages[i]];
            int old = (int)(word & PageWord.Frame);
            word = PageWord.Moved(word, frames[i], target);
            kernel.Lru.Add(pages[i], ref word, target, kernel.IsFile(pages[i]), inFault: false);
            kernel.Pages.Free(cpu, old, lazily[i] ? tag : 0);
        }
        kernel.Lru.Locks.Add(target, moving);
        kernel.Counts[TieringCount.Migrated] += moving;
        left = pages.Length - moving;
        kernel.Counts[TieringCount.MigrateFailed] += left;
        pages[moving..].CopyTo(pages);
        return moving;
    }
}
