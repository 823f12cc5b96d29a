using Harness.Model;

namespace Harness.Targets;

/// <summary>Starts <see cref="PmbenchLike"/>.</summary>
internal sealed class PmbenchProgram : ModelProgram
{
    // bounds that keep a run within a day, each touch being made; each assumed
    private const int MaxPages = 1 << 27;
    private const long MaxTouches = 1L << 36;

    public override string Workload => "pmbench-like";

    public override ModelRun Start(RequestReader asked, Machine machine, Profile profile) =>
        new TieringRun(TieringSimulation.Of(machine, profile, asked.Knobs(), Read(asked)));

    private static PmbenchLike Read(RequestReader asked) => new()
    {
        Pages = asked.Number("pages", 1, MaxPages),
        Threads = asked.Number("threads", 1, MaxThreads),
        Touches = asked.Whole("touches", 1, MaxTouches),
        Hot = asked.HotSet(),
        WritePercent = asked.Number("writes", 0, 100),
        Seed = asked.Seed(),
    };
}
