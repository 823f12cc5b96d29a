using System.Globalization;
using Harness.Host.Proc;
using Harness.Model;
using Harness.Records;

namespace Harness.Targets;

/// <summary>What the model says of runs that were made: the same requests, on the model of the same machine and kernel.</summary>
public static class Prediction
{
    private const int LocalLatencyNs = 90;            // assumed: local DRAM of a server
    private const int LocalBandwidthMiBps = 40_000;   // assumed: likewise
    private const int LocalDistance = 10;             // the SLIT's distance of a node to itself (ACPI 6.5, 5.2.17)

    /// <summary>
    /// One modelled record for each finished run whose workload and parameters the model follows. A run on a kernel that only the model has
    /// is made again on the machine of the first measured run, so that the two can stand beside each other.
    /// </summary>
    /// <param name="records">The records of a session; the model's own are passed over where nothing was measured.</param>
    /// <param name="guest">The machine the plan's guests have; a run on another host is predicted for that host's CPUs and nodes.</param>
    /// <param name="constants">Fitted constants, for the runs of the origin that they describe; null for what is assumed.</param>
    /// <param name="cancel">Ends the simulation.</param>
    /// <exception cref="UsageException">The constants are of another version of the model.</exception>
    public static async Task<IReadOnlyList<RunRecord>> OfAsync(
        IReadOnlyList<RunRecord> records, MachineShape guest, FittedConstants? constants, CancellationToken cancel)
    {
        List<RunRecord> predicted = [];
        RunRecord? first = records.FirstOrDefault(run => SetupOf(run, guest) is not null);
        foreach (RunRecord run in records)
        {
            RunRecord? like = run.Origin == Origin.Modelled ? first : run;
            if (like is null || SetupOf(like, guest) is not { } setup || !ModelTarget.Follows(run.Request)) continue;
            if (run.Origin == Origin.Modelled) setup = setup with { Profile = TargetName.Parse(run.Target).Detail };
            await using ModelTarget model = setup.Target(like.Origin == constants?.Origin ? constants : null);
            predicted.Add(await model.RunAsync(run.Request, logs: "", cancel));
        }
        return predicted;
    }

    /// <summary>
    /// The model of what a run was made on; null when it is not over, the model's own, or of a workload without a program.
    /// </summary>
    internal static ModelSetup? SetupOf(RunRecord run, MachineShape guest)
    {
        if (run is not { State: RunState.Done, Host: { } host } || run.Origin == Origin.Modelled) return null;
        if (!ModelTarget.Follows(run.Request)) return null;
        TargetKind kind = TargetName.Parse(run.Target).Kind;
        MachineShape machine = kind == TargetKind.Vm ? Left(guest, host) : ShapeOf(host);
        TlbGeometry? tlb = kind == TargetKind.Local ? TlbGeometry.ThisHost : null;
        Machine model = ModelTarget.Machine(machine, run.Origin == Origin.Emulated, tlb);
        bool told = int.TryParse(
            run.Environment.GetValueOrDefault("memory.min_free_kbytes"), NumberStyles.None, CultureInfo.InvariantCulture, out int free);
        return new ModelSetup(ProfileOf(host.KernelRelease), told && free > 0 ? model with { MinFreeKilobytes = free } : model);
    }

    /// <summary>
    /// The model's profile for a kernel: <c>6.1</c> moves pages one by one, from 6.3 on in batches, which is <c>6.12</c>.
    /// </summary>
    /// <param name="release"><c>uname -r</c>; one that does not begin with a version is taken for a new kernel.</param>
    public static string ProfileOf(string release)
    {
        KernelVersion version = KernelVersion.Parse(release);
        return version == default || version.IsAtLeast(6, 3) ? "6.12" : "6.1";
    }

    /// <summary>A guest with the memory that its kernel, agent and image left to the workload.</summary>
    private static MachineShape Left(MachineShape guest, HostDescription host) => guest with
    {
        Nodes = [.. guest.Nodes.Select((node, id) =>
            host.Nodes.FirstOrDefault(own => own.Id == id)?.AvailableKiB is > 1024 and long left
                ? node with { MemoryMiB = (int)(left / 1024) }
                : node)],
    };

    private static MachineShape ShapeOf(HostDescription host) => new()
    {
        Nodes = [.. host.Nodes.Select(node =>
        {
            int distance = host.Nodes[0].Distances.ElementAtOrDefault(node.Id) is > 0 and int stated ? stated : LocalDistance;
            return new NodeShape
            {
                MemoryMiB = (int)Math.Min((node.AvailableKiB ?? node.MemoryKiB) / 1024, int.MaxValue),
                Cpus = node.Cpus.Count,
                LatencyNs = LocalLatencyNs * distance / LocalDistance,
                BandwidthMiBps = LocalBandwidthMiBps * LocalDistance / distance,
            };
        })],
    };
}
