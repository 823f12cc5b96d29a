namespace Harness.Model.Tests;

/// <summary>Small machines of two nodes, runs on them, and what must hold of any of them.</summary>
internal static class AnonymousCases
{
    /// <summary>Less than this and a node has no memory to spare that takes promotions unasked.</summary>
    internal const int Gigabyte = 1 << 18;

    internal static Machine Machine(int fast = 8_192, int slow = 8_192, int cpus = 8) =>
        Model.Machine.Hardware(cpus, [new MemoryNode(100, fast, 1e11, cpus), new MemoryNode(250, slow, 25e9)], TlbGeometry.Zen4);

    /// <summary>Scans after 10 ms of a task's time, so that a run has several and is short.</summary>
    internal static TieringKnobs Scanning(int mode) => new()
    {
        NumaBalancing = mode, ScanPeriodMinMilliseconds = 10, ScanPeriodMaxMilliseconds = 600, ScanSizeMegabytes = 4,
        ScanDelayMilliseconds = 10,
    };

    internal static Abench Reads(int pages, long touches, int threads = 3) =>
        new() { Pages = pages, Threads = threads, Iterations = 1, Touches = touches, Delay = new Nanoseconds(0), Seed = 5 };

    internal static (TieringKernel Kernel, TieringSimulation Run) Abench(
        Machine machine, string profile, TieringKnobs knobs, Abench workload, bool draws = false)
    {
        TieringKernel kernel = new(machine, Profile.Parse(profile), knobs, AnonymousProgram.Areas(workload.Pages), workload.Threads);
        return (kernel, new TieringSimulation(kernel, new AbenchProgram(kernel, workload, draws)));
    }

    internal static (TieringKernel Kernel, TieringSimulation Run) Pmbench(
        Machine machine, string profile, TieringKnobs knobs, PmbenchLike workload)
    {
        TieringKernel kernel = new(machine, Profile.Parse(profile), knobs, AnonymousProgram.Areas(workload.Pages), workload.Threads);
        return (kernel, new TieringSimulation(kernel, new PmbenchProgram(kernel, workload)));
    }

    internal static Outcome Finish(TieringSimulation run)
    {
        while (!run.Done) run.Advance(10_000);
        return run.Outcome();
    }

    internal static Outcome Finish(Machine machine, string profile, TieringKnobs knobs, Abench workload, bool draws = false)
    {
        (TieringKernel kernel, TieringSimulation run) = Abench(machine, profile, knobs, workload, draws);
        Outcome outcome = Finish(run);
        AssertConserved(kernel);
        return outcome;
    }

    /// <summary>Every frame is free, or holds one page of its node, or is a source that MIGRC keeps.</summary>
    internal static void AssertConserved(TieringKernel kernel)
    {
        Allocator allocator = kernel.Pages.Allocator;
        int[] held = [.. kernel.Tables.Words.Where(word => (word & PageWord.Cached) != 0).Select(word => (int)(word & PageWord.Frame))];
        Assert.Equal(held.Length, held.Distinct().Count());
        Assert.All(kernel.Tables.Words, word =>
            Assert.True((word & PageWord.Cached) == 0 || allocator.NodeOf((int)(word & PageWord.Frame)) == PageWord.NodeOf(word)));
        int free = 0;
        for (int node = 0; node < kernel.Nodes; node++)
        {
            free += allocator.FreePages(node);
            for (int cpu = 0; cpu < kernel.Cpus.Count; cpu++) free += allocator.PcpCount(cpu, node);
        }
        Assert.Equal(kernel.Machine.Nodes.Sum(node => node.Pages), free + held.Length + kernel.Migrc.Count);
    }

    /// <summary>A kernel whose pages are mapped on one node already, with no threads that run.</summary>
    internal static TieringKernel Mapped(string profile, TieringKnobs knobs, PageArea area, int node, Func<int, bool>? isMapped = null)
    {
        TieringKernel kernel = new(Machine(), Profile.Parse(profile), knobs, [area], 1);
        kernel.Clock.Next();
        for (int page = area.First; page < area.End; page++)
        {
            if (isMapped is null || isMapped(page)) kernel.Anonymous.FirstTouch(page, 0, node);
        }
        kernel.Clock.Stop();
        kernel.BeginWindow();
        return kernel;
    }
}
