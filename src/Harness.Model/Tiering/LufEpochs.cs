namespace Harness.Model;

/// <summary>
/// LUF at machine scale: the rules of <see cref="LufFlush"/> with each of its paths one action. The tags pass through the same allocator.
/// Its give-up triggers do not occur in the workloads that come here, which never write what they map read-only.
/// </summary>
internal sealed class LufEpochs
{
    private const int Epoch = 0;
    private const int NextEpoch = 1;
    private const int DoneEpoch = 2;

    private readonly Clock clock;
    private readonly Costs costs;
    private readonly TieringCounts counts;
    private readonly TieringFlushes flushes;
    private readonly Generations generations;
    private readonly uint[] numbers;

    internal LufEpochs(StateArrays state, Profile profile, Clock clock, Costs costs, TieringCounts counts, TieringFlushes flushes)
    {
        this.clock = clock;
        this.costs = costs;
        this.counts = counts;
        this.flushes = flushes;
        Enabled = profile.Policy == PolicyKind.Luf;
        generations = new Generations(profile.Luf.GenerationBits, profile.Luf.GenerationsWrap);
        numbers = state.Array<uint>(3);
        numbers[NextEpoch] = 1;
    }

    /// <summary>The kernel has LUF.</summary>
    internal bool Enabled { get; }

    /// <summary>try_to_unmap_luf: what qualified waits for the epoch's flush, unless a flush is under way; then it is flushed now.</summary>
    /// <param name="cpu">The CPU of the actor.</param>
    /// <param name="folios">Frames that the batch stands for.</param>
    /// <returns>The tag of their frames; 0 when they need none.</returns>
    internal uint HandOver(int cpu, int folios)
    {
        if (!flushes.Required(flushes.Qualified)) return 0;
        clock.Spend(Component.Lock, costs.LufLock.Ns);
        if (flushes.OthersFlush)
        {
            counts[TieringCount.GiveUps]++;
            Flush(cpu);
            return 0;
        }
        flushes.Fold(flushes.Epoch, flushes.Qualified);
        numbers[Epoch] = numbers[NextEpoch];
        counts[TieringCount.Lazy] += folios;
        return numbers[Epoch];
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
        if (!generations.Before(numbers[DoneEpoch], tag)) return;
        if (generations.Next(numbers[DoneEpoch]) != tag || !flushes.Required(flushes.Epoch)) return;
        numbers[NextEpoch] = generations.Next(numbers[Epoch]);
        flushes.Flush(flushes.Epoch, cpu);
        counts[TieringCount.AllocationFlushes]++;
        numbers[DoneEpoch] = tag;
    }
}
