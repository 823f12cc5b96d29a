namespace Harness.Model;

/// <summary>When and how much the per-CPU lists of 6.12 exchange with the buddy lists.</summary>
internal static class AutomaticPerCpuRules
{
    /// <summary>Pages to drain after a free (published: free_unref_page_commit, nr_pcp_high, nr_pcp_free).</summary>
    /// <param name="list">The lists, the freed block counted.</param>
    /// <param name="size">Their size.</param>
    /// <param name="order">The freed block's order.</param>
    /// <param name="reclaimActive">kswapd may be at work on the zone.</param>
    /// <param name="belowHigh">The zone was seen below its high watermark.</param>
    /// <param name="largeCacheShare">A batch of blocks of order 1 to 3 may stay.</param>
    internal static int PagesToDrain(
        ref PerCpuList list, PerCpuSize size, int order, bool reclaimActive, bool belowHigh, bool largeCacheShare)
    {
        list.AllocFactor >>= 1;
        bool highOrder = PerCpuLists.IsHighOrder(order);
        bool freesAll = highOrder && list.FreedHighOrder && list.FreeCount >= size.Batch && (!largeCacheShare || list.Count >= size.Batch);
        list.FreedHighOrder = highOrder;
        int largestBatch = size.Batch << PerCpuLists.BatchScaleMax;
        if (list.FreeCount < largestBatch) list.FreeCount += 1 << order;
        list.High = Within(list.High, size);
        if (freesAll)
        {
            list.High = Math.Max(list.High - largestBatch, size.HighMin);
            return Math.Min(list.Count, largestBatch);
        }
        int high = Tune(ref list, size, reclaimActive, belowHigh);
        if (list.Count < high) return 0;
        if (high < size.Batch) return 1;
        return Math.Max(size.Batch, Math.Min(list.FreeCount, high - size.Batch));
    }

    /// <summary>Blocks to take when a list is empty (published: nr_pcp_alloc).</summary>
    internal static int BlocksToRefill(ref PerCpuList list, PerCpuSize size, int order, bool belowHigh)
    {
        list.High = Within(list.High, size);
        if (list.High < size.Batch) return 1;
        int pages = order == 0 ? size.Batch << list.AllocFactor : size.Batch;
        // with a larger high the last drain would not have been needed
        if (size.HighMin != size.HighMax && !belowHigh) list.High = Math.Min(list.High + pages, size.HighMax);
        if (order == 0)
        {
            int most = Math.Max(list.High - list.Count - size.Batch, size.Batch);
            if (pages <= most && list.AllocFactor < PerCpuLists.BatchScaleMax) list.AllocFactor++;
            pages = Math.Min(pages, most);
        }
        return pages > 1 ? Math.Max(pages >> order, 2) : pages;
    }

    /// <summary>Moves high by how scarce memory is.</summary>
    /// <returns>The count to drain at this time.</returns>
    private static int Tune(ref PerCpuList list, PerCpuSize size, bool reclaimActive, bool belowHigh)
    {
        int lowered = Math.Max(list.High - Math.Max(list.FreeCount, size.Batch), size.HighMin);
        if (list.High == 0) return 0;
        if (reclaimActive)
        {
            list.High = lowered;
            return Math.Min(4 * size.Batch, lowered);
        }
        int high = list.High;
        if (size.HighMin == size.HighMax) return high;
        if (belowHigh)
        {
            list.High = lowered;
            return Math.Max(list.Count, size.HighMin);
        }
        // large enough for as many pages as are freed in a row
        int needed = list.FreeCount + size.Batch;
        if (list.Count >= high && high < needed) list.High = Within(needed, size);
        return high;
    }

    private static int Within(int high, PerCpuSize size) => Math.Clamp(high, size.HighMin, size.HighMax);
}
