namespace Harness.Model.Tests;

/// <summary>What a random program leaves out, for a policy that is unsafe with it.</summary>
[Flags]
internal enum LeftOut
{
    Nothing = 0,

    /// <summary>write(2).</summary>
    FileWrites = 1,

    /// <summary>Shared mappings of the file: what is mapped is private instead, so that no store reaches the file.</summary>
    SharedStores = 2,
}

/// <summary>Draws numbers, and calls beside loads and stores, from a seed alone.</summary>
/// <param name="seed">The seed.</param>
/// <param name="pages">Virtual pages of an address space.</param>
/// <param name="filePages">Pages of the one file.</param>
/// <param name="without">What to leave out.</param>
internal sealed class RandomCalls(ulong seed, int pages, int filePages, LeftOut without)
{
    /// <summary>
    /// Shared stores go to the file's pages from here on: what is dirty is never reclaimed, since its writing back is not modelled.
    /// </summary>
    internal const int StoredFrom = 96;

    /// <summary>The file.</summary>
    internal const int File = 0;

    /// <summary>Pages by which ranges are mapped, protected and taken away, so that an address space has few of them.</summary>
    internal const int Run = 8;

    private const VmaFlags R = VmaFlags.Read;
    private const VmaFlags W = VmaFlags.Write;
    private const VmaFlags Shared = VmaFlags.Shared;

    private readonly ulong start = TouchOrder.Start(seed, 0);

    /// <summary>Numbers drawn so far.</summary>
    internal long Draws { get; set; }

    internal int Below(int end) => TouchOrder.Page(start, Draws++, end);

    /// <summary>A call of a thread of an address space, or of a kernel thread (−1).</summary>
    internal KernelCall Next(int mm)
    {
        KernelCall call = AnyCall(mm);
        while (call.Kind == CallKind.Write && without.HasFlag(LeftOut.FileWrites)) call = AnyCall(mm);
        return call.Kind == CallKind.Map ? call with { C = (int)Allowed((VmaFlags)call.C) } : call;
    }

    internal VmaFlags Allowed(VmaFlags flags) => without.HasFlag(LeftOut.SharedStores) ? flags & ~Shared : flags;

    private KernelCall AnyCall(int mm)
    {
        int filePage = Below(filePages);
        int some = 1 + Below(Math.Min(40, filePages - filePage));
        int first = Run * Below(pages / Run);
        int range = Run * (1 + Below(Math.Min(4, (pages - first) / Run)));
        return Below(mm < 0 ? 9 : 17) switch
        {
            0 or 1 => new KernelCall(CallKind.Reclaim, File, filePage, some),
            2 or 3 => new KernelCall(CallKind.Migrate, filePage, some, Below(2), Below(3), -1 - File),
            4 => new KernelCall(CallKind.Migrate, first, range, Below(2), Below(3), Below(2)),
            5 => new KernelCall(CallKind.Write, File, filePage, Value: Draws),
            6 => new KernelCall(CallKind.Invalidate, File, filePage, Value: Draws),
            7 => new KernelCall(CallKind.Invalidate, File, StoredFrom + filePage % (filePages - StoredFrom), Value: Draws),
            8 => new KernelCall(CallKind.KernelPage, Below(2), Value: Draws),
            9 => new KernelCall(CallKind.Unmap, first, Run),
            10 or 11 or 12 or 13 => AnyMap(first, range),
            14 => new KernelCall(CallKind.Protect, first, range, (int)AnyRights()),
            15 => new KernelCall(CallKind.Protect, first, range, (int)(R | W)),
            _ => new KernelCall(CallKind.Scan, first, range),
        };
    }

    private KernelCall AnyMap(int first, int pages)
    {
        int offset = Below(filePages - pages + 1);
        int stored = StoredFrom + offset % (filePages - StoredFrom - pages + 1);
        return Below(6) switch
        {
            0 or 1 => new KernelCall(CallKind.Map, first, pages, (int)(R | Shared), File, Value: offset),
            2 => new KernelCall(CallKind.Map, first, pages, (int)(R | W | Shared), File, Value: stored),
            3 => new KernelCall(CallKind.Map, first, pages, (int)(R | W), File, Value: offset),
            4 => new KernelCall(CallKind.Map, first, pages, (int)R, Vma.Anonymous),
            _ => new KernelCall(CallKind.Map, first, pages, (int)(R | W), Vma.Anonymous),
        };
    }

    private VmaFlags AnyRights() => Below(2) == 0 ? VmaFlags.None : R;
}
