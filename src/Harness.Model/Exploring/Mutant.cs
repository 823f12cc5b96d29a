namespace Harness.Model;

/// <summary>A kernel with one rule taken out, and the scene that must show it.</summary>
/// <param name="Policy">Whose rule it is.</param>
/// <param name="Rule">The rule, in a few words.</param>
/// <param name="Sound">The kernel with the rule.</param>
/// <param name="Mutated">The kernel without it.</param>
/// <param name="Scene">The scene, under either.</param>
internal sealed record Mutant(string Policy, string Rule, Profile Sound, Profile Mutated, Func<Profile, Scene> Scene)
{
    private static readonly Profile Batched = Profile.Parse("6.12");
    private static readonly Profile V10 = Profile.Parse("6.12+luf");
    private static readonly Profile Complete = V10 with { Luf = V10.Luf.WithMissingTriggers() };
    private static readonly Profile V3 = Profile.Parse("6.12+migrc") with { Migrc = new MigrcRules().WithMissingTriggers() };

    /// <summary>Every rule that can be taken out.</summary>
    internal static IReadOnlyList<Mutant> All { get; } =
    [
        Stock("flush on leaving lazy mode", Batched with { FlushesOnLeavingLazy = false }, Scenes.Lazy),
        Stock("flush before a page is copied", Batched with { FlushesBeforeCopy = false }, Scenes.WritablePage),
        Stock("flush of a forked parent", Batched with { FlushesForkedParent = false }, Scenes.Forked),
        Stock("check for pending batches, MAP_FIXED", Batched with { ChecksPendingBatches = false }, Scenes.MapOver),

        Luf("only folios that were mapped read-only", rules => rules with { OnlyReadOnly = false }, Scenes.WritablePage),
        Luf("flush before allocation", rules => rules with { FlushBeforeAllocation = false }, Scenes.KernelReuse),
        Luf("wait for another's lazy flush", rules => rules with { WaitForFlush = false }, Scenes.TwoAllocators),
        Luf("done only after the flush", rules => rules with { DoneAfterFlush = false }, Scenes.TwoAllocators),
        Luf("no hand-over during a batch flush", rules => rules with { GiveUpDuringFlush = false }, Scenes.Declined),
        Luf("flush after a hand-over is declined", rules => rules with { FlushAfterGiveUp = false }, Scenes.Declined),
        Luf("flush on a write fault", rules => rules with { FlushOnWriteFault = false }, Scenes.WriteFault),
        Luf("flush on a writable mmap", rules => rules with { FlushOnWritableMap = false }, Scenes.WritableMapLater),
        Wrap("generation compare", rules => rules with { GenerationBits = 3 }, rules => rules with { GenerationsWrap = false }),
        Luf("tag kept by a drain (as posted it is lost)", rules => rules with { DrainKeepsTag = false }, Scenes.KernelReuse),
        Luf("merge of buddy tags", rules => rules with { MergeKeepsNewest = false }, Scenes.MergedBlock),
        Luf("tags of a refill added up", rules => rules with { RefillAccumulates = false }, Scenes.Refilled),
        new("luf", "check for pending batches, MAP_FIXED", V10, V10 with { ChecksPendingBatches = false }, Scenes.MapOver),
        new("luf", "check for pending batches, mprotect", V10, V10 with { ChecksPendingBatches = false }, Scenes.Mprotect),

        Added("flush on any writable fault", rules => rules with { FlushOnWritableFault = false }, Scenes.WritableMap),
        Added("flush on write(2)", rules => rules with { FlushOnFileWrite = false }, Scenes.FileRewritten),
        Added("flush on invalidation", rules => rules with { FlushOnInvalidation = false }, Scenes.ServerRewrites),
        Added("no hand-over after a trigger", rules => rules with { GiveUpWhenTriggered = false }, Scenes.FileRewritten),
        Added("tag kept by a split", rules => rules with { SplitKeepsTag = false }, Scenes.SplitBlock),
        Added("a writable mapping with a flush of its own counts", rules => rules with { CountUndeferred = false }, Scenes.TwoProcesses),
        Added("a folio that is kept is flushed", rules => rules with { FlushKept = false }, Scenes.KeptFolio),
        Added("no pending frames in atomic context", rules => rules with { SpareAtomic = false }, Scenes.Atomic),

        Migrc("only folios that were mapped read-only and clean", rules => rules with { OnlyReadOnly = false }, Scenes.WritablePage),
        Migrc("source kept until its flush", rules => rules with { KeepSource = false }, Scenes.DemotedReuse),
        Migrc("flush before free", rules => rules with { FlushBeforeFree = false }, Scenes.DemotedReuse),
        Migrc("generation compare before a CPU is left out", rules => rules with { CompareGenerations = false },
            scene => Scenes.DemotedAgain(scene, 1)),
        new("migrc", "signed generation compare",
            V3 with { Migrc = V3.Migrc with { GenerationBits = 3 } },
            V3 with { Migrc = V3.Migrc with { GenerationBits = 3, GenerationsWrap = false } },
            scene => Scenes.DemotedAgain(scene, 7)),
        Migrc("flush on a write fault", rules => rules with { FlushOnWriteFault = false }, Scenes.WriteFault),
        Migrc("undo of a failed migration", rules => rules with { Undo = false }, Scenes.FailedDemotion),
        Migrc("flush and free under pressure", rules => rules with { FreeUnderPressure = false }, Scenes.DemotedReuse),
        Migrc("pause under pressure", rules => rules with { PauseUnderPressure = false }, Scenes.DemotedReuse),
        Migrc("credit in the watermarks", rules => rules with { CreditWatermark = false }, Scenes.Watermark),
        new("migrc", "check for pending batches, mprotect", V3, V3 with { ChecksPendingBatches = false }, Scenes.Mprotect),
        Migrc("flush of calls under way (added)", rules => rules with { FlushOpenRequests = false }, Scenes.WriteFault),
        Migrc("flush on write(2) (added)", rules => rules with { FlushOnFileWrite = false }, Scenes.DemotedFileRewritten),
        Migrc("flush on any writable fault (added)", rules => rules with { FlushOnWritableFault = false }, Scenes.WritableMapLater),
    ];

    private static Mutant Stock(string rule, Profile mutated, Func<Profile, Scene> scene) => new("batched", rule, Batched, mutated, scene);

    private static Mutant Luf(string rule, Func<LufRules, LufRules> without, Func<Profile, Scene> scene) =>
        new("luf", rule, V10, V10 with { Luf = without(V10.Luf) }, scene);

    private static Mutant Added(string rule, Func<LufRules, LufRules> without, Func<Profile, Scene> scene) =>
        new("luf, added", rule, Complete, Complete with { Luf = without(Complete.Luf) }, scene);

    private static Mutant Wrap(string rule, Func<LufRules, LufRules> narrow, Func<LufRules, LufRules> without) =>
        new("luf", rule, V10 with { Luf = narrow(V10.Luf) }, V10 with { Luf = without(narrow(V10.Luf)) }, Scenes.Wrapped);

    private static Mutant Migrc(string rule, Func<MigrcRules, MigrcRules> without, Func<Profile, Scene> scene) =>
        new("migrc", rule, V3, V3 with { Migrc = without(V3.Migrc) }, scene);
}
