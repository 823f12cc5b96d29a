namespace Harness.Model.Tests;

/// <summary>Small machines with two tiers, and checks that hold after every tiering simulation.</summary>
internal static class TieringCases
{
    internal const int FastPages = 4_096;

    internal const int SlowPages = 8_192;

    internal static readonly TieringKnobs Demoting = new() { NumaBalancing = 2, Demotion = true };

    /// <summary>Two processes whose files together are twice as large as memory.</summary>
    internal static readonly LlamaStreaming Thrashing = new() { Processes = 2, Threads = 3, Pages = 12_288, Layers = 4, Tokens = 3 };

    internal static Machine Machine(int fast = FastPages, int slow = SlowPages, int cpus = 8) => new()
    {
        Cpus = cpus,
        Nodes = [new MemoryNode(90, fast, 100e9, cpus), new MemoryNode(250, slow, 20e9)],
        Tlb = TlbGeometry.GoldenCove,
        Costs = Costs.Hardware,
    };

    internal static TieringSimulation Simulation(string profile, TieringKnobs knobs, LlamaStreaming workload, Machine? machine = null) =>
        TieringSimulation.Of(machine ?? Machine(), Profile.Parse(profile), knobs, workload);

    internal static Outcome Run(string profile, TieringKnobs knobs, LlamaStreaming workload, Machine? machine = null)
    {
        TieringSimulation simulation = Simulation(profile, knobs, workload, machine);
        simulation.Advance(long.MaxValue);
        Assert.True(simulation.Done);
        AnonymousCases.AssertConserved(simulation.Kernel);
        return simulation.Outcome();
    }

    internal static double Value(this Outcome outcome, string counter) => outcome[counter].Value;
}
