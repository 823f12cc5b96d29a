namespace Harness.Model;

/// <summary>
/// Whether a node of fast memory takes a page that a hint fault offers, in memory-tiering mode (published: should_numa_migrate_memory,
/// numa_promotion_adjust_threshold, numa_promotion_rate_limit): always while the node has plenty; else when the page was used soon enough
/// after its scan, and not too many were taken this second.
/// </summary>
internal sealed class PromotionGate
{
    private const long PagesOfGigabyte = 1 << 18;
    private const long PagesOfMegabyte = 256;

    /// <summary>Steps in which the threshold is adjusted up to twice its initial value (published: ADJUST_STEPS).</summary>
    private const int Steps = 16;

    private const long Second = 1_000;

    private readonly TieringKernel kernel;
    private readonly Node[] nodes;

    internal PromotionGate(TieringKernel kernel)
    {
        this.kernel = kernel;
        nodes = kernel.State.Array<Node>(kernel.Nodes);
    }

    /// <summary>Decides on one page and counts it if it is a candidate.</summary>
    /// <param name="target">The node it would move to.</param>
    /// <param name="latency">Milliseconds since the scan that protected it.</param>
    internal bool Takes(int target, long latency)
    {
        ref Node node = ref nodes[target];
        if (HasPlenty(target))
        {
            node.Threshold = 0;
            return true;
        }
        long now = kernel.Milliseconds;
        long rate = kernel.Knobs.PromoteRateLimitMegabytes * PagesOfMegabyte;
        Adjust(ref node, rate, now);
        if (latency >= (node.Threshold != 0 ? node.Threshold : kernel.Knobs.HotThresholdMilliseconds)) return false;
        node.Candidates++;
        kernel.Counts[TieringCount.PromoteCandidate]++;
        if (now - node.SecondBegan > Second)
        {
            node.SecondBegan = now;
            node.CandidatesBeforeSecond = node.Candidates;
        }
        return node.Candidates - node.CandidatesBeforeSecond < rate;
    }

    /// <summary>Published: pgdat_free_space_enough.</summary>
    private bool HasPlenty(int target)
    {
        Allocator allocator = kernel.Pages.Allocator;
        long spare = Math.Max(PagesOfGigabyte, kernel.Machine.Nodes[target].Pages / 16);
        return allocator.WatermarkOk(target, 0, checked((int)(allocator.Watermarks(target).Promo + spare)));
    }

    private void Adjust(ref Node node, long rate, long now)
    {
        long period = kernel.Knobs.ScanPeriodMaxMilliseconds;
        if (now - node.PeriodBegan <= period) return;
        int initial = kernel.Knobs.HotThresholdMilliseconds;
        int step = initial * 2 / Steps;
        long expected = rate * period / Second;
        long found = node.Candidates - node.CandidatesBeforePeriod;
        int threshold = node.Threshold != 0 ? node.Threshold : initial;
        if (found > expected * 11 / 10) threshold = Math.Max(threshold - step, step);
        else if (found < expected * 9 / 10) threshold = Math.Min(threshold + step, initial * 2);
        node.Threshold = threshold;
        node.PeriodBegan = now;
        node.CandidatesBeforePeriod = node.Candidates;
    }

    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential, Pack = 1)]
    private struct Node
    {
        internal int Threshold;
        internal long Candidates;
        internal long PeriodBegan;
        internal long CandidatesBeforePeriod;
        internal long SecondBegan;
        internal long CandidatesBeforeSecond;
    }
}
