using Harness.Model;

namespace Harness.Targets;

/// <summary>Starts <see cref="Zap"/>.</summary>
internal sealed class ZapProgram : ModelProgram
{
    private const int MaxPages = 1 << 22;    // 16 GiB; assumed: keeps the simulated kernel's state within a GiB
    private const int MaxOrder = 9;

    public override string Workload => "zap";

    public override ModelRun Start(RequestReader asked, Machine machine, Profile profile)
    {
        Zap workload = new() { Pages = asked.Number("pages", 1, MaxPages), Order = asked.Number("order", 0, MaxOrder) };
        if (workload.Pages % (1 << workload.Order) != 0)
            throw asked.Error(
                $"{workload.Pages} pages are no whole folios of order {workload.Order}; give a multiple of {1 << workload.Order}");
        return new WholeRun(cancel => ZapSimulation.Run(machine, profile, workload, cancel));
    }
}
