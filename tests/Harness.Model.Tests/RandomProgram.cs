namespace Harness.Model.Tests;

/// <summary>What a random program leaves out, for a policy that is unsafe with it.</summary>
[Flags]
internal enum LeftOut
{
    Nothing = 0,

    /// <summary>write(2).</summary>
    FileWrites = 1,

    /// <summary>Files that change on their server.</summary>
    Invalidations = 2,

    /// <summary>Writable shared mappings of the file.</summary>
    SharedStores = 4,

    /// <summary>mprotect.</summary>
    Protects = 8,
}

/// <summary>
/// Seeded random programs on a middling machine: four CPUs, four threads of two address spaces (two of them share CPU 0) and a kernel
/// thread; 128 virtual pages each, a file of as many, two nodes, per-CPU lists, and TLBs smaller than all of that. Nearly every call is a
/// load or a store; the seed alone decides which, whatever the policy.
/// </summary>
internal sealed class RandomProgram
{
    internal const int FilePages = 128;
    private const int Pages = 128;
    private const int Run = 8;

    // shared stores go to the file's last pages: what is dirty is never reclaimed, since its writing back is not modelled
    private const int StoredFrom = 96;
    private const int NodeFrames = 320;
    private const int Cpus = 4;
    private const int File = 0;
    private const VmaFlags R = VmaFlags.Read;
    private const VmaFlags W = VmaFlags.Write;
    private const VmaFlags Shared = VmaFlags.Shared;

    private static readonly int[] TaskCpus = [0, 1, 2, 3, 0];
    private static readonly int[] TaskMms = [0, 0, 1, -1, 1];

    private readonly ulong start;
    private readonly LeftOut without;
    private readonly PlainMemory memory = new(mms: 2, Pages, FilePages);
    private readonly int[] running = [0, 1, 2, 3];
    private long draws;

    internal RandomProgram(Profile profile, ulong seed, LeftOut without = LeftOut.Nothing, bool oracle = true)
    {
        this.without = without;
        start = TouchOrder.Start(seed, 0);
        Kernel = Build(profile, oracle);
        for (int page = 0; page < FilePages; page++) Kernel.Cache.Stored(File, page) = memory.WriteFile(page, -1 - page);
        for (int mm = 0; mm < 2; mm++)
        {
            Map(mm, 0, 32, R | Shared, File, 0);
            Map(mm, 32, 32, without.HasFlag(LeftOut.SharedStores) ? R : R | W | Shared, File, StoredFrom);
            Map(mm, 64, 32, R | W, File, 48);
            Map(mm, 96, 24, R | W, Vma.Anonymous, 0);
        }
    }

    internal Kernel Kernel { get; }

    /// <summary>Calls beside accesses.</summary>
    internal long Calls { get; private set; }

    internal long Accesses => Kernel.Tallies[Tally.Accesses];

    /// <summary>The first load that saw something else than <see cref="PlainMemory"/> holds; null when none did.</summary>
    internal string? Wrong { get; private set; }

    /// <summary>One call at a time, each run to its end, until there were so many accesses; ends early with a wrong one.</summary>
    internal void RunSerially(long accesses)
    {
        while (Accesses < accesses && Wrong is null && Kernel.Oracle?.First is null)
        {
            int task = Draw(TaskCpus.Length);
            int cpu = TaskCpus[task];
            if (TaskMms[task] >= 0)
            {
                Kernel.Shootdown.Enter(cpu, TaskMms[task]);
                Burst(task);
            }
            if (Draw(4) == 0) Call(task);
            // now and then the idle task takes the CPU
            if (Draw(8) == 0) Kernel.Shootdown.EnterLazy(cpu);
        }
    }

    /// <summary>Moves of random CPUs, an atomic step each, until there were so many accesses and every call is over.</summary>
    internal void RunInterleaved(long accesses)
    {
        foreach (int task in running)
        {
            if (TaskMms[task] >= 0) Kernel.Shootdown.Enter(TaskCpus[task], TaskMms[task]);
        }
        int still = 0;
        while (Kernel.Oracle?.First is null)
        {
            bool begins = Accesses < accesses;
            int cpu = Draw(Cpus);
            if (Move(cpu, begins)) still = 0;
            else if (++still > 100 * Cpus)
            {
                if (!begins && Resting()) return;
                if (Stuck()) throw new InvalidOperationException("a deadlock: " + Waits());
            }
        }
    }

    /// <summary>What every page of every address space and of the file holds, by plain loads; -1 where none may be made.</summary>
    internal long[] Contents()
    {
        var contents = new long[2 * Pages + FilePages];
        for (int page = 0; page < FilePages; page++)
        {
            int frame = Kernel.Cache.Find(File, page);
            contents[2 * Pages + page] = frame < 0 ? Kernel.Cache.Stored(File, page) : Kernel.Frames.Content(frame);
        }
        for (int task = 1; task <= 2; task++)
        {
            Kernel.Shootdown.Enter(TaskCpus[task], TaskMms[task]);
            for (int page = 0; page < Pages; page++)
            {
                Kernel.Run(task, new KernelCall(CallKind.Access, page));
                contents[TaskMms[task] * Pages + page] = Kernel.Answer(task);
            }
        }
        return contents;
    }

    /// <summary>The same, as the reference has it.</summary>
    internal long[] Expected() =>
        [.. Enumerable.Range(0, 2 * Pages).Select(i => memory.Load(i / Pages, i % Pages)), .. Enumerable.Range(0, FilePages).Select(memory.ReadFile)];

    /// <summary>Frames in the allocator's lists.</summary>
    internal int FreeFrames()
    {
        int free = 0;
        for (int zone = 0; zone < 2; zone++)
        {
            free += Kernel.Allocator.FreePages(zone);
            for (int cpu = 0; cpu < Cpus; cpu++) free += Kernel.Allocator.PcpCount(cpu, zone);
        }
        return free;
    }

    /// <summary>Frames that are neither used nor kept by a policy.</summary>
    internal int UnusedFrames()
    {
        int unused = 0;
        for (int frame = 0; frame < Kernel.Frames.Count; frame++)
        {
            if (Kernel.Frames.Use(frame) == FrameUse.Free) unused++;
        }
        return unused;
    }

    /// <summary>Takes every range and every cached page away.</summary>
    internal void TearDown()
    {
        for (int task = 1; task <= 2; task++)
        {
            Kernel.Shootdown.Enter(TaskCpus[task], TaskMms[task]);
            Kernel.Run(task, new KernelCall(CallKind.Unmap, 0, Pages));
        }
        for (int page = 0; page < FilePages; page++) Kernel.Run(3, new KernelCall(CallKind.Invalidate, File, page));
    }

    internal byte[] Saved()
    {
        var saved = new byte[Kernel.State.Bytes];
        Kernel.State.Save(saved);
        return saved;
    }

    /// <summary>Goes on where another program is, on this one's kernel. For serial programs without a reference to compare with.</summary>
    internal void ResumeFrom(RandomProgram other)
    {
        Kernel.State.Resume(other.Saved());
        draws = other.draws;
        memory.CopyFrom(other.memory);
    }

    private static Kernel Build(Profile profile, bool oracle)
    {
        var lists = new PerCpuSize(3, 12, 12);
        var marks = new Watermarks(-1, -1, -1, -1);
        return new Kernel(
            new KernelShape
            {
                Memory = new AllocatorShape
                {
                    Zones =
                    [
                        new ZoneShape(0, 0, NodeFrames) { PerCpu = lists, Watermarks = marks },
                        new ZoneShape(1, NodeFrames, NodeFrames) { PerCpu = lists, Watermarks = marks },
                    ],
                    CpuNodes = [0, 0, 0, 0],
                    Tuning = profile.PerCpuLists,
                },
                TaskCpus = TaskCpus,
                TaskMms = TaskMms,
                Mms = 2,
                Pages = Pages,
                Vmas = Pages / Run,
                FilePages = FilePages,
                Tlb = new TlbGeometry(new TlbLevel(16, 4, 4, 4), new TlbLevel(4, 4, 4, 4), new TlbLevel(64, 8, 64, 8, shared: true)),
                Oracle = oracle,
            },
            profile,
            Costs.Hardware);
    }

    private void Map(int mm, int first, int pages, VmaFlags flags, int file, int offset)
    {
        Kernel.Spaces.Add(mm, new Vma(first, first + pages, flags, file, offset));
        memory.Map(mm, first, pages, flags, file >= 0 ? offset : PlainMemory.Anonymous);
    }

    /// <summary>Loads and stores of one thread, around one place.</summary>
    private void Burst(int task)
    {
        int mm = TaskMms[task];
        int window = 4 << Draw(6);
        int first = Draw(Pages - window + 1);
        for (int left = 1 + Draw(128); left > 0; left--)
        {
            // one draw decides on the page and on the kind: a store in four
            int draw = Draw(4 * window);
            int page = first + (draw >> 2);
            bool write = (draw & 3) == 0;
            long value = draws;
            // what is not allowed is tried now and then
            if (!memory.Allows(mm, page, write) && (draws & 15) != 0) continue;
            if (!Kernel.TryAccess(task, page, write, value)) Kernel.Finish(task);
            long expected = write ? memory.Store(mm, page, value) : memory.Load(mm, page);
            if (Kernel.Answer(task) != expected && Wrong is null)
                Wrong = $"access {Accesses}: page {page} of {mm} on CPU {TaskCpus[task]}: {Kernel.Answer(task)} instead of {expected}";
        }
    }

    private void Call(int task)
    {
        KernelCall call = NextCall(task);
        Calls++;
        Kernel.Run(task, call);
        memory.Apply(TaskMms[task], call);
    }

    private bool Move(int cpu, bool begins)
    {
        int task = running[cpu];
        bool pending = Kernel.Flushes.Pending(cpu) && !Kernel.InterruptsOff(task);
        if (pending && (Kernel.Idle(task) || !Kernel.Ready(task) || Draw(2) == 0))
        {
            Kernel.Receive(cpu);
            return true;
        }
        if (!Kernel.Idle(task))
        {
            if (!Kernel.Ready(task)) return false;
            Kernel.Step(task);
            return true;
        }
        if (!begins) return false;
        if (cpu == 0 && Draw(16) == 0)
        {
            task = running[0] = TaskCpus.Length - 1 - task;
            Kernel.Shootdown.Enter(0, TaskMms[task]);
        }
        bool mayAccess = TaskMms[task] >= 0;
        if (Draw(mayAccess ? 64 : 16) == 0) Kernel.Begin(task, Draw(8) == 0 && mayAccess ? new KernelCall(CallKind.Nap) : NextCall(task));
        else if (mayAccess) Kernel.TryAccess(task, Draw(Pages), Draw(4) == 0, draws);
        return true;
    }

    private bool Resting()
    {
        for (int task = 0; task < TaskCpus.Length; task++)
        {
            if (!Kernel.Idle(task)) return false;
        }
        for (int cpu = 0; cpu < Cpus; cpu++)
        {
            if (Kernel.Flushes.Pending(cpu)) return false;
        }
        return true;
    }

    private bool Stuck()
    {
        for (int cpu = 0; cpu < Cpus; cpu++)
        {
            int task = running[cpu];
            if (Kernel.Flushes.Pending(cpu) && !Kernel.InterruptsOff(task)) return false;
            if (!Kernel.Idle(task) && Kernel.Ready(task)) return false;
        }
        return !Resting();
    }

    private string Waits() => string.Join("; ", Enumerable.Range(0, TaskCpus.Length)
        .Where(task => !Kernel.Idle(task)).Select(task => $"task {task} in {Kernel.Call(task)} waits for {Kernel.Waiting(task)}"));

    private KernelCall NextCall(int task)
    {
        while (true)
        {
            KernelCall call = AnyCall(TaskMms[task]);
            bool allowed = call.Kind switch
            {
                CallKind.Write => !without.HasFlag(LeftOut.FileWrites),
                CallKind.Invalidate => !without.HasFlag(LeftOut.Invalidations),
                CallKind.Protect => !without.HasFlag(LeftOut.Protects),
                CallKind.Map => !without.HasFlag(LeftOut.SharedStores) || ((VmaFlags)call.C & (W | Shared)) != (W | Shared),
                _ => true,
            };
            if (allowed) return call;
        }
    }

    private KernelCall AnyCall(int mm)
    {
        int filePage = Draw(FilePages);
        int some = 1 + Draw(Math.Min(40, FilePages - filePage));
        int first = Run * Draw(Pages / Run);
        int range = Run * (1 + Draw(Math.Min(4, (Pages - first) / Run)));
        return Draw(mm < 0 ? 9 : 17) switch
        {
            0 or 1 => new KernelCall(CallKind.Reclaim, File, filePage, some),
            2 or 3 => new KernelCall(CallKind.Migrate, filePage, some, Draw(2), Draw(3), -1 - File),
            4 => new KernelCall(CallKind.Migrate, first, range, Draw(2), Draw(3), Draw(2)),
            5 => new KernelCall(CallKind.Write, File, filePage, Value: draws),
            6 => new KernelCall(CallKind.Invalidate, File, filePage, Value: draws),
            7 => new KernelCall(CallKind.Invalidate, File, StoredFrom + filePage % (FilePages - StoredFrom), Value: draws),
            8 => new KernelCall(CallKind.KernelPage, Draw(2), Value: draws),
            9 => new KernelCall(CallKind.Unmap, first, Run),
            10 or 11 or 12 or 13 => AnyMap(first, range),
            14 => new KernelCall(CallKind.Protect, first, range, (int)AnyRights()),
            15 => new KernelCall(CallKind.Protect, first, range, (int)(R | W)),
            _ => new KernelCall(CallKind.Scan, first, range),
        };
    }

    private KernelCall AnyMap(int first, int pages)
    {
        int offset = Draw(FilePages - pages + 1);
        return Draw(6) switch
        {
            0 or 1 => new KernelCall(CallKind.Map, first, pages, (int)(R | Shared), File, Value: offset),
            2 => new KernelCall(CallKind.Map, first, pages, (int)(R | W | Shared), File, Value: StoredFrom + offset % (FilePages - StoredFrom - pages + 1)),
            3 => new KernelCall(CallKind.Map, first, pages, (int)(R | W), File, Value: offset),
            4 => new KernelCall(CallKind.Map, first, pages, (int)R, Vma.Anonymous),
            _ => new KernelCall(CallKind.Map, first, pages, (int)(R | W), Vma.Anonymous),
        };
    }

    private VmaFlags AnyRights() => Draw(2) == 0 ? VmaFlags.None : R;

    private int Draw(int below) => TouchOrder.Page(start, draws++, below);
}
