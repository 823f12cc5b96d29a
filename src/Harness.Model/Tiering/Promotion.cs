namespace Harness.Model;

/// <summary>Moving one page to faster memory, by a hint fault or by kmmscand (migrate_misplaced_folio).</summary>
internal sealed class Promotion(TieringKernel kernel)
{
    /// <summary>
    /// Atomic operations on the reverse map: a reference taken and dropped, the lock taken and released to unmap and again to map
    /// (published: migrate_folio_unmap, try_to_migrate, remove_migration_ptes).
    /// </summary>
    private const int OnReverseMap = 6;

    private readonly int[] one = new int[1];

    /// <summary>
    /// Whether the node could take a page and stay above its high watermark; if not, its kswapd is woken in memory-tiering mode
    /// (published: migrate_balanced_pgdat).
    /// </summary>
    internal bool HasRoom(int target)
    {
        Allocator allocator = kernel.Pages.Allocator;
        if (allocator.WatermarkOk(target, 0, allocator.Watermarks(target).High + 1)) return true;
        if ((kernel.Knobs.NumaBalancing & 2) != 0) kernel.Reclaim.Wake(target);
        return false;
    }

    /// <summary>Takes a page off the LRU and moves it.</summary>
    /// <param name="page">The page, which is mapped.</param>
    /// <param name="target">The node to move it to.</param>
    /// <param name="cpu">The CPU of the actor.</param>
    /// <returns>False when the node has no memory: the page stays.</returns>
    internal bool Move(int page, int target, int cpu)
    {
        ref ulong word = ref kernel.Tables.Words[page];
        int node = PageWord.NodeOf(word);
        bool file = kernel.IsFile(page);
        kernel.Clock.Spend(Component.Isolate, kernel.Costs.Isolate.Ns);
        kernel.Lru.Locks.Scan(node, 1);
        kernel.Lru.Remove(ref word, node, file);
        if (!file) kernel.ReverseMapOf(page).Change(OnReverseMap);
        one[0] = page;
        int moved = kernel.Migration.Move(one, node, target, cpu, MigrateReason.NumaMisplaced, out int left);
        if (left > 0) kernel.Lru.PutBack(page, ref word, node, file);
        if (moved > 0 && kernel.IsTopTier(target) && !kernel.IsTopTier(node) && kernel.CountsPromotions)
            kernel.Counts[TieringCount.PromoteSuccess]++;
        return moved > 0;
    }
}
