namespace Harness.Model;

/// <summary>The rules of MIGRC, each of which can be taken out. The defaults are version 3 (October 2023).</summary>
internal sealed record MigrcRules
{
    /// <summary>A folio qualifies only if no mapping of it was writable or dirty.</summary>
    internal bool OnlyReadOnly { get; init; } = true;

    /// <summary>The source's frame stays taken until its flush.</summary>
    internal bool KeepSource { get; init; } = true;

    /// <summary>Before the kept sources are freed their flush is made.</summary>
    internal bool FlushBeforeFree { get; init; } = true;

    /// <summary>A CPU is left out only if it has flushed everything since the request; otherwise if it ever has.</summary>
    internal bool CompareGenerations { get; init; } = true;

    /// <summary>Width of the generation numbers: 32 bits in the kernel.</summary>
    internal int GenerationBits { get; init; } = 31;

    /// <summary>Generations are compared by their signed difference.</summary>
    internal bool GenerationsWrap { get; init; } = true;

    /// <summary>A write fault on a folio of which a copy is kept flushes first (do_wp_page).</summary>
    internal bool FlushOnWriteFault { get; init; } = true;

    /// <summary>A failed migration takes its marks and its extra reference back.</summary>
    internal bool Undo { get; init; } = true;

    /// <summary>An allocation below the watermark flushes and frees all kept sources, then looks again.</summary>
    internal bool FreeUnderPressure { get; init; } = true;

    /// <summary>Nothing more is kept until that allocation has ended.</summary>
    internal bool PauseUnderPressure { get; init; } = true;

    /// <summary>Kept sources count as free in the watermarks.</summary>
    internal bool CreditWatermark { get; init; } = true;

    /// <summary>
    /// Ours, in no version: a forced flush also covers migrations under way, whose request is not queued yet although their pages can be
    /// written again.
    /// </summary>
    internal bool FlushOpenRequests { get; init; }

    /// <summary>Ours, in no version: faults that map a page writable flush when copies are kept.</summary>
    internal bool FlushOnWritableFault { get; init; }

    /// <summary>Ours, in no version: write(2) flushes when copies are kept.</summary>
    internal bool FlushOnFileWrite { get; init; }

    /// <summary>Whether a cleared mapping lets its folio leave its source behind.</summary>
    internal bool MayWait(bool writable, bool dirty) => !(writable || dirty) || !OnlyReadOnly;

    /// <summary>Version 3 with what it lacks.</summary>
    internal MigrcRules WithMissingTriggers() => this with
    {
        FlushOpenRequests = true,
        FlushOnWritableFault = true,
        FlushOnFileWrite = true,
    };
}
