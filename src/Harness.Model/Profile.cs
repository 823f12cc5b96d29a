namespace Harness.Model;

/// <summary>When the translations of an unmapped page are flushed.</summary>
public enum PolicyKind
{
    /// <summary>With each PTE, before the next step.</summary>
    Immediate,

    /// <summary>Once for a batch of PTEs, when another CPU may hold translations; else with each PTE.</summary>
    Batched,

    /// <summary>MIGRC: a migrated folio's source is kept until a flush is forced.</summary>
    Migrc,

    /// <summary>LUF: read-only folios are freed and flushed when their frames are given out again.</summary>
    Luf,
}

/// <summary>
/// A kernel as the model knows it: its mechanisms as values. The rules that every kernel has can be taken out one at a time, so that a test
/// can show that the model (or its oracle) notices.
/// </summary>
public sealed record Profile
{
    /// <summary>The name a user types.</summary>
    public required string Name { get; init; }

    /// <summary>What the kernel does about translations of unmapped pages.</summary>
    public required PolicyKind Policy { get; init; }

    /// <summary>
    /// Pages that migration unmaps before it moves the first of them: 1, whose flushes are never deferred, or up to HPAGE_PMD_NR = 512
    /// since 6.3.
    /// </summary>
    public required int BatchPages { get; init; }

    /// <summary>
    /// Folios that reclaim frees at a time, each time after a flush: a folio_batch of 31 in 6.12; the whole list before, which holds at
    /// most 512 here (published, kernel source).
    /// </summary>
    public required int FreeBatch { get; init; }

    /// <summary>
    /// Reclaim frees a large folio by itself after a flush of its own, and not with the others (published, kernel source: the stable tree
    /// of 6.1; in 6.12 folios of all sizes share the batch).
    /// </summary>
    public bool FreesLargeFoliosAlone { get; init; }

    /// <summary>Migration defers flushes at all.</summary>
    public bool BatchesMigration => BatchPages > 1;

    /// <summary>A cleared PROT_NONE entry that no CPU can hold joins no batch (since 6.4).</summary>
    public bool SkipsInaccessible { get; init; } = true;

    /// <summary>A CPU in lazy TLB mode is not interrupted by a flush that frees no page tables.</summary>
    public bool SkipsLazyCpus { get; init; } = true;

    /// <summary>A CPU that leaves lazy TLB mode flushes when its address space moved on meanwhile.</summary>
    public bool FlushesOnLeavingLazy { get; init; } = true;

    /// <summary>Deferred flushes are done before the first page of the batch is copied.</summary>
    public bool FlushesBeforeCopy { get; init; } = true;

    /// <summary>
    /// A page-table walk that changes rights or ranges first flushes what pending batches unmapped (flush_tlb_batched_pending).
    /// </summary>
    public bool ChecksPendingBatches { get; init; } = true;

    /// <summary>fork flushes the parent, whose private pages it has made read-only.</summary>
    public bool FlushesForkedParent { get; init; } = true;

    /// <summary>The kernels there are.</summary>
    public static IReadOnlyList<Profile> Known { get; } =
    [
        new()
        {
            Name = "6.1", Policy = PolicyKind.Batched, BatchPages = 1, FreeBatch = 512, FreesLargeFoliosAlone = true,
            SkipsInaccessible = false, HasGenerations = false,
            FiltersScannedAreas = false, ScanKeepsWritable = true, CountsEveryPromotion = true,
            Gather = new GatherLimits(Runs: false, DelaysRmap: false), PerCpuLists = PerCpuTuning.Fixed,
            LargeFolios = new LargeFolioRules(FreedAlone: true, QueuedForSplitting: true, CountsMappedPages: false),
        },
        SixEight,
        SixEight with { Name = "6.8+zap-batching", Gather = new GatherLimits(Runs: true, DelaysRmap: true) },
        new() { Name = "6.12", Policy = PolicyKind.Batched, BatchPages = 512, FreeBatch = 31 },
        new() { Name = "6.12+luf", Policy = PolicyKind.Luf, BatchPages = 512, FreeBatch = 31 },
        new()
        {
            Name = "6.12+luf-as-posted", Policy = PolicyKind.Luf, BatchPages = 512, FreeBatch = 31,
            Luf = new() { DrainKeepsTag = false },
        },
        new() { Name = "6.12+migrc", Policy = PolicyKind.Migrc, BatchPages = 512, FreeBatch = 31 },
        new() { Name = "6.12+kmmscand", Policy = PolicyKind.Batched, BatchPages = 512, FreeBatch = 31, HasKmmscand = true },
    ];

    /// <summary>
    /// The multi-generational LRU decides what is reclaimed; else the classic lists. True: Debian enables it in 6.12 and not in 6.1.
    /// </summary>
    public bool HasGenerations { get; init; } = true;

    /// <summary>
    /// A NUMA scan leaves out mappings in which the task has lately had no hint fault (published, kernel source: since 6.4, as 6.12 has
    /// it).
    /// </summary>
    public bool FiltersScannedAreas { get; init; } = true;

    /// <summary>A PTE that a NUMA scan makes inaccessible keeps its write permission (published, kernel source: until 6.2).</summary>
    public bool ScanKeepsWritable { get; init; }

    /// <summary>Every page moved up counts as promoted, also outside memory-tiering mode (published, kernel source: 6.1 does so).</summary>
    public bool CountsEveryPromotion { get; init; }

    /// <summary>The kernel has the thread kmmscand, as first posted.</summary>
    public bool HasKmmscand { get; init; }

    /// <summary>
    /// The kernel that unmapping in runs was posted for. It was merged in 6.9 together with a new freeing path: so the series is a profile
    /// of its own.
    /// </summary>
    private static Profile SixEight => new()
    {
        Name = "6.8", Policy = PolicyKind.Batched, BatchPages = 512, FreeBatch = 512, FreesLargeFoliosAlone = true,
        Gather = new GatherLimits(Runs: false, DelaysRmap: true),
        LargeFolios = new LargeFolioRules(FreedAlone: true, QueuedForSplitting: true, CountsMappedPages: true),
    };

    /// <summary>As in 6.12 unless said otherwise.</summary>
    internal LargeFolioRules LargeFolios { get; init; } = new(FreedAlone: false, QueuedForSplitting: false, CountsMappedPages: false);

    internal GatherLimits Gather { get; init; } = new(Runs: true, DelaysRmap: true);

    internal PerCpuTuning PerCpuLists { get; init; } = PerCpuTuning.Automatic;

    internal LufRules Luf { get; init; } = new();

    internal MigrcRules Migrc { get; init; } = new();

    /// <summary>The profile of that name.</summary>
    /// <exception cref="FormatException">There is none; the message lists those there are.</exception>
    public static Profile Parse(string name)
    {
        foreach (Profile profile in Known)
        {
            if (profile.Name == name) return profile;
        }
        throw new FormatException($"no kernel profile '{name}'; the model knows {string.Join(", ", Known.Select(known => known.Name))}");
    }

    /// <summary>The allocator of this kernel.</summary>
    internal AllocatorShape Shaped(AllocatorShape shape) => shape with { Tuning = PerCpuLists, Tags = Tags };

    /// <summary>How tags pass through the allocator of this kernel.</summary>
    internal TagRules Tags => new()
    {
        Generations = new Generations(Luf.GenerationBits, Luf.GenerationsWrap),
        DrainKeepsTag = Luf.DrainKeepsTag,
        MergeKeepsNewest = Luf.MergeKeepsNewest,
        RefillAccumulates = Luf.RefillAccumulates,
        SplitKeepsTag = Luf.SplitKeepsTag,
    };
}
