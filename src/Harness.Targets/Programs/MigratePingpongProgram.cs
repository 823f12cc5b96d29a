using Harness.Model;

namespace Harness.Targets;

/// <summary>Starts <see cref="MigratePingpong"/>.</summary>
internal sealed class MigratePingpongProgram : ModelProgram
{
    // bounds that keep one prediction within minutes and its state within a few hundred MiB
    private const int MaxPages = 1 << 22;
    private const int MaxRounds = 100_000;
    private const long MaxMoves = 1L << 28;

    public override string Workload => "migrate-pingpong";

    public override ModelRun Start(RequestReader asked, Machine machine, Profile profile)
    {
        MigratePingpong workload = Read(asked, machine);
        return new WholeRun(cancel => Simulation.Run(machine, profile, workload, cancel));
    }

    private static MigratePingpong Read(RequestReader asked, Machine machine)
    {
        int pages = asked.Number("pages", 1, MaxPages);
        int rounds = asked.Number("rounds", 1, MaxRounds);
        if ((long)pages * rounds > MaxMoves)
            throw asked.Error($"{pages} pages × {rounds} rounds are too many moves to simulate; keep the product to {MaxMoves}");
        int from = asked.Number("from", 0, machine.Nodes.Count - 1, 0);
        int to = asked.Number("to", 0, machine.Nodes.Count - 1, 1);
        if (from == to) throw asked.Error($"workload parameters from and to both name node {from}; give two nodes");
        return new MigratePingpong
        {
            Pages = pages,
            Rounds = rounds,
            Threads = asked.Number("threads", 0, MaxThreads),
            Seed = asked.Seed(),
            Bind = asked.Choice("bind", "spread", "none") == "spread" ? Binding.Spread : Binding.None,
            From = from,
            To = to,
        };
    }
}
