namespace Harness.Model;

/// <summary>
/// The scans of NUMA balancing (task_tick_numa, task_numa_work): a task that has executed for its scan period protects the next window of
/// its process's memory, so that its next touches fault. The period follows what the faults of a whole scan were. A process has, besides
/// the areas of the model, a stack for each thread: they count where areas that nobody faults in take turns.
/// </summary>
internal sealed class NumaBalancing
{
    private const int PagesOfMegabyte = 256;

    /// <summary>Memory looked at for each window's worth that is protected (published: task_numa_work).</summary>
    private const int LookedAt = 8;

    /// <summary>The least time between two windows follows from this much memory a second (published: MAX_SCAN_WINDOW).</summary>
    private const int MostMegabytesASecond = 2_560;

    /// <summary>Parts of a period by which it changes, and how many of them must be private or local faults (published).</summary>
    private const int Slots = 10;

    private const int Threshold = 7;

    /// <summary>A task that spends one part of its time scanning waits for so many parts (published: task_numa_work).</summary>
    private const int Restraint = 32;

    /// <summary>Scan delays after which it is forgotten which tasks faulted in an area (published: VMA_PID_RESET_PERIOD).</summary>
    private const int Forgetting = 4;

    /// <summary>A tick at CONFIG_HZ=250 (published: Debian's configuration).</summary>
    private const long Tick = 4_000_000;

    private const long Millisecond = 1_000_000;

    private readonly TieringKernel kernel;
    private readonly PageArea[] areas;
    private readonly bool normal;
    private readonly bool tiering;
    private readonly Task[] tasks;
    private readonly Space[] spaces;
    private readonly Seen[] seen;

    internal NumaBalancing(TieringKernel kernel)
    {
        this.kernel = kernel;
        areas = kernel.Tables.Areas;
        normal = (kernel.Knobs.NumaBalancing & 1) != 0;
        tiering = (kernel.Knobs.NumaBalancing & 2) != 0;
        tasks = kernel.State.Array<Task>(kernel.Threads);
        spaces = kernel.State.Array<Space>(areas.Max(area => area.Process) + 1);
        seen = kernel.State.Array<Seen>(areas.Length);
        foreach (ref Seen area in seen.AsSpan()) area.ForgetAt = (1 + Forgetting) * kernel.Knobs.ScanDelayMilliseconds;
    }

    /// <summary>Scans of a thread's process that the thread has noticed.</summary>
    internal long Scans(int thread) => tasks[thread].Scan;

    /// <summary>Whether a thread is in the middle of a scan.</summary>
    internal bool IsScanning(int thread) => tasks[thread].Area != 0;

    /// <summary>Whether any thread of a process is.</summary>
    internal bool AnyScanning(int process) => spaces[process].Scanning > 0;

    /// <summary>A thread, the present actor, begins to be scheduled; its process has so many.</summary>
    internal void Begin(int thread, int process, int threads)
    {
        ref Task task = ref tasks[thread];
        ref Space space = ref spaces[process];
        space.Threads = threads;
        task.Period = LeastPeriod(process);
        // threads that come to life together are to scan at different times (published: init_numa_balancing)
        task.Stamp = threads == 1 ? 0 : Math.Min(MostPeriod(process), task.Period * (long)threads) * Millisecond + 2 * Tick;
    }

    /// <summary>A thread, the present actor, has executed for a while; it may have to scan, which <see cref="Step"/> does.</summary>
    internal void Ran(int thread, int process, long ns)
    {
        if (!normal && !tiering) return;
        ref Task task = ref tasks[thread];
        task.Executed += ns;
        if (task.Executed <= task.Stamp + task.Period * Millisecond) return;
        task.Stamp += task.Period * Millisecond;
        ref Space space = ref spaces[process];
        if (kernel.Milliseconds < space.NextScan) return;
        space.NextScan = kernel.Milliseconds + task.Period;
        task.Stamp += 2 * Tick;
        task.Left = kernel.Knobs.ScanSizeMegabytes * PagesOfMegabyte;
        task.Look = task.Left * LookedAt;
        task.Began = task.Executed;
        if (Find(thread, process)) space.Scanning++;
    }

    /// <summary>A thread, the present actor, goes on with its scan: one page table.</summary>
    internal void Step(int thread, int process, int cpu)
    {
        long began = kernel.Clock.Now;
        ref Task task = ref tasks[thread];
        ref Space space = ref spaces[process];
        PageArea area = areas[task.Area - 1];
        int end = Math.Min(Math.Min((task.At & -PageTables.TablePages) + PageTables.TablePages, task.End), area.End);
        int updates = Protect(area, task.At, end, process, cpu);
        task.Updates += updates;
        kernel.Counts[TieringCount.NumaPteUpdates] += updates;
        kernel.Clock.Spend(Component.Scan, (end - task.At) * kernel.Costs.ScanPte.Ns + updates * kernel.Costs.ChangePte.Ns);
        task.At = end;
        if (end == task.End) EndPart(ref task, ref space, thread, process, cpu);
        long took = kernel.Clock.Now - began;
        kernel.Counts[TieringCount.TaskWorkTime] += took;
        task.Executed += took;
        if (task.Area == 0)
        {
            space.Scanning--;
            task.Stamp += Restraint * (task.Executed - task.Began);
        }
    }

    /// <summary>A thread faulted in the area of a page, which is therefore worth its scans (vma_set_access_pid_bit).</summary>
    internal void Noticed(int page, int thread) => seen[kernel.Tables.AreaOf(page)].Now |= 1UL << (thread & 63);

    /// <summary>A hint fault was served: what the task's next period rests on (task_numa_fault).</summary>
    internal void Faulted(int page, int thread, bool local, bool isPrivate, bool failed)
    {
        int process = kernel.ProcessOf(page);
        ref Task task = ref tasks[thread];
        if (task.Scan != spaces[process].Scan)
        {
            task.Scan = spaces[process].Scan;
            Adapt(ref task, process);
        }
        if (isPrivate) task.Private++;
        else task.Shared++;
        if (local) task.Local++;
        else task.Remote++;
        if (failed) task.Failed++;
    }

    /// <summary>
    /// The next area that is to be scanned, from where the process's last scan ended; at the end of its areas a new scan begins.
    /// </summary>
    private bool Find(int thread, int process)
    {
        ref Task task = ref tasks[thread];
        ref Space space = ref spaces[process];
        task.Area = 0;
        bool filtered = false;
        for (int number = 0; number < areas.Length; number++)
        {
            PageArea area = areas[number];
            if (area.Process != process || area.End <= space.Offset || IsNeverScanned(area)) continue;
            if (IsFiltered(number, thread, ref space))
            {
                filtered = true;
                continue;
            }
            Enter(ref task, space, number);
            return true;
        }
        if (filtered && space.Offset == 0 && TakesTurn(ref space, process, out int turn))
        {
            Enter(ref task, space, turn);
            return true;
        }
        StartOver(ref space);
        return false;
    }

    private void Enter(ref Task task, in Space space, int area)
    {
        task.Area = area + 1;
        task.At = Math.Max(space.Offset, areas[area].First);
        task.Part = task.At;
        task.End = (int)Math.Min((task.At + (long)task.Left + PageTables.TablePages - 1) & -PageTables.TablePages, areas[area].End);
        task.Updates = 0;
    }

    /// <summary>change_prot_numa ends with one flush if it changed anything; the scan goes on until its window is used up.</summary>
    private void EndPart(ref Task task, ref Space space, int thread, int process, int cpu)
    {
        if (task.Updates > 0) kernel.Flushes.FlushProcess(process, cpu);
        int pages = task.End - task.Part;
        if (task.Updates > 0) task.Left -= pages;
        task.Look -= pages;
        int number = task.Area - 1;
        space.Offset = task.End;
        bool wholeArea = task.End == areas[number].End;
        if (wholeArea) seen[number].Scan = space.Scan;
        task.Area = 0;
        if (task.Left <= 0 || task.Look <= 0)
        {
            if (wholeArea && !AnyAfter(process, number)) StartOver(ref space);
        }
        else if (wholeArea) Find(thread, process);
        else Enter(ref task, space, number);
    }

    private bool AnyAfter(int process, int number)
    {
        for (int later = number + 1; later < areas.Length; later++)
        {
            if (areas[later].Process == process) return true;
        }
        return false;
    }

    /// <summary>Files that are only read (published: task_numa_work).</summary>
    private static bool IsNeverScanned(in PageArea area) => area.File && !area.Writable;

    private static void StartOver(ref Space space)
    {
        space.Offset = 0;
        space.Scan++;
    }

    /// <summary>Published: vma_is_accessed, vma_pids_reset.</summary>
    private bool IsFiltered(int number, int thread, ref Space space)
    {
        if (!kernel.Profile.FiltersScannedAreas) return false;
        ref Seen area = ref seen[number];
        if (space.Scan > 0 && kernel.Milliseconds > area.ForgetAt)
        {
            area.ForgetAt += Forgetting * kernel.Knobs.ScanDelayMilliseconds;
            area.Before = area.Now;
            area.Now = 0;
        }
        if (space.Scan < 2 || space.Offset > areas[number].First) return false;
        if (((area.Now | area.Before) >> (thread & 63) & 1) != 0) return false;
        return space.Scan <= area.Scan + space.Threads;
    }

    /// <summary>When all areas are filtered, one is scanned all the same: they take turns, and threads' stacks take theirs.</summary>
    private bool TakesTurn(ref Space space, int process, out int area)
    {
        space.Turn = (space.Turn + 1) % (areas.Length + space.Threads);
        area = space.Turn;
        return area < areas.Length && areas[area].Process == process && !IsNeverScanned(areas[area]);
    }

    /// <summary>Published: change_pte_range with MM_CP_PROT_NUMA.</summary>
    private int Protect(in PageArea area, int from, int to, int process, int cpu)
    {
        const ulong Protected = PageWord.Mapped | PageWord.ProtNone;
        kernel.Tables.Settle(PageTables.TableOf(from));
        kernel.Flushes.FlushBatchedPending(process, cpu);
        int alone = spaces[process].Threads == 1 ? kernel.NodeOfCpu(cpu) : -1;
        long now = kernel.Milliseconds;
        bool keepsWritable = kernel.Profile.ScanKeepsWritable;
        int updates = 0;
        Span<ulong> words = kernel.Tables.Words.AsSpan(from, to - from);
        for (int i = 0; i < words.Length; i++)
        {
            ulong word = words[i];
            if ((word & Protected) != PageWord.Mapped) continue;
            if (area.File && (word & PageWord.Dirty) != 0) continue;
            int node = PageWord.NodeOf(word);
            bool top = kernel.IsTopTier(node);
            if (node == alone || (top && !normal)) continue;
            if (!top && tiering) word = PageWord.WithScannedAt(word, now);
            words[i] = (keepsWritable ? word : word & ~PageWord.Writable) | PageWord.ProtNone;
            kernel.Tables.Drawn?.Protect(from + i);
            updates++;
        }
        return updates;
    }

    /// <summary>
    /// Published: update_task_scan_period. Private or local faults mean that placement has settled; so does nothing but moves from slow
    /// memory, which count as neither local nor shared.
    /// </summary>
    private void Adapt(ref Task task, int process)
    {
        int most = MostPeriod(process);
        long all = (long)task.Local + task.Remote;
        if (task.Failed > 0 || task.Local + task.Shared == 0) task.Period = Math.Min(most, task.Period * 2);
        else
        {
            int slot = (task.Period + Slots - 1) / Slots;
            int local = all == 0 ? 0 : (int)(task.Local * (long)Slots / all);
            int own = (int)(task.Private * (long)Slots / (task.Private + task.Shared));
            int change = own >= Threshold ? Math.Max(own - Threshold, 1)
                : local >= Threshold ? Math.Max(local - Threshold, 1)
                : -(Threshold - Math.Max(local, own));
            task.Period = Math.Clamp(task.Period + change * slot, LeastPeriod(process), most);
        }
        task.Local = task.Remote = task.Failed = 0;
        // the kernel lets these fade by half with each scan
        task.Private /= 2;
        task.Shared /= 2;
    }

    private int Windows(int process)
    {
        long pages = areas.Where(area => area.Process == process).Sum(area => (long)area.Pages);
        long window = kernel.Knobs.ScanSizeMegabytes * PagesOfMegabyte;
        return (int)Math.Max(1, (pages + window - 1) / window);
    }

    /// <summary>Published: task_scan_min.</summary>
    private int LeastPeriod(int process) => Math.Max(
        1_000 / Math.Max(1, MostMegabytesASecond / kernel.Knobs.ScanSizeMegabytes),
        kernel.Knobs.ScanPeriodMinMilliseconds / Windows(process));

    /// <summary>Published: task_scan_max.</summary>
    private int MostPeriod(int process) => Math.Max(LeastPeriod(process), kernel.Knobs.ScanPeriodMaxMilliseconds / Windows(process));

    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential, Pack = 1)]
    private struct Task
    {
        internal long Executed;
        internal long Stamp;
        internal long Began;
        internal long Scan;
        internal int Period;
        internal int Local;
        internal int Remote;
        internal int Failed;
        internal int Private;
        internal int Shared;
        internal int Area;
        internal int At;
        internal int Part;
        internal int End;
        internal int Updates;
        internal int Left;
        internal int Look;
    }

    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential, Pack = 1)]
    private struct Space
    {
        internal long Scan;
        internal long NextScan;
        internal int Offset;
        internal int Threads;
        internal int Scanning;
        internal int Turn;
    }

    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential, Pack = 1)]
    private struct Seen
    {
        internal ulong Now;
        internal ulong Before;
        internal long ForgetAt;
        internal long Scan;
    }
}
