namespace Harness.Model;

/// <summary>
/// MIGRC with each of its paths one action, at machine scale and for recordings: the rules of <see cref="MigrcFlush"/>. The source frames
/// of pages that were moved read-only and clean are kept, and count as free; all are flushed and freed together when memory is short or one
/// of the pages is written. All requests are one: CPUs that flush meanwhile for whatever reason are credited.
/// </summary>
internal sealed class MigrcSources
{
    private readonly MigrcRules rules;
    private readonly ILazyFlushes flushes;
    private readonly ISourceFrames memory;
    private readonly int[] frames;
    private readonly int[] pages;
    private readonly bool[] kept;
    private readonly int[] count;

    /// <summary>Nothing is kept.</summary>
    /// <param name="state">Gives the arrays.</param>
    /// <param name="profile">The kernel.</param>
    /// <param name="pages">Pages there are, by whichever number the driver knows them.</param>
    /// <param name="flushes">The driver's flushes.</param>
    /// <param name="memory">The driver's memory.</param>
    internal MigrcSources(StateArrays state, Profile profile, int pages, ILazyFlushes flushes, ISourceFrames memory)
    {
        rules = profile.Migrc;
        this.flushes = flushes;
        this.memory = memory;
        Enabled = profile.Policy == PolicyKind.Migrc;
        int most = Enabled ? pages : 0;
        frames = state.Array<int>(most);
        this.pages = state.Array<int>(most);
        kept = state.Array<bool>(most);
        count = state.Array<int>(1);
    }

    /// <summary>The kernel has MIGRC.</summary>
    internal bool Enabled { get; }

    /// <summary>Source frames that are kept.</summary>
    internal int Count => count[0];

    /// <summary>PG_migrc: a source frame of the page is kept.</summary>
    internal bool Keeps(int page) => Enabled && kept[page];

    /// <summary>
    /// Whether a page that is moved may leave its source behind: no mapping can have been used to write, and none is kept of it already.
    /// </summary>
    internal bool MayKeep(int page, bool writable, bool dirty) => Enabled && rules.MayWait(writable, dirty) && !kept[page];

    /// <summary>The CPUs of the present actor's kept pages join those that must flush.</summary>
    internal void HandOver() => flushes.Fold(flushes.Epoch, flushes.Qualified);

    /// <summary>Keeps the source of a page that was moved.</summary>
    internal void Keep(int page, int source)
    {
        frames[count[0]] = source;
        pages[count[0]++] = page;
        kept[page] = true;
        flushes.HandedOver(1);
        memory.Hold(source);
    }

    /// <summary>The page is no more: its number now stands for another.</summary>
    internal void Forget(int page) => kept[page] = false;

    /// <summary>A write fault on the page flushes first if a source of it is kept.</summary>
    internal void Written(int cpu, int page)
    {
        if (rules.FlushOnWriteFault && Keeps(page)) Release(cpu, LazyCause.WriteFault);
    }

    /// <summary>migrc_try_flush_free_folios: flushes once for all sources and frees them.</summary>
    /// <returns>False when there were none.</returns>
    internal bool Release(int cpu, LazyCause cause)
    {
        if (count[0] == 0) return false;
        flushes.Flush(flushes.Epoch, cpu);
        flushes.Forced(cause);
        while (count[0] > 0)
        {
            int at = --count[0];
            kept[pages[at]] = false;
            memory.Free(cpu, frames[at]);
        }
        return true;
    }
}

/// <summary>The memory that MIGRC keeps frames from.</summary>
internal interface ISourceFrames
{
    /// <summary>The frame is kept, and counts as free from now on.</summary>
    void Hold(int frame);

    /// <summary>A frame that was kept is free.</summary>
    void Free(int cpu, int frame);
}
