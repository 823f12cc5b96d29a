namespace Harness.Model;

/// <summary>How an mmu_gather holds pages, per kernel (published, kernel source, mm/mmu_gather.c and asm-generic/tlb.h).</summary>
/// <param name="Runs">
/// A run of pages of one folio is one operation and takes two entries, page and count (since 6.9); before, each page is one of each.
/// </param>
/// <param name="DelaysRmap">A dirty file page keeps its reverse mapping until the flush (since 6.2).</param>
internal sealed record GatherLimits(bool Runs, bool DelaysRmap)
{
    /// <summary>Entries on the stack (MMU_GATHER_BUNDLE).</summary>
    internal int Bundle { get; init; } = 8;

    /// <summary>Entries of one page-sized batch: 4,096 bytes less its header, in pointers (MAX_GATHER_BATCH).</summary>
    internal int Batch { get; init; } = 510;

    /// <summary>Page-sized batches: 10,000 entries' worth (MAX_GATHER_BATCH_COUNT).</summary>
    internal int Batches { get; init; } = 19;

    /// <summary>Entries handed to the allocator at a time (MAX_NR_FOLIOS_PER_FREE).</summary>
    internal int FreeAtOnce { get; init; } = 512;

    /// <summary>Entries that fit, when each page takes one.</summary>
    internal int Most => Bundle + Batches * Batch;
}
