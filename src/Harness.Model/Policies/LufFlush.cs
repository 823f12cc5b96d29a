namespace Harness.Model;

/// <summary>
/// LUF, version 10: folios whose mappings all were read-only are freed with their flush still to come. What all of them need is gathered in
/// one machine-wide batch, an epoch; their frames carry its number as a tag, and whoever is given a tagged frame makes the epoch's flush
/// first. Ordinary batch flushes are credited to it on the way.
/// </summary>
internal sealed class LufFlush : FlushPolicy
{
    private enum Stage : byte { None, TryHandOver, HoldLock, CheckEpoch, EndFlush }

    // indices into the machine-wide numbers
    private const int OrdinaryFlushes = 0;
    private const int LazyFlushes = 1;
    private const int LockHolder = 2;
    private const int Triggers = 3;
    private const int Numbers = 4;

    private readonly LufRules rules;
    private readonly EpochNumbers epochs;
    private readonly uint[] numbers;
    private readonly Stage[] stage;
    private readonly uint[] tag;
    private readonly uint[] asked;
    private readonly uint[] triggersSeen;
    private readonly bool[] disqualified;
    private readonly bool[] countsInFlight;
    private readonly bool[] byTrigger;
    private readonly int tasks;

    internal LufFlush(Kernel kernel, LufRules rules)
        : base(kernel, 3 * kernel.Tasks + 1)
    {
        this.rules = rules;
        tasks = kernel.Tasks;
        StateArrays state = kernel.State;
        epochs = new EpochNumbers(state, rules);
        numbers = state.Array<uint>(Numbers);
        stage = state.Array<Stage>(tasks);
        tag = state.Array<uint>(tasks);
        asked = state.Array<uint>(tasks);
        triggersSeen = state.Array<uint>(tasks);
        disqualified = state.Array<bool>(tasks);
        countsInFlight = state.Array<bool>(tasks);
        byTrigger = state.Array<bool>(tasks);
    }

    // besides each task's normal batch: the read-only mappings of the folio in hand, those of folios that qualified, and the epoch's
    private int ReadOnly(int task) => tasks + task;

    private int Qualified(int task) => 2 * tasks + task;

    private int EpochBatch => 3 * tasks;

    private bool Flushing => numbers[OrdinaryFlushes] + numbers[LazyFlushes] > 0;

    internal override void FolioBegins(int task, int folio, MigrateReason? reason) =>
        disqualified[task] = !rules.TakesOrder(Kernel.Frames.Order(folio));

    internal override void ClearedAtOnce(int task, Pte cleared) => disqualified[task] |= rules.SpoiledBy(cleared.Writable);

    internal override void FolioStays(int task) => disqualified[task] |= rules.FlushKept;

    internal override bool FolioUnmapped(int task, int folio)
    {
        bool qualifies = !disqualified[task] && Batches.Required(ReadOnly(task));
        disqualified[task] = false;
        Batches.Fold(qualifies ? Qualified(task) : Normal(task), ReadOnly(task));
        Kernel.Oracle?.Settle(task, qualifies);
        return qualifies;
    }

    /// <summary>The folios that qualified but were not handed over yet are flushed along.</summary>
    internal override void BeginFlush(int task)
    {
        Batches.Fold(Normal(task), Qualified(task));
        triggersSeen[task] = 0;
        if (!Batches.Required(Normal(task))) return;
        numbers[OrdinaryFlushes]++;
        countsInFlight[task] = true;
        base.BeginFlush(task);
    }

    internal override void BeginDefer(int task)
    {
        tag[task] = 0;
        if (Batches.Required(Qualified(task))) stage[task] = Stage.TryHandOver;
    }

    internal override uint Tag(int task) => tag[task];

    internal override void Flushed(int task, FlushPurpose why, ReadOnlySpan<ulong> cpus)
    {
        base.Flushed(task, why, cpus);
        if (!countsInFlight[task]) return;
        countsInFlight[task] = false;
        numbers[OrdinaryFlushes]--;
        Batches.Credit(EpochBatch, cpus);
    }

    internal override void Taken(int task, uint taken)
    {
        if (!rules.FlushBeforeAllocation || taken == 0) return;
        byTrigger[task] = false;
        Check(task, taken);
    }

    internal override void Triggered(int task, FlushTrigger what, int folio)
    {
        if (!rules.FlushesOn(what)) return;
        if (rules.GiveUpWhenTriggered) NoteTrigger();
        byTrigger[task] = true;
        Check(task, epochs.Present);
    }

    internal override bool Pending => Batches.Required(EpochBatch);

    internal override bool Refuses(int task, uint taken) => rules.SpareAtomic && epochs.Undone(taken);

    internal override bool Busy(int task) => stage[task] != Stage.None;

    internal override bool Ready(int task) => stage[task] != Stage.CheckEpoch || !MustWait();

    internal override Pause Step(int task) => stage[task] switch
    {
        Stage.TryHandOver => TryHandOver(task),
        Stage.HoldLock => HandOver(task),
        Stage.CheckEpoch => CheckEpoch(task),
        _ => EndFlush(task),
    };

    private protected override int BatchFor(int task, Pte cleared)
    {
        if (rules.MayWait(cleared.Writable))
        {
            if (!Batches.Required(ReadOnly(task)) && !Batches.Required(Qualified(task))) triggersSeen[task] = numbers[Triggers];
            return ReadOnly(task);
        }
        disqualified[task] = true;
        return Normal(task);
    }

    /// <summary>try_to_unmap_luf: declines when the lock is taken, or while a flush is in progress.</summary>
    private Pause TryHandOver(int task)
    {
        if (numbers[LockHolder] != 0 || (rules.GiveUpDuringFlush && Flushing)) return GiveUp(task);
        numbers[LockHolder] = (uint)task + 1;
        stage[task] = Stage.HoldLock;
        return Pause.Work(Kernel.Costs.LufLock, Component.Lock);
    }

    private Pause HandOver(int task)
    {
        numbers[LockHolder] = 0;
        if (rules.GiveUpWhenTriggered && triggersSeen[task] != numbers[Triggers]) return GiveUp(task);
        Batches.Fold(EpochBatch, Qualified(task));
        tag[task] = epochs.HandOver();
        triggersSeen[task] = 0;
        stage[task] = Stage.None;
        Kernel.Oracle?.Close(task, lazyOnly: true);
        return Pause.At(Component.Flush);
    }

    /// <summary>What was to wait is flushed by the task itself.</summary>
    private Pause GiveUp(int task)
    {
        stage[task] = Stage.None;
        Kernel.Tallies[Tally.GiveUps]++;
        if (rules.FlushAfterGiveUp)
        {
            Batches.Fold(Normal(task), Qualified(task));
            return Pause.At(Component.Flush);
        }
        Batches.Clear(Qualified(task));
        Kernel.Oracle?.Close(task, lazyOnly: true);
        return Pause.At(Component.Flush);
    }

    private void Check(int task, uint epoch)
    {
        if (!epochs.Undone(epoch)) return;
        asked[task] = epoch;
        stage[task] = Stage.CheckEpoch;
    }

    private bool MustWait() => numbers[LockHolder] != 0 || (rules.WaitForFlush && numbers[LazyFlushes] > 0);

    /// <summary>check_luf_flush: makes the epoch's flush unless it is done; waits for one in progress.</summary>
    private Pause CheckEpoch(int task)
    {
        uint epoch = asked[task];
        if (epochs.Undone(epoch) && MustWait()) return Pause.Spin(Component.Lock);
        if (!epochs.Undone(epoch) || !epochs.Due(epoch) || !Batches.Required(EpochBatch))
        {
            stage[task] = Stage.None;
            asked[task] = 0;
            return Pause.At(Component.Flush);
        }
        epochs.Close();
        numbers[LazyFlushes]++;
        if (!rules.DoneAfterFlush) epochs.Done(epoch);
        Kernel.Tallies[byTrigger[task] ? Tally.TriggerFlushes : Tally.AllocationFlushes]++;
        stage[task] = Stage.EndFlush;
        Kernel.Flushes.BeginBatch(task, Batches.Mask(EpochBatch), FlushPurpose.Lazy);
        Batches.Clear(EpochBatch);
        return Pause.At(Component.Flush);
    }

    private Pause EndFlush(int task)
    {
        epochs.Done(asked[task]);
        numbers[LazyFlushes]--;
        asked[task] = 0;
        stage[task] = Stage.None;
        return Pause.At(Component.Flush);
    }

    private void NoteTrigger()
    {
        // counted only while somebody could miss it, so that equal situations are equal states
        bool open = false;
        for (int task = 0; task < tasks; task++) open |= Batches.Required(ReadOnly(task)) || Batches.Required(Qualified(task));
        numbers[Triggers] = open ? numbers[Triggers] + 1 : 0;
    }
}
