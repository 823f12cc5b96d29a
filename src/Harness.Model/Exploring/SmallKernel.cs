namespace Harness.Model;

/// <summary>
/// A kernel small enough to be looked at whole: one task a CPU, fully associative TLBs of a few entries, the frames of each node counted by
/// hand, no per-CPU free lists unless asked for.
/// </summary>
internal sealed record SmallKernel
{
    internal required Profile Profile { get; init; }

    /// <summary>The address space of each CPU's task; −1 for a kernel thread.</summary>
    internal required IReadOnlyList<int> TaskMms { get; init; }

    /// <summary>Virtual pages of each address space.</summary>
    internal int Pages { get; init; } = 2;

    internal int FilePages { get; init; } = 2;

    /// <summary>Frames of each node.</summary>
    internal IReadOnlyList<int> Frames { get; init; } = [4];

    /// <summary>Pages a per-CPU free list moves at a time, and holds at most; off when null.</summary>
    internal PerCpuSize? PerCpuLists { get; init; }

    /// <summary>Watermarks; by default every frame can be had.</summary>
    internal Watermarks Watermarks { get; init; } = Unlimited;

    internal TlbGeometry Tlb { get; init; } = TlbGeometry.Tiny;

    internal Costs Costs { get; init; } = Costs.Hardware;

    /// <summary>See <see cref="Oracle.Strict"/>.</summary>
    internal bool Strict { get; init; }

    // below zero, since a page on a per-CPU list is out of reach once the watermark test fails
    private static Watermarks Unlimited => new(-1, -1, -1, -1);

    /// <summary>Builds it; every task runs on its CPU with its address space loaded.</summary>
    internal Kernel Build()
    {
        int start = 0;
        List<ZoneShape> zones = [];
        for (int node = 0; node < Frames.Count; node++)
        {
            zones.Add(new ZoneShape(node, start, Frames[node]) { Watermarks = Watermarks, PerCpu = PerCpuLists ?? PerCpuSize.Off });
            start += Frames[node];
        }
        int cpus = TaskMms.Count;
        var kernel = new Kernel(
            new KernelShape
            {
                Memory = new AllocatorShape { Zones = zones, CpuNodes = new int[cpus], Tuning = Profile.PerCpuLists },
                TaskCpus = [.. Enumerable.Range(0, cpus)],
                TaskMms = TaskMms,
                Mms = TaskMms.Max() + 1,
                Pages = Pages,
                Vmas = 2 * Pages,
                FilePages = FilePages,
                Tlb = Tlb,
                Oracle = true,
                Strict = Strict,
            },
            Profile, Costs);
        for (int page = 0; page < FilePages; page++) kernel.Cache.Stored(0, page) = 100 + page;
        for (int task = 0; task < cpus; task++)
        {
            if (TaskMms[task] >= 0) kernel.Shootdown.Enter(task, TaskMms[task]);
        }
        kernel.Tallies.Clear();
        return kernel;
    }
}
