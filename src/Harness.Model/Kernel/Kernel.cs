namespace Harness.Model;

/// <summary>
/// A simulated kernel: state in flat arrays, and the paths that tasks take through it one atomic step at a time. It knows no time; whoever
/// steps it gives each step its length and decides whose is next, so that one kernel serves the timed simulation, the random programs and
/// the search through all interleavings.
/// </summary>
internal sealed class Kernel
{
    /// <summary>
    /// Times an allocation may have to ask a policy for the frames it holds: for those a call under way is about to queue, for those
    /// queued, and for those another task is freeing.
    /// </summary>
    private const int ReliefsMost = 3;

    private readonly KernelCall[] calls;
    private readonly Waiting[] waiting;
    private readonly int[] taskCpu;
    private readonly int[] taskMm;
    private readonly bool[] interruptsOff;
    private readonly byte[] reliefs;
    private readonly long[] answer;
    private readonly CallPath?[] paths = new CallPath?[(int)CallKind.Fork + 1];
    private readonly AccessPath access;

    internal Kernel(KernelShape shape, Profile profile, Costs costs, Tallies? tallies = null)
    {
        Shape = shape;
        Profile = profile;
        Costs = costs;
        Tallies = tallies ?? new Tallies(shape.Cpus);
        Tasks = shape.TaskCpus.Count;
        calls = State.Array<KernelCall>(Tasks);
        waiting = State.Array<Waiting>(Tasks);
        taskCpu = State.Array<int>(Tasks);
        taskMm = State.Array<int>(Tasks);
        for (int task = 0; task < Tasks; task++) (taskCpu[task], taskMm[task]) = (shape.TaskCpus[task], shape.TaskMms[task]);
        interruptsOff = State.Array<bool>(Tasks);
        reliefs = State.Array<byte>(Tasks);
        answer = State.Array<long>(Tasks);
        Frames = new Frames(State, shape.Memory.EndPfn);
        Spaces = new AddressSpaces(State, shape.Mms, shape.Pages, shape.Vmas);
        Pending = new PendingUnmaps(State, shape.Mms, Tasks);
        Cache = new PageCache(State, shape.Files, shape.FilePages);
        Tlb = shape.Tlb is { } geometry ? new Tlb(State, Tallies.Arrays, shape.Cpus, geometry) : null;
        Shootdown = new Shootdown(State, shape.Cpus, shape.Mms, shape.Tagged, Tlb, profile, Tallies);
        Allocator = new Allocator(State, Tallies.Arrays, profile.Shaped(shape.Memory));
        Flushes = new Flushes(State, Tasks, taskCpu, Shootdown, costs, Tallies);
        Oracle = shape.Oracle ? new Oracle(State, Tasks, Spaces, Cache, Frames) { Strict = shape.Strict } : null;
        Policy = FlushPolicy.Of(this);
        Shootdown.Policy = Policy;
        ReverseMap = new ReverseMap(this);
        Unmapping = new Unmapping(this);
        access = new AccessPath(this);
        Add(CallKind.Access, access);
        Add(CallKind.Reclaim, new ReclaimPath(this));
        Add(CallKind.Migrate, new MigratePath(this));
        Add(CallKind.Unmap, new UnmapPath(this));
        Add(CallKind.Map, new MapPath(this));
        Add(CallKind.Protect, new ProtectPath(this));
        Add(CallKind.Write, new WritePath(this));
        Add(CallKind.Invalidate, new InvalidatePath(this));
        Add(CallKind.KernelPage, new KernelPagePath(this));
        Add(CallKind.Nap, new NapPath(this));
        Add(CallKind.Scan, new ScanPath(this));
        Add(CallKind.Fork, new ForkPath(this));
    }

    internal KernelShape Shape { get; }

    internal Profile Profile { get; }

    internal Costs Costs { get; }

    internal StateArrays State { get; } = new();

    internal Tallies Tallies { get; }

    internal int Tasks { get; }

    internal Frames Frames { get; }

    internal AddressSpaces Spaces { get; }

    internal PendingUnmaps Pending { get; }

    internal PageCache Cache { get; }

    internal Tlb? Tlb { get; }

    internal Shootdown Shootdown { get; }

    internal Allocator Allocator { get; }

    internal Flushes Flushes { get; }

    internal FlushPolicy Policy { get; }

    internal Oracle? Oracle { get; }

    internal ReverseMap ReverseMap { get; }

    internal Unmapping Unmapping { get; }

    /// <summary>Hears of what happens; null where nobody needs to.</summary>
    internal IKernelWatcher? Watcher { get; set; }

    internal int CpuOf(int task) => taskCpu[task];

    /// <summary>The scheduler moved a task.</summary>
    internal void MoveTo(int task, int cpu) => taskCpu[task] = cpu;

    internal int NodeOf(int task) => Shape.Memory.CpuNodes[taskCpu[task]];

    /// <summary>The address space of a task, or −1.</summary>
    internal int MmOf(int task) => taskMm[task];

    internal ref readonly KernelCall Call(int task) => ref calls[task];

    internal bool Idle(int task) => calls[task].Kind == CallKind.None;

    /// <summary>What the task's latest call found: the content a load saw.</summary>
    internal ref long Answer(int task) => ref answer[task];

    internal Waiting Waiting(int task) => waiting[task];

    /// <summary>The task's CPU takes no interrupts meanwhile.</summary>
    internal ref bool InterruptsOff(int task) => ref interruptsOff[task];

    /// <summary>The task enters the kernel, or touches memory.</summary>
    internal void Begin(int task, KernelCall call)
    {
        if (!Idle(task)) throw new InvalidOperationException($"task {task} has not returned from its call yet: a bug of the model");
        calls[task] = call;
        Path(call.Kind).Begin(task, call);
    }

    /// <summary>
    /// An access of user memory by an idle task: what <see cref="Begin"/> and the first <see cref="Step"/> of such a call do, without their
    /// bookkeeping, which takes longer than an access that hits the TLB.
    /// </summary>
    /// <returns>False when it faults: the task is then in the call and steps on from there.</returns>
    internal bool TryAccess(int task, int page, bool write, long value)
    {
        Tallies[Tally.Accesses]++;
        if (access.TryPerform(task, page, write, value)) return true;
        calls[task] = new KernelCall(CallKind.Access, page, write ? 1 : 0, Value: value);
        access.BeginTrap(task);
        return false;
    }

    /// <summary>Whether what the task waits for has come, so that it can step.</summary>
    internal bool Ready(int task)
    {
        Waiting on = waiting[task];
        return on.Kind switch
        {
            WaitKind.Nothing => true,
            WaitKind.Acknowledgements => Flushes.Outstanding(task) == 0,
            WaitKind.Table => Spaces.TableIsFree(on.A, on.B, task),
            WaitKind.Folio => !Frames.Has(on.A, FolioFlags.Locked),
            WaitKind.Reading => Spaces.CanRead(on.A),
            WaitKind.Writing => Spaces.CanWrite(on.A),
            WaitKind.Policy => Policy.Ready(task),
            _ => throw new InvalidOperationException("an unknown wait: a bug of the model"),
        };
    }

    /// <summary>One atomic step of the task, which must be ready.</summary>
    internal Pause Step(int task)
    {
        waiting[task] = default;
        if (Flushes.InFlight(task)) return StepFlush(task);
        if (Policy.Busy(task))
        {
            Pause pause = Policy.Step(task);
            if (pause.Kind == PauseKind.Spin) waiting[task] = new Waiting(WaitKind.Policy, 0, 0);
            return pause;
        }
        Pause next = Path(calls[task].Kind).Step(task);
        if (next.Kind != PauseKind.Done) return next;
        calls[task] = default;
        return next;
    }

    /// <summary>Whether the task's next step begins with a look at the scheduler.</summary>
    internal bool Reschedules(int task) => !Flushes.InFlight(task) && !Policy.Busy(task) && Path(calls[task].Kind).Reschedules(task);

    /// <summary>A CPU runs the flushes that were sent to it.</summary>
    internal void Receive(int cpu) => Flushes.Receive(cpu, Watcher);

    /// <summary>Runs a call to its end with nothing in between but the flushes it sends. For setting scenes and serial programs.</summary>
    /// <returns>The nanoseconds of its steps.</returns>
    internal long Run(int task, KernelCall call)
    {
        Begin(task, call);
        return Finish(task);
    }

    /// <summary>Runs the call that a task is in to its end, as <see cref="Run"/> does.</summary>
    internal long Finish(int task)
    {
        long ns = 0;
        while (true)
        {
            Pause pause = Step(task);
            if (pause.Kind == PauseKind.Done) return ns;
            ns += pause.Ns;
            while (!Ready(task))
            {
                if (!DeliverAll()) throw new InvalidOperationException($"task {task} waits for another that does not run");
            }
        }
    }

    /// <summary>Every CPU runs what was sent to it.</summary>
    /// <returns>True when there was anything.</returns>
    internal bool DeliverAll()
    {
        bool any = false;
        for (int cpu = 0; cpu < Shootdown.Cpus; cpu++)
        {
            if (!Flushes.Pending(cpu)) continue;
            any = true;
            Receive(cpu);
        }
        return any;
    }

    /// <summary>pte_accessible: some CPU may hold a translation of it.</summary>
    internal bool Accessible(int mm, Pte pte) => pte.Present || (pte.ProtNone && Spaces.ChangesInFlight(mm) > 0);

    internal Pause Spin(int task, WaitKind kind, int a, int b = 0)
    {
        waiting[task] = new Waiting(kind, a, b);
        return Pause.Spin(Component.Lock);
    }

    internal Pause Sleep(int task, WaitKind kind, int a)
    {
        waiting[task] = new Waiting(kind, a, 0);
        return Pause.Sleep;
    }

    /// <summary>
    /// Takes a folio from the allocator. A lazy policy may have to flush before the task may use it: the steps of that come before the next
    /// of the path, which therefore writes the folio only then.
    /// </summary>
    /// <returns>The folio, or −1 when there is none; <paramref name="again"/> tells to ask again after the policy's steps.</returns>
    internal int Allocate(int task, int node, int order, AllocationFlags flags, out bool again)
    {
        again = false;
        int folio = Allocator.Allocate(taskCpu[task], node, order, flags, out uint tag);
        if (folio < 0 && Policy.Relieve(task))
        {
            again = true;
            if (++reliefs[task] > ReliefsMost) Tallies[Tally.ReliefInVain]++;
            if (Oracle is not null && Audit.NeedlessRelief(this, node)) Tallies[Tally.NeedlessRelief]++;
            return -1;
        }
        if (reliefs[task] > 0 || folio < 0) Policy.Relieved(task);
        reliefs[task] = 0;
        if (folio < 0)
        {
            Tallies[Tally.AllocationFailures]++;
            return -1;
        }
        if ((flags & AllocationFlags.Atomic) != 0 && Policy.Refuses(task, tag))
        {
            Allocator.Free(taskCpu[task], folio, order, tag);
            Tallies[Tally.AllocationFailures]++;
            return -1;
        }
        Frames.GiveOut(folio, order);
        Policy.Taken(task, tag);
        return folio;
    }

    /// <summary>Drops a reference; with the last one the folio goes back to the allocator under that tag.</summary>
    internal void Put(int task, int folio, uint tag)
    {
        ref int references = ref Frames.References(folio);
        if (--references > 0) return;
        int order = Frames.Order(folio);
        Frames.TakeBack(folio);
        Allocator.Free(taskCpu[task], folio, order, tag);
    }

    /// <summary>
    /// A frame just given out becomes the cached page of a file, with what the disk holds; or goes back, when somebody was first.
    /// </summary>
    internal Pause ReadIn(int task, int file, int index, int frame)
    {
        if (Cache.Find(file, index) >= 0)
        {
            Frames.Assign(frame, FrameUse.Kernel, 0, 0);
            Put(task, frame, 0);
            return Pause.At(Component.Read);
        }
        Frames.Assign(frame, FrameUse.File, file, index);
        Frames.Set(frame, FolioFlags.Lru);
        Frames.Content(frame) = Cache.Stored(file, index);
        Cache.Insert(file, index, frame);
        Tallies[Tally.ReadIn]++;
        return Pause.Work(Costs.ReadPage, Component.Read);
    }

    /// <summary>
    /// flush_tlb_batched_pending, with a page table of the address space locked: batches that unmapped something of it may not have been
    /// flushed yet, and nobody may conclude anything from an empty PTE before they are.
    /// </summary>
    /// <returns>True when a flush begins.</returns>
    internal bool BeginPendingFlush(int task, int mm)
    {
        if (!Pending.Any(mm) || !Profile.ChecksPendingBatches) return false;
        Pending.Begin(task, mm);
        Tallies[Tally.PendingFlushes]++;
        Flushes.BeginRange(task, mm, 0, FlushRequest.Full, freedTables: true);
        return true;
    }

    /// <summary>folio_trylock.</summary>
    internal bool TryLock(int folio)
    {
        if (Frames.Has(folio, FolioFlags.Locked)) return false;
        Frames.Set(folio, FolioFlags.Locked);
        return true;
    }

    /// <summary>folio_unlock: wakes those who sleep on it.</summary>
    internal int Unlock(int folio)
    {
        Frames.Clear(folio, FolioFlags.Locked);
        return Watcher?.FolioUnlocked(folio) ?? 0;
    }

    internal void UnlockTable(int mm, int page)
    {
        Spaces.UnlockTable(mm, page);
        Watcher?.TableUnlocked(mm, page);
    }

    private Pause StepFlush(int task)
    {
        Pause pause = Flushes.Step(task, Watcher);
        if (pause.Kind == PauseKind.Spin) waiting[task] = new Waiting(WaitKind.Acknowledgements, 0, 0);
        if (pause.Kind != PauseKind.Done) return pause;
        Pending.End(task);
        Policy.Flushed(task, Flushes.Purpose(task), Flushes.Mask(task));
        Flushes.Forget(task);
        return Pause.At(Component.Flush);
    }

    private void Add(CallKind kind, CallPath path) => paths[(int)kind] = path;

    private CallPath Path(CallKind kind) =>
        paths[(int)kind] ?? throw new InvalidOperationException($"the kernel has no path for {kind}: a bug of the model");
}
