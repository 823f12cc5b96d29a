namespace Harness.Model;

/// <summary>
/// MIGRC at machine scale: the rules of <see cref="MigrcFlush"/> with each of its paths one action. The source frames of pages that were
/// moved read-only and clean are kept, and count as free; all are flushed and freed together when memory is short or one of the pages is
/// written. All requests are one: CPUs that flush meanwhile for whatever reason are credited.
/// </summary>
internal sealed class MigrcSources
{
    private readonly TieringKernel kernel;
    private readonly int[] frames;
    private readonly int[] pages;
    private readonly bool[] kept;
    private readonly int[] count;

    internal MigrcSources(TieringKernel kernel)
    {
        this.kernel = kernel;
        Enabled = kernel.Profile.Policy == PolicyKind.Migrc;
        int most = Enabled ? kernel.Tables.Words.Length : 0;
        frames = kernel.State.Array<int>(most);
        pages = kernel.State.Array<int>(most);
        kept = kernel.State.Array<bool>(most);
        count = kernel.State.Array<int>(1);
    }

    /// <summary>The kernel has MIGRC.</summary>
    internal bool Enabled { get; }

    /// <summary>Source frames that are kept.</summary>
    internal int Count => count[0];

    /// <summary>PG_migrc: a source frame of the page is kept.</summary>
    internal bool Keeps(int page) => Enabled && kept[page];

    /// <summary>
    /// Whether a page that is moved may leave its source behind: it can have been read only, and none is kept of it already.
    /// </summary>
    internal bool MayKeep(int page, ulong word) => Enabled && (word & (PageWord.Writable | PageWord.Dirty)) == 0 && !kept[page];

    /// <summary>The CPUs of the present actor's kept pages join those that must flush.</summary>
    internal void HandOver() => kernel.Flushes.Fold(kernel.Flushes.Epoch, kernel.Flushes.Qualified);

    /// <summary>Keeps the source of a page that was moved.</summary>
    internal void Keep(int page, int source)
    {
        frames[count[0]] = source;
        pages[count[0]++] = page;
        kept[page] = true;
        kernel.Counts[TieringCount.Kept]++;
        kernel.Pages.Allocator.AddCredit(kernel.Pages.Allocator.ZoneOf(source), 1);
    }

    /// <summary>migrc_try_flush_free_folios: flushes once for all sources and frees them.</summary>
    /// <returns>False when there were none.</returns>
    internal bool Release(int cpu)
    {
        if (count[0] == 0) return false;
        kernel.Flushes.Flush(kernel.Flushes.Epoch, cpu);
        kernel.Counts[TieringCount.KeptFlushes]++;
        kernel.Clock.Spend(Component.Free, count[0] * kernel.Costs.Free.Ns);
        Allocator allocator = kernel.Pages.Allocator;
        while (count[0] > 0)
        {
            int at = --count[0];
            kept[pages[at]] = false;
            allocator.AddCredit(allocator.ZoneOf(frames[at]), -1);
            allocator.Free(cpu, frames[at], 0);
        }
        return true;
    }
}
