namespace Harness.Model.Tests;

/// <summary>Scenes of small kernels, and everything that was counted in one line.</summary>
internal static class KernelCases
{
    private static readonly string[] Reasons = ["switch", "remote", "local", "mm", "send"];
    private static readonly string[] Kinds = ["-1", "0", "n"];

    /// <summary>A kernel with one task a CPU; each entry is the address space of that CPU's task, −1 for a kernel thread.</summary>
    internal static Kernel With(string profile, params int[] taskMms) => With(profile, pages: 4, taskMms);

    /// <summary>The same with room for so many pages: of each address space, of the file, and on each of two nodes.</summary>
    internal static Kernel With(string profile, int pages, int[] taskMms) => new SmallKernel
    {
        Profile = Profile.Parse(profile),
        TaskMms = taskMms,
        Pages = pages,
        FilePages = pages,
        Frames = [2 * pages, 2 * pages],
    }.Build();

    /// <summary>Anonymous memory that may be read and written, touched so that each page has a frame on node 0.</summary>
    internal static Kernel Anonymous(this Kernel kernel, int task, int pages, bool store = true)
    {
        kernel.Spaces.Add(kernel.MmOf(task), new Vma(0, pages, VmaFlags.Read | VmaFlags.Write, Vma.Anonymous, 0));
        return kernel.Touch(task, pages, store);
    }

    /// <summary>The file, mapped to be read, and touched.</summary>
    internal static Kernel File(this Kernel kernel, int task, int pages)
    {
        kernel.Spaces.Add(kernel.MmOf(task), new Vma(0, pages, VmaFlags.Read, File: 0, Offset: 0));
        return kernel.Touch(task, pages, store: false);
    }

    /// <summary>Each page is loaded, or the number 1,000 + page stored to it; then nothing is counted yet.</summary>
    internal static Kernel Touch(this Kernel kernel, int task, int pages, bool store)
    {
        for (int page = 0; page < pages; page++)
        {
            if (store) kernel.Store(task, page, 1000 + page);
            else kernel.Load(task, page);
        }
        kernel.Tallies.Clear();
        return kernel;
    }

    internal static long Load(this Kernel kernel, int task, int page)
    {
        kernel.Run(task, new KernelCall(CallKind.Access, A: page));
        return kernel.Answer(task);
    }

    internal static void Store(this Kernel kernel, int task, int page, long value) =>
        kernel.Run(task, new KernelCall(CallKind.Access, A: page, B: 1, Value: value));

    /// <summary>One folio of 512 pages in the first 2 MiB of each address space, by one entry each.</summary>
    internal static int Huge(this Kernel kernel, params int[] mms)
    {
        int folio = kernel.Allocate(0, 0, 9, AllocationFlags.None, out _);
        kernel.Frames.Assign(folio, FrameUse.Anonymous, kernel.Spaces.Family(mms[0]), 0);
        kernel.Frames.Set(folio, FolioFlags.Lru);
        kernel.Frames.References(folio) = mms.Length;
        kernel.Frames.MapCount(folio) = mms.Length;
        foreach (int mm in mms)
        {
            kernel.Spaces.Family(mm) = mms[0];
            kernel.Spaces.Add(mm, new Vma(0, 512, VmaFlags.Read | VmaFlags.Write, Vma.Anonymous, 0));
            kernel.Spaces.Pte(mm, 0) = Pte.Of(folio, writable: false).With(Pte.HugeBit);
            kernel.Spaces.UseTable(mm, 0);
        }
        return folio;
    }

    /// <summary>migrate_pages of an address space's first pages to node 1.</summary>
    internal static KernelCall Migrate(int mm, int pages, MigrateReason reason = MigrateReason.Syscall) =>
        new(CallKind.Migrate, A: 0, B: pages, C: 1, D: (int)reason, Value: mm);

    /// <summary>The same of the file's first pages.</summary>
    internal static KernelCall MigrateFile(int pages, MigrateReason reason = MigrateReason.Syscall) => Migrate(-1, pages, reason);

    internal static KernelCall ReclaimFile(int pages) => new(CallKind.Reclaim, A: 0, B: 0, C: pages);

    /// <summary>A hint-fault scan over the task's first pages; then nothing is counted yet.</summary>
    internal static Kernel Scan(this Kernel kernel, int task, int pages)
    {
        kernel.Run(task, new KernelCall(CallKind.Scan, A: 0, B: pages));
        kernel.Tallies.Clear();
        return kernel;
    }

    /// <summary>A page-table change of this range is flushed from the task's CPU, to the end.</summary>
    internal static void Flush(this Kernel kernel, int task, int mm, int start = 0, int pages = 1, bool freedTables = false)
    {
        kernel.Flushes.BeginRange(task, mm, start, pages, freedTables);
        kernel.FinishFlush(task);
    }

    /// <summary>A batch with these CPUs is flushed from the task's CPU, to the end.</summary>
    internal static void FlushBatch(this Kernel kernel, int task, params int[] cpus)
    {
        kernel.BeginBatch(task, cpus);
        kernel.FinishFlush(task);
    }

    internal static void BeginBatch(this Kernel kernel, int task, params int[] cpus)
    {
        ulong mask = 0;
        foreach (int cpu in cpus) mask |= 1UL << cpu;
        kernel.Flushes.BeginBatch(task, [mask], FlushPurpose.Ordinary);
    }

    /// <summary>The task's flush goes on until it waits for other CPUs, or is over.</summary>
    internal static void Send(this Kernel kernel, int task)
    {
        while (kernel.Flushes.InFlight(task) && kernel.Ready(task)) kernel.Step(task);
    }

    /// <summary>The task's flush goes on to its end; other CPUs run what is sent to them.</summary>
    internal static void FinishFlush(this Kernel kernel, int task)
    {
        while (kernel.Flushes.InFlight(task))
        {
            kernel.Send(task);
            kernel.DeliverAll();
        }
    }

    /// <summary>The task's call goes on until it ends (true) or waits for another task (false).</summary>
    internal static bool Continue(this Kernel kernel, int task)
    {
        while (!kernel.Idle(task))
        {
            if (!kernel.Ready(task) && !kernel.DeliverAll()) return false;
            if (kernel.Ready(task)) kernel.Step(task);
        }
        return true;
    }

    /// <summary>CPUs of an address space's mm_cpumask, one bit each.</summary>
    internal static ulong Mask(this Kernel kernel, int mm) => kernel.Shootdown.Mask(mm)[0];

    /// <summary>
    /// All counts of all CPUs that are not zero, CPU by CPU: TLB and CAL interrupts, then tlb_flush as reason(pages), each with how often
    /// when it is more than once; empty when nothing happened.
    /// </summary>
    internal static string Counted(this Kernel kernel)
    {
        List<string> cpus = [];
        for (int cpu = 0; cpu < kernel.Shootdown.Cpus; cpu++)
        {
            List<string> counts = [];
            Add(counts, "TLB", kernel.Tallies.Interrupts[cpu]);
            Add(counts, "CAL", kernel.Tallies.CallInterrupts[cpu]);
            for (int reason = 0; reason < Tallies.Reasons; reason++)
            {
                for (int kind = 0; kind < Tallies.Kinds; kind++)
                {
                    long count = kernel.Tallies.Flushes[Tallies.At(cpu, (FlushReason)reason, (FlushedPages)kind)];
                    Add(counts, $"{Reasons[reason]}({Kinds[kind]})", count);
                }
            }
            if (counts.Count > 0) cpus.Add($"{cpu}: {string.Join(' ', counts)}");
        }
        return string.Join(" | ", cpus);
    }

    /// <summary>Base pages moved, and failed.</summary>
    internal static (long Moved, long Failed) Migrated(this Kernel kernel) =>
        (kernel.Tallies[Tally.Migrated], kernel.Tallies[Tally.MigrateFailed]);

    /// <summary>Nodes of the frames that an address space's first pages lie in.</summary>
    internal static int[] Nodes(this Kernel kernel, int mm, int pages) =>
        [.. Enumerable.Range(0, pages).Select(page => kernel.Allocator.NodeOf(kernel.Spaces.Pte(mm, page).Frame))];

    private static void Add(List<string> counts, string name, long count)
    {
        if (count > 0) counts.Add(count == 1 ? name : $"{name}x{count}");
    }
}
