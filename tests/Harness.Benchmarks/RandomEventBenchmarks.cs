using BenchmarkDotNet.Attributes;
using Harness.Model;

namespace Harness.Benchmarks;

/// <summary>
/// How long does an mm event take when neighbouring pages have nothing to do with one another? The pages of a file of one and a half times the
/// memory are faulted again and again in a scattered order, one at a time: each costs an unmap, a free, an allocation and a map.
/// </summary>
[WarmupCount(1), IterationCount(5), InvocationCount(1)]
public class RandomEventBenchmarks
{
    private const int EventsOfAPage = 4;
    private const int PagesOfARun = 1 << 20;
    private const int PagesPerGiB = 1 << 18;
    private const int Cpu = 0;

    private TieringKernel kernel = null!;
    private int next;

    [Params(1, 64)]
    public int GiB { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        MemoryNode[] nodes = [new(110, GiB * PagesPerGiB * 3 / 10, 225e9, 4), new(250, GiB * PagesPerGiB * 7 / 10, 26e9)];
        // as many pages as a power of two, so that a multiple of an odd number visits each once
        PageArea area = new(0, 0, GiB * PagesPerGiB * 2, File: true, Writable: false);
        kernel = new TieringKernel(Machine.Hardware(4, nodes), Profile.Parse("6.12"), new TieringKnobs(), [area], threads: 4);
        kernel.Cpus.Enter(Cpu + 1, 0); // somebody to be interrupted
        for (int page = 0; page < 2 * GiB * PagesPerGiB; page++) Fault();
    }

    [Benchmark(OperationsPerInvoke = PagesOfARun * EventsOfAPage)]
    public void Scattered()
    {
        for (int page = 0; page < PagesOfARun; page++) Fault();
    }

    private void Fault()
    {
        int page = (int)(next++ * 0x9E3779B1u & (uint)(kernel.Tables.Words.Length - 1));
        ref ulong word = ref kernel.Tables.Words[page];
        if ((word & PageWord.Cached) != 0) return;
        int pfn = kernel.Pages.Take(Cpu, 0);
        int node = kernel.Pages.Allocator.NodeOf(pfn);
        word = PageWord.WithFrame(word, pfn, node) | PageWord.Mapped;
        kernel.Lru.Add(page, ref word, node, file: true, inFault: true);
    }
}
