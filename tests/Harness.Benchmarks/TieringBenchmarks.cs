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
    private const int PagesOfARun = 1 << 21;
    private const int PagesPerGiB = 1 << 18;
    private const long Actions = 1 << 11;    // a few percent of a run's pages

    private TieringSimulation simulation = null!;

    [Params(1, 140)]
    public int GiB { get; set; }

    [Params(4, 512)]
    public int Cpus { get; set; }

    // Until memory is full: only then does a page cost all four events.
    [GlobalSetup]
    public void Fill()
    {
        int pages = GiB * PagesPerGiB / 2 * 3;
        LlamaStreaming workload = new() { Processes = 1, Threads = 4, Pages = pages, Layers = 80, Tokens = 1_000 };
        MemoryNode[] nodes = [new(110, GiB * PagesPerGiB * 3 / 10, 225e9, Cpus), new(250, GiB * PagesPerGiB * 7 / 10, 26e9)];
        TieringKnobs knobs = new() { NumaBalancing = 2, Demotion = true };
        simulation = TieringSimulation.Of(Machine.Hardware(Cpus, nodes), Profile.Parse("6.12"), knobs, workload);
        while (simulation.Progress * workload.Tokens < 1) simulation.Advance(Actions);
    }

    // Counted by what was unmapped: in steady state each of those pages has been freed, allocated and mapped too.
    [Benchmark(OperationsPerInvoke = PagesOfARun * EventsOfAPage)]
    public void Stream()
    {
        for (double end = Unmapped() + PagesOfARun; Unmapped() < end;) simulation.Advance(Actions);
    }

    private double Unmapped() => simulation.Outcome()["model.pages_unmapped"].Value;
}
