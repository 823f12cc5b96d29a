namespace Harness.Model;

/// <summary>
/// Flushes of batches of unmapped pages (arch_tlbbatch_flush), each a whole action in time: the sender waits until all it interrupted have
/// answered. While one is under way, the lazy policy takes nothing over.
/// </summary>
internal sealed class TieringFlushes : ILazyFlushes
{
    private readonly Clock clock;
    private readonly Costs costs;
    private readonly TieringCounts counts;
    private readonly TieringCpus cpus;
    private readonly Batches batches;
    private readonly uint[] processes;
    private readonly uint[] unmapped;
    private readonly long[] underWay;
    private readonly int actors;
    private readonly int threads;
    private readonly bool creditsAll;

    /// <summary>Nothing is pending.</summary>
    /// <param name="state">Gives the arrays.</param>
    /// <param name="clock">The actors.</param>
    /// <param name="costs">What a flush takes.</param>
    /// <param name="counts">Its counts.</param>
    /// <param name="cpus">Whom it interrupts.</param>
    /// <param name="threads">Threads of the workload; the actors after them are kernel threads.</param>
    /// <param name="creditsAll">
    /// Flushes of an address space spare the lazy policy its own too, as MIGRC has it; else those of batches only.
    /// </param>
    internal TieringFlushes(
        StateArrays state, Clock clock, Costs costs, TieringCounts counts, TieringCpus cpus, int threads, bool creditsAll)
    {
        this.creditsAll = creditsAll;
        this.clock = clock;
        this.costs = costs;
        this.counts = counts;
        this.cpus = cpus;
        this.threads = threads;
        actors = clock.Actors;
        batches = new Batches(state, 2 * actors + 1, cpus.Count);
        processes = state.Array<uint>(2 * actors + 1);
        underWay = state.Array<long>(2);
        unmapped = state.Array<uint>(1);
    }

    /// <summary>Who hears of flushes that are asked for; null for nobody.</summary>
    internal ITieringWatcher? Watcher { get; set; }

    /// <summary>Processes that batches can tell apart.</summary>
    internal const int MostProcesses = 32;

    /// <inheritdoc/>
    public int Normal => clock.Actor;

    /// <inheritdoc/>
    public int Qualified => actors + clock.Actor;

    /// <inheritdoc/>
    public int Epoch => 2 * actors;

    /// <inheritdoc/>
    public bool Required(int batch) => batches.Required(batch);

    /// <summary>A mapping of that process was cleared: the CPUs it runs on join the batch.</summary>
    internal void Add(int batch, int process)
    {
        cpus.NoteUnmap(process);
        unmapped[0] |= 1u << process;
        if ((processes[batch] & 1u << process) != 0) return;
        processes[batch] |= 1u << process;
        batches.Add(batch, cpus.Of(process));
    }

    /// <inheritdoc/>
    public void Fold(int into, int from)
    {
        batches.Fold(into, from);
        processes[into] |= processes[from];
        processes[from] = 0;
    }

    /// <inheritdoc/>
    public bool OthersFlush => underWay[0] > clock.Now && underWay[1] != clock.Actor;

    /// <inheritdoc/>
    public void TakeLock() => clock.Spend(Component.Lock, costs.LufLock.Ns);

    /// <inheritdoc/>
    public void GaveUp() => counts[TieringCount.GiveUps]++;

    /// <inheritdoc/>
    public void HandedOver(int folios) => counts[creditsAll ? TieringCount.Kept : TieringCount.Lazy] += folios;

    /// <inheritdoc/>
    public void Forced(LazyCause cause) => counts[creditsAll ? TieringCount.KeptFlushes : TieringCount.AllocationFlushes]++;

    /// <inheritdoc/>
    public bool Flush(int batch, int cpu)
    {
        if (batch != Epoch) Watcher?.FlushAsked(cpu);
        if (!batches.Required(batch)) return false;
        ReadOnlySpan<ulong> set = batches.Mask(batch);
        Send(set, cpu, TieringCount.LocalFlushes, lazyToo: false);
        counts[TieringCount.BatchFlushes]++;
        if (batch != Epoch) Credit(set);
        batches.Clear(batch);
        processes[batch] = 0;
        return true;
    }

    /// <summary>Flushes all translations of one process, as the scan of its page tables and munmap do (flush_tlb_mm_range).</summary>
    /// <param name="process">The process.</param>
    /// <param name="cpu">The CPU that sends.</param>
    /// <param name="lazyToo">Whether lazy CPUs are interrupted too, as when page tables were freed.</param>
    internal void FlushProcess(int process, int cpu, bool lazyToo = false)
    {
        cpus.NoteUnmap(process);
        Send(cpus.Of(process), cpu, TieringCount.LocalMmFlushes, lazyToo);
        counts[TieringCount.RangeFlushes]++;
        if (creditsAll) Credit(cpus.Of(process));
    }

    /// <summary>
    /// Whoever changes a page table's rights flushes the process first if any of its mappings was batched since the last such flush,
    /// whether or not the batch has been flushed (published: flush_tlb_batched_pending, flush_tlb_mm).
    /// </summary>
    internal void FlushBatchedPending(int process, int cpu)
    {
        if ((unmapped[0] & 1u << process) == 0) return;
        unmapped[0] &= ~(1u << process);
        FlushProcess(process, cpu, lazyToo: true);
    }

    private void Credit(ReadOnlySpan<ulong> flushed)
    {
        if (!batches.Required(Epoch)) return;
        batches.Credit(Epoch, flushed);
        if (!batches.Required(Epoch)) processes[Epoch] = 0;
    }

    private void Send(ReadOnlySpan<ulong> set, int cpu, TieringCount local, bool lazyToo)
    {
        bool holds = (set[cpu >> 6] >> (cpu & 63) & 1) != 0;
        bool lazy = clock.Actor >= threads;
        // traced even when all of them turn out to be spared (published: native_flush_tlb_multi)
        if (CpuMasks.AnyBut(set, cpu)) counts[TieringCount.SentFlushes]++;
        int targets = cpus.Interrupt(set, cpu, lazyToo);
        if (targets > 0)
        {
            counts[TieringCount.RemoteFlushes] += targets;
            clock.Spend(Component.Flush, targets * costs.SendIpi.Ns);
            clock.Spend(Component.Acknowledge, costs.TakeIpi.Ns + costs.FlushAll.Ns + cpus.HostDelay());
        }
        if (holds && lazy) cpus.LetGo(cpu);
        else if (holds)
        {
            counts[local]++;
            cpus.NoteFlush(cpu);
            clock.Spend(Component.Flush, costs.FlushAll.Ns);
        }
        underWay[0] = clock.Now;
        underWay[1] = clock.Actor;
    }
}
