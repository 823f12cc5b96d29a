namespace Harness.Model.Tests;

/// <summary>
/// Seeded random programs on a middling machine: four CPUs, four threads of two address spaces (two of them share CPU 0) and a kernel
/// thread; 128 virtual pages each, a file of as many, two nodes, per-CPU lists, and TLBs smaller than all of that. Nearly every call is a
/// load or a store; the seed alone decides which, whatever the policy.
/// </summary>
internal sealed class RandomProgram
{
    internal const int FilePages = 128;
    private const int Pages = 128;
    private const int Window = 16;
    private const int NodeFrames = 320;
    private const int Cpus = 4;
    private const int File = RandomCalls.File;
    private const VmaFlags R = VmaFlags.Read;
    private const VmaFlags W = VmaFlags.Write;
    private const VmaFlags Shared = VmaFlags.Shared;

    private static readonly int[] TaskCpus = [0, 1, 2, 3, 0];
    private static readonly int[] TaskMms = [0, 0, 1, -1, 1];

    private readonly RandomCalls calls;
    private readonly PlainMemory memory = new(mms: 2, Pages, FilePages);
    private readonly int[] running = [0, 1, 2, 3];

    internal RandomProgram(Profile profile, ulong seed, LeftOut without = LeftOut.Nothing, bool oracle = true)
    {
        calls = new RandomCalls(seed, Pages, FilePages, without);
        Kernel = Build(profile, oracle);
        for (int page = 0; page < FilePages; page++) Kernel.Cache.Stored(File, page) = memory.WriteFile(page, -1 - page);
        for (int mm = 0; mm < 2; mm++)
        {
            Map(mm, 0, 32, R | Shared, File, 0);
            Map(mm, 32, 32, R | W | Shared, File, RandomCalls.StoredFrom);
            Map(mm, 64, 32, R | W, File, 48);
            Map(mm, 96, 24, R | W, Vma.Anonymous, 0);
        }
    }

    internal Kernel Kernel { get; }

    internal long Accesses => Kernel.Tallies[Tally.Accesses];

    /// <summary>The first load that saw something else than <see cref="PlainMemory"/> holds; null when none did.</summary>
    internal string? Wrong { get; private set; }

    /// <summary>One call at a time, each run to its end, until there were so many accesses; ends early with a wrong one.</summary>
    internal void RunSerially(long accesses)
    {
        while (Accesses < accesses && Wrong is null && Kernel.Oracle?.First is null)
        {
            int task = calls.Below(TaskCpus.Length);
            int cpu = TaskCpus[task];
            if (TaskMms[task] >= 0)
            {
                Kernel.Shootdown.Enter(cpu, TaskMms[task]);
                Burst(task);
            }
            if (calls.Below(4) == 0) Call(task);
            // now and then the idle task takes the CPU
            if (calls.Below(8) == 0) Kernel.Shootdown.EnterLazy(cpu);
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
            int cpu = calls.Below(Cpus);
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
    [
        .. Enumerable.Range(0, 2 * Pages).Select(i => memory.Load(i / Pages, i % Pages)),
        .. Enumerable.Range(0, FilePages).Select(memory.ReadFile),
    ];

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

    /// <summary>Goes on where another serial program is, on this one's kernel.</summary>
    internal void ResumeFrom(RandomProgram other)
    {
        Kernel.State.Resume(other.Saved());
        calls.Draws = other.calls.Draws;
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
                Vmas = Pages / RandomCalls.Run,
                FilePages = FilePages,
                Tlb = new TlbGeometry(new TlbLevel(16, 4, 4, 4), new TlbLevel(4, 4, 4, 4), new TlbLevel(64, 8, 64, 8, shared: true)),
                Oracle = oracle,
            },
            profile,
            Costs.Hardware);
    }

    private void Map(int mm, int first, int pages, VmaFlags flags, int file, int offset)
    {
        flags = calls.Allowed(flags);
        Kernel.Spaces.Add(mm, new Vma(first, first + pages, flags, file, offset));
        memory.Map(mm, first, pages, flags, file >= 0 ? offset : PlainMemory.Anonymous);
    }

    /// <summary>Loads and stores of one thread, around one place.</summary>
    private void Burst(int task)
    {
        int mm = TaskMms[task];
        int window = 4 << calls.Below(6);
        int first = calls.Below(Pages - window + 1);
        for (int left = 1 + calls.Below(128); left > 0; left--)
        {
            // one draw decides on the page and on the kind: a store in four
            int draw = calls.Below(4 * window);
            int page = first + (draw >> 2);
            bool write = (draw & 3) == 0;
            long value = calls.Draws;
            // what is not allowed is tried now and then
            if (!memory.Allows(mm, page, write) && (value & 15) != 0) continue;
            if (!Kernel.TryAccess(task, page, write, value)) Kernel.Finish(task);
            long expected = write ? memory.Store(mm, page, value) : memory.Load(mm, page);
            if (Kernel.Answer(task) != expected && Wrong is null)
                Wrong = $"access {Accesses}: page {page} of {mm} on CPU {TaskCpus[task]}: {Kernel.Answer(task)} instead of {expected}";
        }
    }

    private void Call(int task)
    {
        KernelCall call = calls.Next(TaskMms[task]);
        Kernel.Run(task, call);
        memory.Apply(TaskMms[task], call);
    }

    private bool Move(int cpu, bool begins)
    {
        int task = running[cpu];
        bool pending = Kernel.Flushes.Pending(cpu) && !Kernel.InterruptsOff(task);
        if (pending && (Kernel.Idle(task) || !Kernel.Ready(task) || calls.Below(2) == 0))
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
        if (cpu == 0 && calls.Below(16) == 0)
        {
            task = running[0] = TaskCpus.Length - 1 - task;
            Kernel.Shootdown.Enter(0, TaskMms[task]);
        }
        bool mayAccess = TaskMms[task] >= 0;
        if (calls.Below(mayAccess ? 128 : 64) == 0)
        {
            bool naps = mayAccess && calls.Below(8) == 0;
            Kernel.Begin(task, naps ? new KernelCall(CallKind.Nap) : calls.Next(TaskMms[task]));
        }
        else if (mayAccess)
        {
            // half of the accesses stay in a window that wanders, so that TLBs keep what is put off
            int window = (int)(calls.Draws >> 14) % (Pages / Window) * Window;
            int page = calls.Below(2) == 0 ? calls.Below(Pages) : window + calls.Below(Window);
            Kernel.TryAccess(task, page, calls.Below(4) == 0, calls.Draws);
        }
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
}
