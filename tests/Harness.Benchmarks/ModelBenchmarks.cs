using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Harness.Model;

namespace Harness.Benchmarks;

/// <summary>How fast does the model move pages, on one core? One touching thread, as in the plan migrate-batching, and one on every other CPU.</summary>
[Config(typeof(WithPagesPerSecond))]
public class ModelBenchmarks
{
    private const int Pages = 4096;
    private const int Rounds = 4;

    private static readonly MemoryNode[] Nodes = [new(90), new(250)];

    [Params("6.1", "6.12")]
    public string Kernel { get; set; } = "";

    [Benchmark]
    [Arguments(4, 1)]
    [Arguments(4, 3)]
    [Arguments(64, 1)]
    [Arguments(64, 63)]
    public Outcome Run(int cpus, int threads) => Simulation.Run(
        Machine.Hardware(cpus, Nodes),
        Profile.Parse(Kernel),
        new MigratePingpong { Pages = Pages, Rounds = Rounds, Threads = threads, Seed = 1 });

    private sealed class WithPagesPerSecond : ManualConfig
    {
        public WithPagesPerSecond() => AddColumn(new PagesPerSecond(Pages * Rounds));
    }
}
