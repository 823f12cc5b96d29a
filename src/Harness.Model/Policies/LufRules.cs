namespace Harness.Model;

/// <summary>
/// The rules of LUF, each of which can be taken out or added. The defaults are version 10 (May 2024) as its text means it; the last group
/// is not in version 10.
/// </summary>
internal sealed record LufRules
{
    /// <summary>A folio qualifies only if no mapping of it was writable.</summary>
    internal bool OnlyReadOnly { get; init; } = true;

    /// <summary>Only folios of one page qualify. No rule of safety.</summary>
    internal bool OnlyOrderZero { get; init; } = true;

    /// <summary>Frames are flushed before they are given out again (check_luf_flush in prep_new_page).</summary>
    internal bool FlushBeforeAllocation { get; init; } = true;

    /// <summary>An allocator waits for another's lazy flush in progress instead of going on.</summary>
    internal bool WaitForFlush { get; init; } = true;

    /// <summary>The epoch counts as done only when its flush is over.</summary>
    internal bool DoneAfterFlush { get; init; } = true;

    /// <summary>Folios are not handed over while any batch flush is in progress, which would credit CPUs with a flush too early.</summary>
    internal bool GiveUpDuringFlush { get; init; } = true;

    /// <summary>What was not handed over is flushed before its frames are freed.</summary>
    internal bool FlushAfterGiveUp { get; init; } = true;

    /// <summary>A write fault on a page mapped read-only flushes first (luf_flush in do_wp_page).</summary>
    internal bool FlushOnWriteFault { get; init; } = true;

    /// <summary>mmap with PROT_WRITE flushes first (luf_flush in do_mmap).</summary>
    internal bool FlushOnWritableMap { get; init; } = true;

    /// <summary>Width of the generation numbers: 16 bits in the kernel.</summary>
    internal int GenerationBits { get; init; } = 16;

    /// <summary>Generations are compared by their signed difference.</summary>
    internal bool GenerationsWrap { get; init; } = true;

    /// <summary>A frame that moves from a per-CPU list to the buddy lists keeps its tag. False as posted (set_buddy_order_ugen).</summary>
    internal bool DrainKeepsTag { get; init; } = true;

    /// <summary>Merged buddies take the newest of their tags.</summary>
    internal bool MergeKeepsNewest { get; init; } = true;

    /// <summary>A refill of a per-CPU list counts the tags of all frames it takes.</summary>
    internal bool RefillAccumulates { get; init; } = true;

    /// <summary>
    /// Not in version 10: faults that map a page writable, or private memory over a file's page, flush first (version 12).
    /// </summary>
    internal bool FlushOnWritableFault { get; init; }

    /// <summary>
    /// Not in version 10: write(2) flushes when it has changed the page cache (version 11). Before the change, as in version 12, is too
    /// early: a folio unmapped before and handed over between the flush and the change is missed.
    /// </summary>
    internal bool FlushOnFileWrite { get; init; }

    /// <summary>Not in version 10: invalidating the page cache flushes (version 12), here when the page is dropped.</summary>
    internal bool FlushOnInvalidation { get; init; }

    /// <summary>
    /// Ours, in no version: folios are not handed over when a trigger fired after their mappings were cleared, since it could not flush
    /// what it did not see.
    /// </summary>
    internal bool GiveUpWhenTriggered { get; init; }

    /// <summary>
    /// Ours, in no version: what is left when a block is split keeps the tag, since the flush of whoever split it may not be over when
    /// another CPU takes the rest.
    /// </summary>
    internal bool SplitKeepsTag { get; init; }

    /// <summary>
    /// Ours, in no version: a writable mapping that is cleared with a flush of its own, since only this CPU ran its address space,
    /// disqualifies the folio too. Otherwise, when another address space maps the folio read-only, a migration gives the writable mapping
    /// back without a fault, and the other goes on reading the old frame.
    /// </summary>
    internal bool CountUndeferred { get; init; }

    /// <summary>
    /// Ours, in no version: a folio that reclaim unmaps but cannot free, since somebody refers to it, does not qualify. Otherwise its flush
    /// is put off with those of the folios freed after it, but no frame carries the tag: when it is reclaimed again nothing maps it, and
    /// its frame is given out before the flush.
    /// </summary>
    internal bool FlushKept { get; init; }

    /// <summary>Not in version 10: a task that cannot send interrupts gets no tagged frame (version 12).</summary>
    internal bool SpareAtomic { get; init; }

    /// <summary>Whether folios of that order may wait for their flush.</summary>
    internal bool TakesOrder(int order) => order == 0 || !OnlyOrderZero;

    /// <summary>Whether a cleared mapping whose flush was put off lets its folio wait for it.</summary>
    internal bool MayWait(bool writable) => !writable || !OnlyReadOnly;

    /// <summary>Whether a mapping cleared with a flush of its own keeps its folio from waiting.</summary>
    internal bool SpoiledBy(bool writable) => CountUndeferred && writable;

    /// <summary>Whether that makes the flush that was put off.</summary>
    internal bool FlushesOn(FlushTrigger what) => what switch
    {
        FlushTrigger.WriteFault => FlushOnWriteFault,
        FlushTrigger.WritableMap => FlushOnWritableMap,
        FlushTrigger.WritableFault => FlushOnWritableFault,
        FlushTrigger.FileWrite => FlushOnFileWrite,
        FlushTrigger.Invalidation => FlushOnInvalidation,
        _ => throw new ArgumentOutOfRangeException(nameof(what)),
    };

    /// <summary>Version 10 with what it lacks.</summary>
    internal LufRules WithMissingTriggers() => this with
    {
        FlushOnWritableFault = true,
        FlushOnFileWrite = true,
        FlushOnInvalidation = true,
        GiveUpWhenTriggered = true,
        SplitKeepsTag = true,
        CountUndeferred = true,
        FlushKept = true,
        SpareAtomic = true,
    };
}
