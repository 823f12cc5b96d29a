using Harness.Model;

namespace Harness.Targets;

/// <summary>Starts <see cref="XsbenchLike"/>.</summary>
internal sealed class XsbenchProgram : ModelProgram
{
    // bounds that keep a run within a day, each touch being made; each assumed
    private const int MaxPages = 1 << 27;
    private const long MaxLookups = 1L << 32;

    public override string Workload => "xsbench-like";

    public override ModelRun Start(RequestReader asked, Machine machine, Profile profile) =>
        new TieringRun(TieringSimulation.Of(machine, profile, asked.Knobs(), Read(asked)));

    private static XsbenchLike Read(RequestReader asked) => new()
    {
        Pages = asked.Number("pages", 1, MaxPages),
        Threads = asked.Number("threads", 1, MaxThreads),
        Lookups = asked.Whole("lookups", 1, MaxLookups),
        Hot = asked.HotSet(),
        Seed = asked.Seed(),
    };
}
