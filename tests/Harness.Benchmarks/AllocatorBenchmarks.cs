using BenchmarkDotNet.Attributes;
using Harness.Model;

namespace Harness.Benchmarks;

/// <summary>
/// What does an allocation with its free cost the model? Goal: at most 50 ns through a per-CPU list. 36 million frames are the 140 GB of
/// the largest machine that is modelled.
/// </summary>
public class AllocatorBenchmarks
{
    private const int Pairs = 4096;

    private readonly int[] taken = new int[Pairs];
    private Allocator allocator = null!;
    private Allocator withoutPerCpu = null!;

    [Params(1 << 18, 36_000_000)]
    public int Frames { get; set; }

    [GlobalSetup]
    public void Build()
    {
        allocator = Of(null);
        withoutPerCpu = Of(PerCpuSize.Off);
    }

    /// <summary>A page taken and freed at once stays on the CPU's list.</summary>
    [Benchmark(OperationsPerInvoke = Pairs)]
    public void One_page_through_the_per_CPU_list()
    {
        for (int pair = 0; pair < Pairs; pair++) allocator.Free(0, Take(allocator), 0);
    }

    /// <summary>As many pages as refills and drains are needed for.</summary>
    [Benchmark(OperationsPerInvoke = Pairs)]
    public void Many_pages_through_the_per_CPU_list()
    {
        for (int pair = 0; pair < Pairs; pair++) taken[pair] = Take(allocator);
        foreach (int pfn in taken) allocator.Free(0, pfn, 0);
    }

    /// <summary>The largest block is split and merged again with every pair.</summary>
    [Benchmark(OperationsPerInvoke = Pairs)]
    public void One_page_through_the_buddy_lists()
    {
        for (int pair = 0; pair < Pairs; pair++) withoutPerCpu.Free(0, Take(withoutPerCpu), 0);
    }

    private static int Take(Allocator from) => from.Allocate(0, 0, 0, AllocationFlags.None, out _);

    private Allocator Of(PerCpuSize? perCpu) => new(new StateArrays(), new StateArrays(), new AllocatorShape
    {
        Zones = [new(0, 0, Frames) { PerCpu = perCpu }],
        CpuNodes = [0],
        Tuning = PerCpuTuning.Automatic,
    });
}
