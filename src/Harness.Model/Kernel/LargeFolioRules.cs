namespace Harness.Model;

/// <summary>What a kernel does with large folios when their last mappings go (published, kernel source).</summary>
/// <param name="FreedAlone">
/// release_pages hands each to __folio_put_large, which takes the LRU lock, uncharges and frees for it alone; since 6.9 folios of all sizes
/// share a batch.
/// </param>
/// <param name="QueuedForSplitting">
/// An anonymous one is put on the queue of folios to split when the first of its mappings goes, and taken off it when it is freed; since
/// 6.10 not when all of it goes at once.
/// </param>
/// <param name="CountsMappedPages">
/// Each page that is no longer mapped is one more locked operation on the folio's count (6.2 to 6.11); otherwise each run is. 6.1, which
/// has no such count, is not told apart.
/// </param>
internal sealed record LargeFolioRules(bool FreedAlone, bool QueuedForSplitting, bool CountsMappedPages);
