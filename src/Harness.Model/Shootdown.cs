namespace Harness.Model;

/// <summary>
/// The TLB state of one address space over all CPUs, as x86 keeps it: a generation that every flush advances, the mask of CPUs whose latest
/// user address space this is, and for each CPU what is loaded, whether it is lazy, and the generation it has flushed up to.
/// </summary>
internal sealed class Shootdown
{
    private readonly Profile profile;
    private readonly Tallies tallies;
    private readonly bool[] inMask;
    private readonly bool[] loaded;
    private readonly bool[] lazy;
    private readonly long[] flushedTo;
    private readonly long[] fullFlushes;
    private readonly int[] targets;
    private int maskCount;

    internal Shootdown(int cpus, Profile profile, Tallies tallies)
    {
        this.profile = profile;
        this.tallies = tallies;
        inMask = new bool[cpus];
        loaded = new bool[cpus];
        lazy = new bool[cpus];
        flushedTo = new long[cpus];
        fullFlushes = new long[cpus];
        targets = new int[cpus];
    }

    /// <summary>The address space's generation.</summary>
    internal long Generation { get; private set; }

    /// <summary>The CPUs chosen by the latest <see cref="Send"/>.</summary>
    internal ReadOnlySpan<int> Targets => targets.AsSpan(0, TargetCount);

    internal int TargetCount { get; private set; }

    internal int Cpus => inMask.Length;

    /// <summary>The generation this CPU has flushed up to.</summary>
    internal long FlushedTo(int cpu) => flushedTo[cpu];

    /// <summary>Flushes of the whole address space this CPU has done: a change tells that its TLB started empty.</summary>
    internal long FullFlushes(int cpu) => fullFlushes[cpu];

    /// <summary>True when the CPU may use its translations at any moment: the address space is loaded and the CPU is not lazy.</summary>
    internal bool InUse(int cpu) => loaded[cpu] && !lazy[cpu];

    internal bool AnyOtherInMask(int cpu) => maskCount > (inMask[cpu] ? 1 : 0);

    /// <summary>A PTE was cleared: translations older than the generation returned are stale.</summary>
    internal long Advance() => ++Generation;

    /// <summary>
    /// Chooses whom to interrupt and counts the send; the event is emitted whenever another CPU is in the mask, even if all of them are
    /// skipped. Those whose latest address space is another one never are in the mask, so that one test remains: the lazy ones.
    /// </summary>
    internal void Send(int self)
    {
        TargetCount = 0;
        if (!AnyOtherInMask(self)) return;
        tallies.Flush(self, FlushReason.RemoteIpiSend);
        for (int cpu = 0; cpu < inMask.Length; cpu++)
        {
            if (cpu != self && inMask[cpu] && !(lazy[cpu] && profile.SkipsLazyCpus)) targets[TargetCount++] = cpu;
        }
    }

    /// <summary>The sender's own part of a flush of one page.</summary>
    internal void FlushOwnPage(int self)
    {
        tallies.Flush(self, FlushReason.LocalMmShootdown);
        if (flushedTo[self] + 1 < Generation) fullFlushes[self]++;
        flushedTo[self] = Generation;
    }

    /// <summary>The sender's own part of a batch's flush.</summary>
    internal void FlushOwnBatch(int self)
    {
        tallies.Flush(self, FlushReason.LocalShootdown);
        FlushAll(self);
    }

    /// <summary>
    /// A CPU runs the flush function that another sent. The interrupt counts before anything is looked at. A CPU that went lazy under way
    /// drops the address space instead; one that already is at the asked generation does nothing in a page's flush, and only says so in a
    /// batch's.
    /// </summary>
    internal void Receive(int cpu, bool batch, long generation)
    {
        tallies.Interrupts[cpu]++;
        if (!loaded[cpu]) return;
        if (lazy[cpu])
        {
            Leave(cpu);
            return;
        }
        if (!batch && flushedTo[cpu] >= generation) return;
        tallies.Flush(cpu, FlushReason.RemoteShootdown);
        if (flushedTo[cpu] >= Generation) return;
        // one page can be flushed alone only by a CPU that has missed nothing else; otherwise it catches up by a full flush
        if (batch || flushedTo[cpu] + 1 != generation || generation != Generation) fullFlushes[cpu]++;
        flushedTo[cpu] = Generation;
    }

    /// <summary>The CPU switched to the idle task or a kernel thread: the address space stays loaded, unused.</summary>
    internal void EnterLazy(int cpu) => lazy[cpu] = loaded[cpu];

    /// <summary>The CPU switches to a thread of the address space.</summary>
    /// <returns>True when the switch had to flush.</returns>
    internal bool Enter(int cpu)
    {
        if (!loaded[cpu])
        {
            loaded[cpu] = true;
            lazy[cpu] = false;
            if (!inMask[cpu]) maskCount++;
            inMask[cpu] = true;
            tallies.Flush(cpu, FlushReason.TaskSwitch);
            FlushAll(cpu);
            return true;
        }
        if (!lazy[cpu]) return false;
        lazy[cpu] = false;
        if (flushedTo[cpu] >= Generation || !profile.FlushesOnLeavingLazy) return false;
        tallies.Flush(cpu, FlushReason.TaskSwitch);
        FlushAll(cpu);
        return true;
    }

    private void Leave(int cpu)
    {
        tallies.Flush(cpu, FlushReason.TaskSwitch);
        loaded[cpu] = false;
        lazy[cpu] = false;
        inMask[cpu] = false;
        maskCount--;
    }

    private void FlushAll(int cpu)
    {
        flushedTo[cpu] = Generation;
        fullFlushes[cpu]++;
    }
}
