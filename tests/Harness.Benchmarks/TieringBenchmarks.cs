using BenchmarkDotNet.Attributes;
using Harness.Model;

namespace Harness.Benchmarks;

/// <summary>
/// How long does an mm event take at machine scale, and how much longer on a large machine than on a small one? A file of one and a half times
/// the memory is streamed again and again: each page costs an unmap, a free, an allocation and a map, four events.
/// </summary>
[WarmupCount(1), IterationCount(5), InvocationCount(1)]
public class TieringBenchmarks
{
    private const int EventsOfAPage = 4;
    private const int PagesOfARun = 1 << 19;
    private const int PagesPerGiB = 1 << 18;
    private const long Actions = 1 << 10;

    private TieringSimulation simulation = null!;
    private double share;

    [Params(1, 140)]
    public int GiB { get; set; }

    [Params(4, 512)]
    public int Cpus { get; set; }

    // Until memory has been full for a while: only then does every page cost all four events.
    [GlobalSetup]
    public void Fill()
    {
        int pages = GiB * PagesPerGiB / 2 * 3;
        LlamaStreaming workload = new() { Processes = 1, Threads = 4, Pages = pages, Layers = 80, Tokens = 1_000 };
        MemoryNode[] nodes = [new(110, GiB * PagesPerGiB * 3 / 10, 225e9, Cpus), new(250, GiB * PagesPerGiB * 7 / 10, 26e9)];
        TieringKnobs knobs = new() { NumaBalancing = 2, Demotion = true };
        simulation = TieringSimulation.Of(Machine.Hardware(Cpus, nodes), Profile.Parse("6.12"), knobs, workload);
        share = PagesOfARun / ((double)pages * workload.Tokens);
        while (simulation.Progress * workload.Tokens < 1) simulation.Advance(Actions);
    }

    [Benchmark(OperationsPerInvoke = PagesOfARun * EventsOfAPage)]
    public void Stream()
    {
        for (double end = simulation.Progress + share; simulation.Progress < end;) simulation.Advance(Actions);
    }
}
