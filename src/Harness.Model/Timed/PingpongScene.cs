namespace Harness.Model;

/// <summary>The machine as it is when migrate-pingpong's measured window begins: all of the process's pages mapped on one node.</summary>
internal static class PingpongScene
{
    private const int Mm = 0;

    /// <summary>Free frames of each node beyond the pages: more than all per-CPU lists may hold back.</summary>
    private const int Spare = 8_192;

    internal static Kernel Build(Machine machine, Profile profile, MigratePingpong workload, Tallies tallies)
    {
        int pages = workload.Pages + machine.OtherPages;
        int zone = pages + pages / 8 + Spare;
        var kernel = new Kernel(
            new KernelShape
            {
                Memory = new AllocatorShape
                {
                    Zones = [.. machine.Nodes.Select((_, node) => new ZoneShape(node, node * zone, zone))],
                    CpuNodes = new int[machine.Cpus],
                    Tuning = profile.PerCpuLists,
                },
                TaskCpus = [0],
                TaskMms = [Mm],
                Pages = pages,
                Vmas = 1,
            },
            profile, machine.Costs, tallies);
        kernel.Spaces.Add(Mm, new Vma(0, pages, VmaFlags.Read | VmaFlags.Write, Vma.Anonymous, 0));
        for (int page = 0; page < pages; page++)
        {
            int frame = kernel.Allocator.Allocate(0, workload.From, 0, AllocationFlags.ThisNode, out _);
            kernel.Frames.GiveOut(frame, 0);
            kernel.Frames.Assign(frame, FrameUse.Anonymous, Mm, page);
            kernel.Frames.Set(frame, FolioFlags.Lru);
            kernel.Frames.MapCount(frame) = 1;
            kernel.Spaces.Pte(Mm, page) = Pte.Of(frame, writable: true, dirty: true);
            kernel.Spaces.UseTable(Mm, page);
        }
        return kernel;
    }
}
