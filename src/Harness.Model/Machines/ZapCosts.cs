namespace Harness.Model;

/// <summary>
/// What unmapping anonymous memory and freeing it takes. Three of the costs (<see cref="Page"/>, <see cref="Run"/>, <see cref="Folio"/>)
/// are fitted on four published times of munmap, those of 4 KiB and 2 MiB folios before and after batching; what a large folio takes
/// besides is counted from the kernel's source and multiplied with published or assumed costs, so the sizes in between are predictions.
/// </summary>
public sealed record ZapCosts
{
    private const string Fitted =
        "fitted: munmap of 1 GiB on a Xeon Silver 4210R takes 0.058110 / 0.057715 s in 4 KiB and 0.023785 / 0.009910 s in 2 MiB folios "
        + "before / after batching (D. Hildenbrand, cover letter of optimize unmap/zap with PTE-mapped THP, 2024)";
    private const string Brouer =
        "cycles by J. D. Brouer (time_bench, in the commit message of 374ad05ab64d, 2017), at the 4210R's 3.2 GHz with one core busy";

    /// <summary>Clearing one PTE of a large folio, its page's own count, and the look at its struct page when it is freed.</summary>
    public required Cost Page { get; init; }

    /// <summary>
    /// The part of <see cref="Page"/> that is the locked operation on the count of mapped pages, which small folios lack.
    /// </summary>
    public required Cost MappedPage { get; init; }

    /// <summary>One run of PTEs of one folio: reverse map, statistics, gather entry, and the reference that goes in the end.</summary>
    public required Cost Run { get; init; }

    /// <summary>
    /// Freeing a folio together with others: off the LRU list, uncharged, onto a per-CPU list, in the end onto a buddy list with one merge.
    /// </summary>
    public required Cost Folio { get; init; }

    /// <summary>A spinlock taken and released with interrupts off meanwhile: LRU lock, zone lock, queue of folios to split.</summary>
    public required Cost IrqLock { get; init; }

    /// <summary>The lock of the per-CPU lists.</summary>
    public required Cost PerCpuLock { get; init; }

    /// <summary>Uncharging one folio alone.</summary>
    public required Cost Uncharge { get; init; }

    /// <summary>
    /// Cache misses of freeing a large folio whose struct pages have left the cache since they were unmapped: the first page with the one
    /// beside it, and the third, which holds the queue's links. Later ones are prefetched. Assumed.
    /// </summary>
    public int MissesAFolio { get; init; } = 2;

    /// <summary>A miss that the last-level cache answers.</summary>
    public required Cost NearMiss { get; init; }

    /// <summary>A miss that memory answers.</summary>
    public required Cost FarMiss { get; init; }

    /// <summary>Bytes of a core's second-level cache. Published: 1 MiB, Intel's optimization manual for Skylake servers.</summary>
    public int SecondLevelBytes { get; init; } = 1 << 20;

    /// <summary>Bytes of the last-level cache. Published: 13.75 MB, Intel's product page of the Xeon Silver 4210R.</summary>
    public int LastLevelBytes { get; init; } = 11 * 1_310_720;

    /// <summary>Bytes of a struct page on x86-64 (published, kernel source).</summary>
    internal const int StructPage = 64;

    /// <summary>A Xeon Silver 4210R.</summary>
    public static ZapCosts XeonSilver4210R { get; } = new()
    {
        Page = Cost.Published(37, Fitted),
        MappedPage = Cost.Published(6, "18 cycles of a locked addition (A. Fog, instruction tables, Skylake-X), at 3.2 GHz"),
        Run = Cost.Published(53, Fitted),
        Folio = Cost.Published(137, Fitted),
        IrqLock = Cost.Published(19, "62 " + Brouer),
        PerCpuLock = Cost.Published(10, "33 " + Brouer),
        Uncharge = Cost.Assumed(74,
            "236 cycles: 30 for the counter of each of four cgroups (session, user, all users, root: systemd's), 38 for interrupts off and "
            + "on, and 78 for two references, events and calls"),
        NearMiss = Cost.Assumed(22, "70 cycles to the last level of a Skylake server at 3.2 GHz"),
        FarMiss = Cost.Assumed(90, "local DRAM of a server"),
    };

    internal ZapCosts Translated(int slowdown) => Each(cost => cost.Translated(slowdown));

    internal ZapCosts Times(double factor) => Each(cost => cost.Times(factor));

    private ZapCosts Each(Func<Cost, Cost> change) => this with
    {
        Page = change(Page),
        MappedPage = change(MappedPage),
        Run = change(Run),
        Folio = change(Folio),
        IrqLock = change(IrqLock),
        PerCpuLock = change(PerCpuLock),
        Uncharge = change(Uncharge),
        NearMiss = change(NearMiss),
        FarMiss = change(FarMiss),
    };

    /// <summary>Clearing a run of PTEs of one folio, in nanoseconds.</summary>
    internal long Clear(int pages, bool large, LargeFolioRules rules)
    {
        if (!large) return Run.Ns + Page.Ns - MappedPage.Ns;
        // from 6.12 on the count of mapped pages changes once a run
        return Run.Ns + pages * Page.Ns - (rules.CountsMappedPages ? 0 : (pages - 1) * MappedPage.Ns);
    }

    /// <summary>Freeing a folio, in nanoseconds.</summary>
    /// <param name="order">Its order.</param>
    /// <param name="pagesHeld">Pages unmapped and not freed when its freeing began: what has been through the caches since.</param>
    /// <param name="rules">The kernel's rules.</param>
    internal long Free(int order, int pagesHeld, LargeFolioRules rules)
    {
        if (order == 0) return Folio.Ns;
        long held = (long)pagesHeld * StructPage;
        long ns = Folio.Ns + MissesAFolio * (held <= SecondLevelBytes ? 0 : held <= LastLevelBytes ? NearMiss.Ns : FarMiss.Ns);
        if (rules.QueuedForSplitting) ns += 2 * IrqLock.Ns;
        if (rules.FreedAlone) ns += IrqLock.Ns + Uncharge.Ns;
        if (!PerCpuLists.Accepts(order)) return ns + IrqLock.Ns;
        return rules.FreedAlone ? ns + PerCpuLock.Ns : ns;
    }
}
