using Harness.Model;

namespace Harness.Targets;

/// <summary>Starts <see cref="Abench"/>.</summary>
internal sealed class AbenchProgram : ModelProgram
{
    // bounds that keep a run within a day; each assumed
    private const int MaxPages = 1 << 27;
    private const int MaxIterations = 1_000_000;
    private const int MaxDelayUs = 1_000_000;

    public override string Workload => "abench";

    protected override bool PlacesByNode => false;    // its node is the experiment, and the model follows it

    public override ModelRun Start(RequestReader asked, Machine machine, Profile profile) =>
        new TieringRun(TieringSimulation.Of(machine, profile, asked.Knobs(), Read(asked, machine)));

    private static Abench Read(RequestReader asked, Machine machine) => new()
    {
        Pages = asked.Number("pages", 1, MaxPages),
        Threads = asked.Number("threads", 1, MaxThreads),
        Iterations = asked.Number("iterations", 1, MaxIterations),
        Touches = asked.Whole("touches", 0, uint.MaxValue, 0),
        Delay = new Nanoseconds(1_000L * asked.Number("delay", 0, MaxDelayUs, 1)),
        Node = asked.Number("node", 0, machine.Nodes.Count - 1, 1),
        Seed = asked.Seed(),
    };
}
