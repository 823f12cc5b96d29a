namespace Harness.Model;

/// <summary>
/// LUF with each of its paths one action, at machine scale and for recordings: the rules of <see cref="LufFlush"/>. Whoever drives it
/// passes the tags on with the frames.
/// </summary>
internal sealed class LufEpochs
{
    private readonly LufRules rules;
    private readonly ILazyFlushes flushes;
    private readonly EpochNumbers epochs;

    internal LufEpochs(StateArrays state, Profile profile, ILazyFlushes flushes)
    {
        rules = profile.Luf;
        this.flushes = flushes;
        Enabled = profile.Policy == PolicyKind.Luf;
        epochs = new EpochNumbers(state, rules);
    }

    /// <summary>The kernel has LUF.</summary>
    internal bool Enabled { get; }

    /// <summary>The tag of what is handed over next.</summary>
    internal uint Coming => epochs.Next;

    /// <summary>Whether frames with that tag wait for their flush.</summary>
    internal bool Waits(uint tag) => epochs.Undone(tag);

    /// <summary>
    /// try_to_unmap_luf: what qualified waits for the epoch's flush, unless a flush is under way; then it is flushed now.
    /// </summary>
    /// <param name="cpu">The CPU of the actor.</param>
    /// <param name="folios">Frames that the batch stands for.</param>
    /// <returns>The tag of their frames; 0 when they need none.</returns>
    internal uint HandOver(int cpu, int folios)
    {
        if (!flushes.Required(flushes.Qualified)) return 0;
        flushes.TakeLock();
        if (rules.GiveUpDuringFlush && flushes.OthersFlush)
        {
            flushes.GaveUp();
            Flush(cpu);
            return 0;
        }
        flushes.Fold(flushes.Epoch, flushes.Qualified);
        flushes.HandedOver(folios);
        return epochs.HandOver();
    }

    /// <summary>try_to_unmap_flush: takes along what qualified and was not handed over.</summary>
    internal void Flush(int cpu)
    {
        if (Enabled) flushes.Fold(flushes.Normal, flushes.Qualified);
        flushes.Flush(flushes.Normal, cpu);
    }

    /// <summary>check_luf_flush: frames with that tag were taken; their epoch's flush is made unless it is done.</summary>
    internal void Taken(int cpu, uint tag)
    {
        if (rules.FlushBeforeAllocation) Check(cpu, tag, LazyCause.Allocation);
    }

    /// <summary>luf_flush: something that a translation put off could contradict is about to happen.</summary>
    internal void Triggered(int cpu, FlushTrigger what)
    {
        if (rules.FlushesOn(what))
            Check(cpu, epochs.Present, what == FlushTrigger.WritableMap ? LazyCause.WritableMap : LazyCause.WriteFault);
    }

    private void Check(int cpu, uint tag, LazyCause cause)
    {
        if (!epochs.Undone(tag) || !epochs.Due(tag) || !flushes.Required(flushes.Epoch)) return;
        epochs.Close();
        flushes.Flush(flushes.Epoch, cpu);
        flushes.Forced(cause);
        epochs.Done(tag);
    }
}
