namespace Harness.Model;

/// <summary>
/// What reviewers of LUF and MIGRC objected to on the kernel's lists (D. Hansen, M. Wilcox, N. Amit and others, 2023–2025), as a scene; and
/// the rule that answers it, if there is one.
/// </summary>
/// <param name="Scene">The scene, under a profile.</param>
/// <param name="CoveredBy">The rule, in a few words; empty where there is none.</param>
/// <param name="TakeOut">Takes that rule out; null where there is none to take out.</param>
internal sealed record Objection(Func<Profile, Scene> Scene, string CoveredBy, Func<Profile, Profile>? TakeOut)
{
    private const string PendingCheck = "the check for pending batches before a page table is changed (flush_tlb_batched_pending)";

    /// <summary>The objections as they concern a policy.</summary>
    internal static IReadOnlyList<Objection> To(PolicyKind policy) => policy switch
    {
        PolicyKind.Luf => Luf,
        PolicyKind.Migrc => Migrc,
        _ => Stock,
    };

    private static Objection Pending(Func<Profile, Scene> scene) => new(scene, PendingCheck, WithoutPendingCheck);

    private static Profile WithoutPendingCheck(Profile profile) => profile with { ChecksPendingBatches = false };

    private static IReadOnlyList<Objection> Stock { get; } =
    [
        new(Scenes.MapOver, PendingCheck, null),
        new(Scenes.FileRewritten, "the flush that ends every batch", null),
        new(Scenes.ServerRewrites, "the flush that ends every batch", null),
        new(Scenes.WriteFault, "the flush before a page is copied", null),
        new(Scenes.Mprotect, "the flush before a page is copied", null),
        new(Scenes.KernelReuse, "the flush before a batch is freed", null),
    ];

    private static IReadOnlyList<Objection> Luf { get; } =
    [
        Pending(Scenes.MapOver),
        new(Scenes.FileRewritten, "a flush in write(2)",
            profile => LufWithout(profile, rules => rules with { FlushOnFileWrite = false })),
        new(Scenes.DemotedFileRewritten, "a flush in write(2)",
            profile => LufWithout(profile, rules => rules with { FlushOnFileWrite = false })),
        new(Scenes.WriteFault, "the flush in do_wp_page",
            profile => LufWithout(profile, rules => rules with { FlushOnWriteFault = false })),
        new(Scenes.WritableMap, "a flush in every fault that maps a page writable",
            profile => LufWithout(profile, rules => rules with { FlushOnWritableFault = false })),
        new(Scenes.WritableMapLater, "the flush in do_mmap, or in a fault that maps a page writable",
            profile => LufWithout(profile, rules => rules with { FlushOnWritableMap = false, FlushOnWritableFault = false })),
        Pending(Scenes.Mprotect),
        new(Scenes.ServerRewrites, "a flush when the page cache drops a page",
            profile => LufWithout(profile, rules => rules with { FlushOnInvalidation = false })),
        new(Scenes.KernelReuse, "the flush before a frame is used again (check_luf_flush)",
            profile => LufWithout(profile, rules => rules with { FlushBeforeAllocation = false })),
        new(Scenes.SplitBlock, "a tag on what is left of a split block",
            profile => LufWithout(profile, rules => rules with { SplitKeepsTag = false })),
        new(Scenes.TwoProcesses, "counting mappings that are cleared with a flush of their own",
            profile => LufWithout(profile, rules => rules with { CountUndeferred = false })),
        new(Scenes.KeptFolio, "a flush for folios that reclaim cannot free",
            profile => LufWithout(profile, rules => rules with { FlushKept = false })),
        new(
            profile => Scenes.Wrapped(LufWithout(profile, rules => rules with { GenerationBits = 3 })),
            "the signed comparison of generations (three bits wide here)",
            profile => LufWithout(profile, rules => rules with { GenerationsWrap = false })),
        new(Scenes.Atomic, "no pending frames for those who cannot send interrupts",
            profile => LufWithout(profile, rules => rules with { SpareAtomic = false })),
        new(Scenes.Pressure, "nothing: the frames are on the free lists", null),
    ];

    private static IReadOnlyList<Objection> Migrc { get; } =
    [
        Pending(Scenes.MapOver),
        new(Scenes.DemotedFileRewritten, "a flush in write(2)",
            profile => MigrcWithout(profile, rules => rules with { FlushOnFileWrite = false })),
        new(Scenes.WriteFault, "the flush in do_wp_page, of calls under way too",
            profile => MigrcWithout(profile, rules => rules with { FlushOnWriteFault = false })),
        new(Scenes.WritableMapLater, "a flush in every fault that maps a page writable",
            profile => MigrcWithout(profile, rules => rules with { FlushOnWritableFault = false })),
        Pending(Scenes.Mprotect),
        new(Scenes.DemotedServerRewrites, "the flush when the page is unmapped (unmap_mapping_folio)", null),
        new(Scenes.DemotedReuse, "the old frame stays taken until its flush",
            profile => MigrcWithout(profile, rules => rules with { KeepSource = false })),
        new(
            profile => Scenes.DemotedAgain(MigrcWithout(profile, rules => rules with { GenerationBits = 3 }), 7),
            "the signed comparison of generations (three bits wide here)",
            profile => MigrcWithout(profile, rules => rules with { GenerationsWrap = false })),
        new(Scenes.DemotedReuse, "the flush and free when memory is low",
            profile => MigrcWithout(profile, rules => rules with { FreeUnderPressure = false })),
    ];

    private static Profile LufWithout(Profile profile, Func<LufRules, LufRules> change) => profile with { Luf = change(profile.Luf) };

    private static Profile MigrcWithout(Profile profile, Func<MigrcRules, MigrcRules> change) =>
        profile with { Migrc = change(profile.Migrc) };
}
