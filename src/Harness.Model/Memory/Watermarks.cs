namespace Harness.Model;

/// <summary>A zone's watermarks, in free pages.</summary>
/// <param name="Min">Below it only allocations that may use reserves succeed.</param>
/// <param name="Low">Below it an allocation goes to the next zone, and kswapd is woken.</param>
/// <param name="High">Above it kswapd sleeps again.</param>
/// <param name="Promo">Above it a node takes every promotion that NUMA balancing offers.</param>
internal readonly record struct Watermarks(int Min, int Low, int High, int Promo)
{
    /// <summary>Pages in a pageblock of x86-64: one of order 9.</summary>
    private const int PageblockPages = 512;

    /// <summary>
    /// Pageblocks that khugepaged wants free in each zone: two, and one for each pair of the three migratetypes that per-CPU lists hold
    /// (published: set_recommended_min_free_kbytes).
    /// </summary>
    private const int RecommendedPageblocks = 2 + 3 * 3;

    /// <summary>
    /// What an allocation with <see cref="AllocationFlags.Atomic"/> must leave: half of min, less a quarter of that half
    /// (published: __zone_watermark_ok).
    /// </summary>
    internal int AtomicMin
    {
        get
        {
            int half = Min - Min / 2;
            return half - half / 4;
        }
    }

    /// <summary>
    /// The watermarks of every zone: each zone has its share of vm.min_free_kbytes as min; the others follow in steps of a quarter of min,
    /// or of watermark_scale_factor if that is more (published: __setup_per_zone_wmarks). Watermarks set in the shape stand.
    /// </summary>
    internal static Watermarks[] Of(AllocatorShape shape)
    {
        long kilobytes = shape.MinFreeKilobytes ?? RootOfMemory(Managed(shape));
        Watermarks[] marks = Share(shape, kilobytes);
        if (shape is not { MinFreeKilobytes: null, TransparentHugePages: true }) return marks;
        // khugepaged starts later and asks for at most a twentieth of what lies above the high watermarks that hold by then
        long above = Managed(shape) - marks.Sum(mark => (long)mark.High);
        long recommended = Math.Min((long)RecommendedPageblocks * PageblockPages * shape.Zones.Count, above / 20) * 4;
        return recommended > kilobytes ? Share(shape, recommended) : marks;
    }

    /// <summary>Four times the root of the memory in KiB, within bounds (published: calculate_min_free_kbytes).</summary>
    private static long RootOfMemory(long pages) => Math.Clamp((long)Math.Sqrt(pages * 4.0 * 16), 128, 262_144);

    private static long Managed(AllocatorShape shape) => shape.Zones.Sum(zone => (long)zone.Pages);

    private static Watermarks[] Share(AllocatorShape shape, long minFreeKilobytes)
    {
        long managed = Managed(shape);
        return [.. shape.Zones.Select(zone =>
        {
            if (zone.Watermarks is { } settled) return settled;
            int min = (int)(minFreeKilobytes / 4 * zone.Pages / managed);
            int step = Math.Max(min / 4, (int)((long)zone.Pages * shape.WatermarkScaleFactor / 10_000));
            return new Watermarks(min, min + step, min + 2 * step, min + 3 * step);
        })];
    }
}
