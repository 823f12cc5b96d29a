namespace Harness.Model;

/// <summary>When and how much the per-CPU lists of 6.1 exchange with the buddy lists.</summary>
internal static class FixedPerCpuRules
{
    /// <summary>Pages to drain after a free (published: free_unref_page_commit, nr_pcp_high, nr_pcp_free).</summary>
    internal static int PagesToDrain(ref PerCpuList list, PerCpuSize size, int order, bool reclaimActive)
    {
        // blocks of order 1 to 3 freed in a row are not kept: others may want them to merge
        if (list.FreeFactor > 0 && PerCpuLists.IsHighOrder(order)) return list.Count;
        int high = reclaimActive ? Math.Min(4 * size.Batch, size.HighMin) : size.HighMin;
        if (list.Count < high) return 0;
        if (high < size.Batch) return 1;
        int most = high - size.Batch;
        int pages = size.Batch << list.FreeFactor;
        if (pages < most && list.FreeFactor < PerCpuLists.BatchScaleMax) list.FreeFactor++;
        return Math.Max(size.Batch, Math.Min(pages, most));
    }

    /// <summary>Blocks to take when a list is empty (published: __rmqueue_pcplist).</summary>
    internal static int BlocksToRefill(PerCpuSize size, int order) => size.Batch > 1 ? Math.Max(size.Batch >> order, 2) : size.Batch;
}
