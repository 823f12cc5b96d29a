namespace Harness.Model;

/// <summary>
/// MIGRC, version 3: a folio that was mapped read-only and has been demoted, or moved on a NUMA hint, leaves its source frame behind, so
/// that CPUs may go on reading through old translations. The sources wait in requests, one a migrate_pages call, each with the CPUs that
/// must flush and the generation of that need; all are flushed and freed together when a write or memory pressure asks for it.
/// </summary>
internal sealed class MigrcFlush : FlushPolicy
{
    private enum Stage : byte { None, Gather, Free, Await }

    /// <summary>
    /// Requests kept apart, a task's open one included. The kernel allocates them as it needs; past this many the latest two become one,
    /// which asks no fewer CPUs. Assumed: more than wait at a time in any run here.
    /// </summary>
    private const int Requests = 64;

    private const int End = 0;

    private readonly MigrcRules rules;
    private readonly Generations generations;
    private readonly Stage[] stage;
    private readonly uint[] now;
    private readonly uint[] doneOf;
    private readonly int[] stops;
    private readonly bool[] stopsHere;
    private readonly bool[] eligible;
    private readonly bool[] disqualified;
    private readonly uint[] generationOf;
    private readonly int[] firstOf;
    private readonly int[] queued;
    private readonly int[] next;
    private readonly bool[] held;
    private readonly int tasks;

    internal MigrcFlush(Kernel kernel, MigrcRules rules)
        : base(kernel, 4 * kernel.Tasks + Requests)
    {
        this.rules = rules;
        tasks = kernel.Tasks;
        generations = new Generations(rules.GenerationBits, rules.GenerationsWrap);
        StateArrays state = kernel.State;
        stage = state.Array<Stage>(tasks);
        now = state.Array<uint>(1);
        doneOf = state.Array<uint>(kernel.Shootdown.Cpus);
        stops = state.Array<int>(1);
        stopsHere = state.Array<bool>(tasks);
        eligible = state.Array<bool>(tasks);
        disqualified = state.Array<bool>(tasks);
        // requests by slot: the queued ones first, then each task's open one, then those each task is freeing
        generationOf = state.Array<uint>(Requests + tasks);
        firstOf = state.Array<int>(Requests + 2 * tasks);
        queued = state.Array<int>(1);
        next = state.Array<int>(kernel.Frames.Count);
        held = state.Array<bool>(kernel.Frames.Count);
    }

    private int ReadOnly(int task) => tasks + task;

    private int Flushing(int task) => 2 * tasks + task;

    private int Request(int slot) => 3 * tasks + slot;

    private static int Open(int task) => Requests + task;

    private int Freeing(int task) => Requests + tasks + task;

    internal override void FolioBegins(int task, int folio, MigrateReason? reason)
    {
        eligible[task] = reason is MigrateReason.Demotion or MigrateReason.NumaMisplaced && stops[0] == 0
            && !Kernel.Frames.Has(folio, FolioFlags.CopyKept);
        disqualified[task] = false;
    }

    internal override bool FolioUnmapped(int task, int folio)
    {
        bool qualifies = eligible[task] && !disqualified[task] && Batches.Required(ReadOnly(task));
        eligible[task] = disqualified[task] = false;
        Batches.Fold(qualifies ? Request(Open(task)) : Normal(task), ReadOnly(task));
        if (qualifies)
        {
            Kernel.Frames.Set(folio, FolioFlags.CopyKept);
            Kernel.Frames.References(folio)++;
        }
        Kernel.Oracle?.Settle(task, qualifies);
        return qualifies;
    }

    /// <summary>Unmapping is over: what it needs from here on is younger than any flush before.</summary>
    internal override void BeginFlush(int task)
    {
        if (Batches.Required(Request(Open(task))))
        {
            now[0] = generations.Next(now[0]);
            generationOf[Open(task)] = now[0];
            Kernel.Oracle?.Close(task, lazyOnly: true);
        }
        base.BeginFlush(task);
    }

    internal override void Moving(int target) => Kernel.Frames.Set(target, FolioFlags.CopyKept);

    internal override bool Keep(int task, int source)
    {
        if (!rules.KeepSource)
        {
            Kernel.Frames.References(source)--;
            return false;
        }
        next[source] = firstOf[Open(task)];
        firstOf[Open(task)] = source + 1;
        held[source] = true;
        Kernel.Tallies[Tally.Lazy]++;
        if (rules.CreditWatermark) Kernel.Allocator.AddCredit(Kernel.Allocator.ZoneOf(source), 1);
        return true;
    }

    internal override void Undo(int source)
    {
        if (!rules.Undo) return;
        Kernel.Frames.Clear(source, FolioFlags.CopyKept);
        Kernel.Frames.References(source)--;
    }

    /// <summary>The call is over: its request joins the queue.</summary>
    internal override void CallEnds(int task)
    {
        int open = Open(task);
        if (firstOf[open] == End)
        {
            // every migration failed: what was to wait is flushed with the next batch
            Batches.Fold(Normal(task), Request(open));
            return;
        }
        int slot = queued[0] < Requests ? queued[0]++ : Requests - 1;
        Batches.Fold(Request(slot), Request(open));
        generationOf[slot] = generationOf[open];
        generationOf[open] = 0;
        Append(slot, firstOf[open]);
        firstOf[open] = End;
        if (stops[0] > 0) stage[task] = Stage.Gather;
    }

    internal override void Triggered(int task, FlushTrigger what, int folio)
    {
        bool flushes = what switch
        {
            FlushTrigger.WriteFault => rules.FlushOnWriteFault,
            FlushTrigger.WritableFault => rules.FlushOnWritableFault,
            FlushTrigger.FileWrite => rules.FlushOnFileWrite,
            _ => false,
        };
        if (!flushes || !Kernel.Frames.Has(folio, FolioFlags.CopyKept)) return;
        Kernel.Tallies[Tally.TriggerFlushes]++;
        stage[task] = Stage.Gather;
    }

    internal override bool Relieve(int task)
    {
        if (!rules.FreeUnderPressure) return false;
        if (rules.PauseUnderPressure && !stopsHere[task])
        {
            stopsHere[task] = true;
            stops[0]++;
        }
        if (queued[0] > 0)
        {
            Kernel.Tallies[Tally.PressureFlushes]++;
            stage[task] = Stage.Gather;
            return true;
        }
        // calls under way free at their end what they have kept, now that there is a pause
        if (!stopsHere[task] || !AnyOpen()) return false;
        stage[task] = Stage.Await;
        return true;
    }

    internal override void Relieved(int task)
    {
        if (!stopsHere[task]) return;
        stopsHere[task] = false;
        stops[0]--;
    }

    internal override void FullyFlushed(int cpu) => doneOf[cpu] = now[0];

    internal override bool Busy(int task) => stage[task] != Stage.None;

    internal override bool Ready(int task) => stage[task] != Stage.Await || !AnyOpen();

    internal override Pause Step(int task) => stage[task] switch
    {
        Stage.Gather => Gather(task),
        Stage.Free => Free(task),
        _ => Await(task),
    };

    internal override bool Holds(int frame) => held[frame];

    private protected override int BatchFor(int task, Pte cleared)
    {
        if (!eligible[task]) return Normal(task);
        if (rules.MayWait(cleared.Writable, cleared.Dirty)) return ReadOnly(task);
        disqualified[task] = true;
        return Normal(task);
    }

    /// <summary>migrc_try_flush_free_folios: one flush for all requests, without the CPUs that have flushed meanwhile.</summary>
    private Pause Gather(int task)
    {
        int flush = Flushing(task);
        for (int slot = 0; slot < queued[0]; slot++)
        {
            for (int cpu = 0; cpu < doneOf.Length; cpu++)
            {
                if (Has(slot, cpu) && HasFlushed(cpu, generationOf[slot])) Exclude(slot, cpu);
            }
            Batches.Fold(flush, Request(slot));
            Append(Freeing(task), firstOf[slot]);
            firstOf[slot] = End;
            generationOf[slot] = 0;
        }
        for (int other = 0; rules.FlushOpenRequests && other < tasks; other++)
        {
            int open = Request(Open(other));
            if (Batches.Required(open)) Batches.Add(flush, Batches.Mask(open));
        }
        queued[0] = 0;
        stage[task] = Stage.Free;
        if (rules.FlushBeforeFree && Batches.Required(flush)) Kernel.Flushes.BeginBatch(task, Batches.Mask(flush), FlushPurpose.Lazy);
        Batches.Clear(flush);
        return Pause.At(Component.Flush);
    }

    private Pause Free(int task)
    {
        int freed = 0;
        for (int entry = firstOf[Freeing(task)]; entry != End; freed++)
        {
            int source = entry - 1;
            entry = next[source];
            next[source] = End;
            held[source] = false;
            if (rules.CreditWatermark) Kernel.Allocator.AddCredit(Kernel.Allocator.ZoneOf(source), -1);
            Kernel.Put(task, source, 0);
        }
        firstOf[Freeing(task)] = End;
        stage[task] = Stage.None;
        return Pause.Work(Kernel.Costs.Free, freed, Component.Free);
    }

    private Pause Await(int task)
    {
        if (AnyOpen()) return Pause.Spin(Component.Lock);
        stage[task] = Stage.None;
        return Pause.At(Component.Allocate);
    }

    private bool AnyOpen()
    {
        bool any = false;
        for (int task = 0; task < tasks; task++) any |= firstOf[Open(task)] != End || firstOf[Freeing(task)] != End;
        return any;
    }

    private bool HasFlushed(int cpu, uint request) => rules.CompareGenerations
        ? doneOf[cpu] != 0 && !generations.Before(doneOf[cpu], request)
        : doneOf[cpu] != 0;

    private bool Has(int slot, int cpu) => (Batches.Mask(Request(slot))[cpu >> 6] >> (cpu & 63) & 1) != 0;

    private void Exclude(int slot, int cpu)
    {
        Span<ulong> one = stackalloc ulong[(doneOf.Length + 63) / 64];
        one[cpu >> 6] = 1UL << (cpu & 63);
        Batches.Credit(Request(slot), one);
    }

    private void Append(int slot, int list)
    {
        while (list != End)
        {
            int source = list - 1;
            list = next[source];
            next[source] = firstOf[slot];
            firstOf[slot] = source + 1;
        }
    }
}
