namespace Harness.Model;

/// <summary>
/// The scenes that policies are explored on. CPU 0 and CPU 1 run two threads of one process, CPU 2 is a kernel thread that reclaims or
/// demotes. Both threads have used what is about to be unmapped, so that their TLBs hold it.
/// </summary>
internal static class Scenes
{
    private const int Slow = 1;
    private const int Mm = 0;
    private const long NewValue = 7;
    private const long OldValue = 5;
    private const VmaFlags R = VmaFlags.Read;
    private const VmaFlags W = VmaFlags.Write;

    private static readonly KernelCall WriteFile = new(CallKind.Write, 0, 0, Value: NewValue);
    private static readonly KernelCall ServerWrites = new(CallKind.Invalidate, 0, 0, Value: NewValue);
    private static readonly KernelCall KernelPage = new(CallKind.KernelPage, 0, Value: NewValue);
    private static readonly KernelCall AtomicPage = new(CallKind.KernelPage, 1, Value: NewValue);
    private static readonly KernelCall Promote = new(CallKind.Migrate, 0, 1, 0, (int)MigrateReason.Syscall, -1);
    private static readonly KernelCall Nap = new(CallKind.Nap);

    private static readonly Vma FileReadOnly = new(0, 1, R | VmaFlags.Shared, 0, 0);
    private static readonly Vma FileWritable = new(0, 1, R | W | VmaFlags.Shared, 0, 0);
    private static readonly Vma Private = new(0, 1, R | W, Vma.Anonymous, 0);

    // keeps the page table in use when page 0 goes, since freeing that would flush
    private static readonly Vma Last = new(2, 3, R, Vma.Anonymous, 0);

    private static Menu None => new([], 0);

    /// <summary>Everything at once: the search that is to find what is unsafe by itself.</summary>
    internal static Scene Everything(Profile profile, bool strict = false) => new()
    {
        Name = "every call at any moment",
        Kernel = Small(profile, [3, 2]) with { Strict = strict },
        Ranges = [FileReadOnly, new Vma(1, 2, R | W | VmaFlags.Shared, 0, 0)],
        Before = [(0, Read(0)), (1, Read(0))],
        Menus =
        [
            new Menu(
                [
                    Read(0), Store(1), WriteFile, ServerWrites, new KernelCall(CallKind.Unmap, 0, 1), KernelPage, AtomicPage,
                    Map(0, R, Vma.Anonymous), Map(0, R | W, Vma.Anonymous), Protect(VmaFlags.None), Protect(R | W),
                ],
                2),
            new Menu([Read(0), Nap], 1),
            new Menu([Reclaim(1), Demote(-1)], 1),
        ],
    };

    /// <summary>Something else is mapped over a page whose flush is pending.</summary>
    internal static Scene MapOver(Profile profile) =>
        Reclaimed(
            profile, "MAP_FIXED over a range whose flush is pending",
            new Menu([Map(0, R, Vma.Anonymous), Map(0, R | W, Vma.Anonymous)], 1));

    /// <summary>write(2) to a page whose flush is pending.</summary>
    internal static Scene FileRewritten(Profile profile) =>
        Reclaimed(profile, "a file rewritten with write(2) while a flush is pending", new Menu([WriteFile], 1));

    /// <summary>The same, of a page that was demoted instead of reclaimed.</summary>
    internal static Scene DemotedFileRewritten(Profile profile) =>
        FileRewritten(profile) with
        {
            Name = "a demoted file page rewritten with write(2)",
            Kernel = Small(profile, [2, 2]),
            Menus = [new Menu([WriteFile], 1), new Menu([Read(0)], 1), new Menu([Demote(-1)], 1)],
        };

    /// <summary>The server changes a page whose flush is pending.</summary>
    internal static Scene ServerRewrites(Profile profile) =>
        Reclaimed(profile, "file contents changing underneath, on a server", new Menu([ServerWrites], 1));

    /// <summary>The same, of a page that was demoted instead of reclaimed.</summary>
    internal static Scene DemotedServerRewrites(Profile profile) => DemotedFileRewritten(profile) with
    {
        Name = "a demoted file page changing on its server",
        Menus = [new Menu([ServerWrites], 1), new Menu([Read(0)], 1), new Menu([Demote(-1)], 1)],
    };

    /// <summary>A store to a page that was demoted while mapped read-only.</summary>
    internal static Scene WriteFault(Profile profile) => new()
    {
        Name = "a mapping raised to writable by a write fault",
        Kernel = Small(profile, [2, 2]),
        Ranges = [FileWritable],
        Before = [(0, Read(0)), (1, Read(0))],
        Menus = [new Menu([Store(0)], 1), new Menu([Read(0)], 1), new Menu([Demote(-1)], 1)],
    };

    /// <summary>A new writable mapping of the file, and a store through it.</summary>
    internal static Scene WritableMap(Profile profile) => Reclaimed(
        profile, "a mapping raised to writable by mmap", new Menu([Map(1, R | W | VmaFlags.Shared, 0), Store(1)], 2));

    /// <summary>The same after a demotion, whose new page is there to be mapped.</summary>
    internal static Scene WritableMapLater(Profile profile) => WritableMap(profile) with
    {
        Name = "a writable mmap after a demotion",
        Kernel = Small(profile, [2, 2]),
        Before = [(0, Read(0)), (1, Read(0)), (2, Demote(-1))],
        Menus = [new Menu([Map(1, R | W | VmaFlags.Shared, 0), Store(1)], 2), new Menu([Read(0)], 1), None],
    };

    /// <summary>Private memory, demoted while read-only, becomes writable without a fault.</summary>
    internal static Scene Mprotect(Profile profile) => new()
    {
        Name = "a mapping raised to writable by mprotect",
        Kernel = Small(profile, [2, 2]),
        Ranges = [Private],
        Before = [(0, Read(0)), (0, Protect(R)), (0, Read(0)), (1, Read(0))],
        Menus = [new Menu([Protect(R | W), Store(0)], 2), new Menu([Read(0)], 1), new Menu([Demote(Mm)], 1)],
    };

    /// <summary>The kernel takes the only free frame, whose flush is pending.</summary>
    internal static Scene KernelReuse(Profile profile) =>
        Reclaimed(profile, "a freed page reused by the kernel itself", new Menu([KernelPage], 1)) with { Kernel = Small(profile, [1]) };

    /// <summary>The same when seven epochs of a three-bit number are over.</summary>
    internal static Scene Wrapped(Profile profile) => KernelReuse(profile) with
    {
        Name = "generation numbers wrapping",
        Before = [.. Repeated(7, (0, Read(0)), (1, Read(0)), (2, Reclaim(1)), (0, KernelPage)), (0, Read(0)), (1, Read(0))],
    };

    /// <summary>Two CPUs that cannot be interrupted are given frames whose flush is pending.</summary>
    internal static Scene Atomic(Profile profile) => new()
    {
        Name = "the flush charged to an allocator in atomic context",
        Kernel = Small(profile, [3]),
        Ranges = [new Vma(0, 2, R | VmaFlags.Shared, 0, 0)],
        Before = [(0, Read(0)), (0, Read(1)), (1, Read(0)), (1, Read(1))],
        Menus = [new Menu([AtomicPage], 1), new Menu([AtomicPage], 1), new Menu([Reclaim(2)], 1)],
    };

    /// <summary>Memory is short while frames wait for their flush.</summary>
    internal static Scene Pressure(Profile profile) => new()
    {
        Name = "memory pressure while pages wait for their flush",
        Kernel = Small(profile, [2, 1]),
        Ranges = [FileReadOnly],
        Before = [(0, Read(0)), (1, Read(0))],
        Menus = [new Menu([KernelPage], 1), new Menu([KernelPage], 1), new Menu([Reclaim(1), Demote(-1)], 1)],
    };

    /// <summary>Two CPUs are given frames of one epoch at the same time, one of them after its own read of the old page.</summary>
    internal static Scene TwoAllocators(Profile profile) => Atomic(profile) with
    {
        Name = "two allocators of one epoch",
        Menus = [new Menu([KernelPage], 1), new Menu([Read(0), Read(1)], 1), new Menu([Reclaim(2), KernelPage], 2)],
    };

    /// <summary>Two CPUs are given the halves of one block.</summary>
    internal static Scene SplitBlock(Profile profile) => TwoAllocators(profile) with
    {
        Name = "two allocators split one block",
        Kernel = Small(profile, [2]),
    };

    /// <summary>A frame freed with its flush pending merges with one that another CPU frees.</summary>
    internal static Scene MergedBlock(Profile profile) => new()
    {
        Name = "a pending frame merges with another",
        Kernel = Small(profile, [2]),
        Ranges = [FileReadOnly],
        Before = [(0, Read(0)), (1, Read(0))],
        Menus = [new Menu([KernelPage], 2), new Menu([KernelPage, Read(0)], 2), new Menu([Reclaim(1)], 1)],
    };

    /// <summary>A per-CPU list is refilled with a frame that owes nothing and one whose flush is pending.</summary>
    internal static Scene Refilled(Profile profile) => new()
    {
        Name = "a pending frame refills a per-CPU list",
        Kernel = Small(profile with { PerCpuLists = PerCpuTuning.Fixed }, [5]) with { PerCpuLists = new PerCpuSize(2, 0, 0) },
        Ranges = [FileReadOnly, new Vma(1, 3, R | W, Vma.Anonymous, 0)],
        Before = [(0, Read(0)), (1, Read(0)), (1, WriteFile with { B = 1 }), (2, Reclaim(1)), (2, ServerWrites with { B = 1 })],
        Menus = [new Menu([Store(1), Store(2), KernelPage], 3), new Menu([Read(0)], 1), None],
    };

    /// <summary>A batch is declined, since another CPU's flush is in progress, and its frame is used again.</summary>
    internal static Scene Declined(Profile profile) => new()
    {
        Name = "a hand-over during another CPU's flush",
        Kernel = Small(profile, [3, 2]),
        Ranges = [FileReadOnly, new Vma(1, 2, R | W, Vma.Anonymous, 0)],
        Before = [(0, Read(0)), (0, Store(1)), (1, Read(0)), (1, Store(1))],
        Menus =
        [
            new Menu([new KernelCall(CallKind.Migrate, 1, 1, Slow, (int)MigrateReason.Demotion, Mm), KernelPage], 2),
            new Menu([Read(0)], 2),
            new Menu([Reclaim(1), KernelPage], 2),
        ],
    };

    /// <summary>Private memory that both threads write is demoted.</summary>
    internal static Scene WritablePage(Profile profile) => new()
    {
        Name = "a writable page is demoted",
        Kernel = Small(profile, [2, 2]),
        Ranges = [Private],
        Before = [(0, Store(0, OldValue)), (1, Store(0, OldValue))],
        Menus = [new Menu([Read(0)], 1), new Menu([Store(0), Read(0)], 2), new Menu([Demote(Mm)], 1)],
    };

    /// <summary>The old frame of a demoted page is the only one that could be had.</summary>
    internal static Scene DemotedReuse(Profile profile) => new()
    {
        Name = "the old frame of a demoted page is wanted",
        Kernel = Small(profile, [1, 1]),
        Ranges = [FileReadOnly],
        Before = [(0, Read(0)), (1, Read(0))],
        Menus = [new Menu([KernelPage], 1), new Menu([Read(0), Nap], 2), new Menu([Demote(-1)], 1)],
    };

    /// <summary>The same when it has happened before, so that every CPU has flushed once.</summary>
    internal static Scene DemotedAgain(Profile profile, int times) => DemotedReuse(profile) with
    {
        Name = times == 1 ? "the same for the second time" : "the same when the generations have wrapped",
        Before =
        [
            .. Repeated(times, (0, Read(0)), (1, Read(0)), (2, Demote(-1)), (0, KernelPage), (2, Promote)),
            (0, Read(0)), (1, Read(0)),
        ],
    };

    /// <summary>A copy on write holds a reference while the page is to be demoted, so that it cannot move.</summary>
    internal static Scene FailedDemotion(Profile profile) => new()
    {
        Name = "a demotion that fails",
        Kernel = Small(profile, [3, 1]),
        Ranges = [new Vma(0, 1, R | W, 0, 0)],
        Before = [(0, Read(0)), (1, Read(0))],
        Menus = [new Menu([Store(0)], 1), None, new Menu([Demote(-1)], 1)],
    };

    /// <summary>Memory is at its watermark when only held frames are left out.</summary>
    internal static Scene Watermark(Profile profile) => new()
    {
        Name = "memory at its watermark, held frames counted",
        Kernel = Small(profile, [2, 2]) with { Watermarks = new Watermarks(1, 1, 1, 1) },
        Ranges = [FileReadOnly],
        Before = [(0, Read(0)), (1, Read(0))],
        Menus = [new Menu([KernelPage], 1), None, new Menu([Demote(-1)], 1)],
    };

    /// <summary>A CPU sleeps while a page that its TLB holds goes away.</summary>
    internal static Scene Lazy(Profile profile) => Reclaimed(profile, "a CPU sleeps meanwhile", new Menu([KernelPage], 1)) with
    {
        Kernel = Small(profile, [1]),
        Menus = [new Menu([KernelPage], 1), new Menu([Nap, Read(0)], 2), new Menu([Reclaim(1)], 1)],
    };

    /// <summary>CPU 0 alone runs a process that writes a file's page, CPU 1 one that reads it; CPU 0 demotes the page.</summary>
    internal static Scene TwoProcesses(Profile profile) => new()
    {
        Name = "a page writable in a process that no other CPU runs",
        Kernel = Small(profile, [2, 2]) with { TaskMms = [0, 1, -1] },
        Ranges = [FileWritable],
        OtherRanges = [FileReadOnly],
        Before = [(0, Store(0, OldValue)), (1, Read(0))],
        Menus = [new Menu([Demote(-1), Store(0)], 2), new Menu([Read(0)], 1), None],
    };

    /// <summary>A page is unmapped by reclaim while another process is still letting go of it, and reclaimed again.</summary>
    internal static Scene KeptFolio(Profile profile) => new()
    {
        Name = "a page that reclaim unmaps and cannot free",
        Kernel = Small(profile, [3]) with { TaskMms = [0, 1, -1], FilePages = 3 },
        Ranges = [new Vma(0, 3, R | VmaFlags.Shared, 0, 0)],
        OtherRanges = [FileReadOnly],
        Before = [(0, Read(0)), (0, Read(2)), (0, Read(1)), (1, Read(0))],
        Menus =
        [
            new Menu([Read(0)], 1), new Menu([new KernelCall(CallKind.Unmap, 0, 1)], 1),
            new Menu([Reclaim(2), Reclaim(1), KernelPage], 3),
        ],
    };

    /// <summary>One thread forks while the other writes the memory that both will share with the child.</summary>
    internal static Scene Forked(Profile profile) => new()
    {
        Name = "a store beside a fork",
        Kernel = Small(profile, [4]) with { TaskMms = [Mm, Mm, 1] },
        Ranges = [Private],
        Before = [(0, Store(0, OldValue)), (1, Store(0, OldValue))],
        Menus = [new Menu([new KernelCall(CallKind.Fork, 1)], 1), new Menu([Store(0)], 2), None],
    };

    private static Scene Reclaimed(Profile profile, string name, Menu mutator) => new()
    {
        Name = name,
        Kernel = Small(profile, [3]),
        Ranges = [FileReadOnly, Last],
        Before = [(0, Read(0)), (1, Read(0))],
        Menus = [mutator, new Menu([Read(0)], 1), new Menu([Reclaim(1)], 1)],
    };

    // two frames are freed at a time, so that a batch can fill within a handful of pages
    private static SmallKernel Small(Profile profile, int[] frames) => new()
    {
        Profile = profile with { FreeBatch = 2 },
        TaskMms = [Mm, Mm, -1],
        Frames = frames,
        Pages = 3,
        FilePages = 2,
    };

    private static IEnumerable<(int Task, KernelCall Call)> Repeated(int times, params (int, KernelCall)[] round) =>
        Enumerable.Repeat(round, times).SelectMany(calls => calls);

    private static KernelCall Read(int page) => new(CallKind.Access, page);

    private static KernelCall Store(int page, long value = NewValue) => new(CallKind.Access, page, 1, Value: value);

    private static KernelCall Reclaim(int pages) => new(CallKind.Reclaim, 0, 0, pages);

    private static KernelCall Demote(long what) => new(CallKind.Migrate, 0, 1, Slow, (int)MigrateReason.Demotion, what);

    private static KernelCall Map(int page, VmaFlags flags, int file) => new(CallKind.Map, page, 1, (int)flags, file);

    private static KernelCall Protect(VmaFlags flags) => new(CallKind.Protect, 0, 1, (int)flags);
}
