namespace Harness.Model;

/// <summary>Why a flush is made; its policy hears of it when it is over.</summary>
internal enum FlushPurpose : byte
{
    /// <summary>The task changes an address space at this place, and flushes it before it goes on.</summary>
    Range,

    /// <summary>Stock batches: the mappings whose flush the task has put off.</summary>
    Ordinary,

    /// <summary>What a lazy policy has put off.</summary>
    Lazy,
}

/// <summary>
/// The flushes in flight, one a task at most. A flush chooses the CPUs it must reach, interrupts them, flushes its own, and waits until all
/// have run it. Between any two of these others go on.
/// </summary>
internal sealed class Flushes
{
    private enum Stage : byte { None, Send, Deliver, Own, Wait }

    private readonly Shootdown shootdown;
    private readonly Costs costs;
    private readonly Tallies tallies;
    private readonly CpuMasks masks;
    private readonly CpuMasks targets;
    private readonly int[] taskCpu;
    private readonly Stage[] stage;
    private readonly FlushRequest[] request;
    private readonly FlushPurpose[] purpose;
    private readonly bool[] others;
    private readonly int[] outstanding;
    private readonly int[] queue;
    private readonly int[] queued;
    private readonly int tasks;

    internal Flushes(StateArrays state, int tasks, int[] taskCpu, Shootdown shootdown, Costs costs, Tallies tallies)
    {
        this.tasks = tasks;
        this.taskCpu = taskCpu;
        this.shootdown = shootdown;
        this.costs = costs;
        this.tallies = tallies;
        masks = new CpuMasks(state, tasks, shootdown.Cpus);
        targets = new CpuMasks(state, tasks, shootdown.Cpus);
        stage = state.Array<Stage>(tasks);
        request = state.Array<FlushRequest>(tasks);
        purpose = state.Array<FlushPurpose>(tasks);
        others = state.Array<bool>(tasks);
        outstanding = state.Array<int>(tasks);
        queue = state.Array<int>(shootdown.Cpus * tasks);
        queued = state.Array<int>(shootdown.Cpus);
    }

    internal bool InFlight(int task) => stage[task] != Stage.None;

    /// <summary>CPUs that the task's flush was sent to and that have not run it.</summary>
    internal int Outstanding(int task) => outstanding[task];

    /// <summary>
    /// The CPUs the task's flush was asked for, until it is over and <see cref="Forget"/>. The lazy ones among them flush when they return.
    /// </summary>
    internal ReadOnlySpan<ulong> Mask(int task) => masks[task];

    internal FlushPurpose Purpose(int task) => purpose[task];

    /// <summary>True when a flush waits to be run on this CPU.</summary>
    internal bool Pending(int cpu) => queued[cpu] > 0;

    /// <summary>arch_tlbbatch_flush: everything on these CPUs.</summary>
    internal void BeginBatch(int task, ReadOnlySpan<ulong> cpus, FlushPurpose why)
    {
        tallies[Tally.BatchFlushes]++;
        purpose[task] = why;
        Begin(task, new FlushRequest(FlushRequest.Batch, 0, 0, FlushRequest.Full, false), cpus);
    }

    /// <summary>
    /// flush_tlb_mm_range: a range of an address space, with its generation advanced. One that runs nowhere costs only that.
    /// </summary>
    internal void BeginRange(int task, int mm, int start, int pages, bool freedTables)
    {
        if (pages > Shootdown.PageCeiling) pages = FlushRequest.Full;
        purpose[task] = FlushPurpose.Range;
        Begin(task, new FlushRequest(mm, shootdown.Advance(mm), start, pages, freedTables), shootdown.Mask(mm));
    }

    /// <summary>The next step of the task's flush.</summary>
    /// <returns>The pause, done when the flush is over.</returns>
    internal Pause Step(int task, IKernelWatcher? watcher)
    {
        int self = taskCpu[task];
        switch (stage[task])
        {
            case Stage.Send:
                others[task] = masks.AnyBut(task, self);
                stage[task] = Stage.Deliver;
                return Pause.Work(costs.SendIpi, others[task] ? Choose(task, self) : 0, Component.Flush);
            case Stage.Deliver:
                Deliver(task, self, watcher);
                stage[task] = Stage.Own;
                return new Pause(PauseKind.Work, Component.Flush, Handler(request[task]));
            case Stage.Own:
                FlushOwn(task, self);
                stage[task] = Stage.Wait;
                return outstanding[task] == 0 ? Pause.At(Component.Flush) : Pause.Spin(Component.Acknowledge);
            default:
                stage[task] = Stage.None;
                request[task] = default;
                targets.Clear(task);
                return Pause.Done;
        }
    }

    /// <summary>Everybody has heard of the flush that is over: equal situations shall be equal states.</summary>
    internal void Forget(int task)
    {
        masks.Clear(task);
        others[task] = false;
        purpose[task] = default;
    }

    /// <summary>The CPU runs all that was queued for it, one interrupt each.</summary>
    internal void Receive(int cpu, IKernelWatcher? watcher)
    {
        int count = queued[cpu];
        queued[cpu] = 0;
        for (int i = 0; i < count; i++)
        {
            ref int slot = ref queue[cpu * tasks + i];
            int sender = slot;
            slot = 0;
            shootdown.Run(cpu, request[sender], sender: false);
            if (--outstanding[sender] == 0) watcher?.Acknowledged(sender);
        }
    }

    private void Begin(int task, in FlushRequest asked, ReadOnlySpan<ulong> cpus)
    {
        if (stage[task] != Stage.None)
            throw new InvalidOperationException($"task {task} begins a flush inside a flush: a bug of the model");
        masks.Clear(task);
        masks.Fold(task, cpus);
        request[task] = asked;
        stage[task] = Stage.Send;
    }

    /// <summary>Leaves out the CPUs that need no interrupt. The event is emitted even when that leaves none.</summary>
    private int Choose(int task, int self)
    {
        tallies.Flush(self, FlushReason.RemoteIpiSend, request[task].Pages == FlushRequest.Full ? FlushedPages.All : FlushedPages.Range);
        int interrupts = 0;
        for (int cpu = 0; cpu < shootdown.Cpus; cpu++)
        {
            if (!masks.Has(task, cpu) || !shootdown.Reaches(request[task], cpu)) continue;
            targets.Add(task, cpu);
            if (cpu != self) interrupts++;
        }
        return interrupts;
    }

    private void Deliver(int task, int self, IKernelWatcher? watcher)
    {
        if (!others[task]) return;
        long handler = Handler(request[task]);
        for (int cpu = 0; cpu < shootdown.Cpus; cpu++)
        {
            if (cpu == self || !targets.Has(task, cpu)) continue;
            if (queued[cpu] == 0) tallies.CallInterrupts[cpu]++;
            queue[cpu * tasks + queued[cpu]++] = task;
            outstanding[task]++;
            watcher?.Interrupted(cpu, handler);
        }
    }

    /// <summary>
    /// The sender's own part: as one of the mask when others are in it too, else whenever the address space is loaded here.
    /// </summary>
    private void FlushOwn(int task, int self)
    {
        ref readonly FlushRequest asked = ref request[task];
        bool own = others[task] ? targets.Has(task, self)
            : asked.IsBatch ? masks.Has(task, self) : shootdown.Loaded(self) == asked.Mm;
        if (own) shootdown.Run(self, asked, sender: true);
    }

    private long Handler(in FlushRequest asked) => asked.Pages == FlushRequest.Full ? costs.FlushAll.Ns : costs.FlushPages(asked.Pages);
}
