namespace Harness.Model;

/// <summary>
/// The scenes that policies are explored on. CPU 0 and CPU 1 run two threads of one process, CPU 2 is a kernel thread that reclaims or
/// demotes. Both threads have read what is about to be unmapped, so that their TLBs hold it.
/// </summary>
internal static class Scenes
{
    private const int Mutator = 0;
    private const int Reader = 1;
    private const int SlowNode = 1;
    private const long NewValue = 7;

    private static readonly KernelCall Read0 = new(CallKind.Access, 0);
    private static readonly KernelCall Store1 = new(CallKind.Access, 1, 1, Value: NewValue);
    private static readonly KernelCall WriteFile = new(CallKind.Write, 0, 0, Value: NewValue);
    private static readonly KernelCall ServerWrites = new(CallKind.Invalidate, 0, 0, Value: NewValue);
    private static readonly KernelCall Reclaim = new(CallKind.Reclaim, 0, 0, 1);
    private static readonly KernelCall Demote = new(CallKind.Migrate, 0, 1, SlowNode, (int)MigrateReason.Demotion, -1);
    private static readonly KernelCall KernelPage = new(CallKind.KernelPage, 0, Value: NewValue);
    private static readonly KernelCall AtomicPage = new(CallKind.KernelPage, 1, Value: NewValue);
    private static readonly KernelCall Nap = new(CallKind.Nap);
    private static readonly KernelCall Unmap0 = new(CallKind.Unmap, 0, 1);

    private static readonly Vma Shared = new(0, 1, VmaFlags.Read | VmaFlags.Shared, 0, 0);

    /// <summary>Everything at once: the search that is to find what is unsafe by itself.</summary>
    internal static Scene Everything(Profile profile, bool strict = false) => new()
    {
        Name = "everything",
        Kernel = Small(profile, frames: [3, 2], pages: 2) with { Strict = strict },
        Ranges = [Shared, new Vma(1, 2, VmaFlags.Read | VmaFlags.Write | VmaFlags.Shared, 0, 0)],
        Before = [(Mutator, Read0), (Reader, Read0)],
        Menus =
        [
            new Menu(
                [
                    Read0, Store1, WriteFile, ServerWrites, Unmap0, KernelPage, AtomicPage,
                    Map0(VmaFlags.Read, Vma.Anonymous), Map0(VmaFlags.Read | VmaFlags.Write, Vma.Anonymous),
                    Protect0(VmaFlags.None), Protect0(VmaFlags.Read | VmaFlags.Write),
                ],
                2),
            new Menu([Read0, Nap], 1),
            new Menu([Reclaim, Demote], 1),
        ],
    };

    private static SmallKernel Small(Profile profile, int[] frames, int pages) => new()
    {
        Profile = profile,
        TaskMms = [0, 0, -1],
        Frames = frames,
        Pages = pages,
        FilePages = 2,
    };

    private static KernelCall Map0(VmaFlags flags, int file) => new(CallKind.Map, 0, 1, (int)flags, file);

    private static KernelCall Protect0(VmaFlags flags) => new(CallKind.Protect, 0, 1, (int)flags);
}
