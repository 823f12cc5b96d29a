using System.CommandLine;
using Harness.Records;

namespace Harness.Cli;

/// <summary>Options that change the plan's guest machine.</summary>
internal sealed class MachineOptions
{
    private readonly Option<int?> vcpus = CommonOptions.Positive("--vcpus", "vCPUs of a guest, all on node 0", 255);
    private readonly Option<int?> fastMiB = CommonOptions.Positive("--fast-mib", "Memory of a guest's node 0 in MiB", 1 << 20);
    private readonly Option<int?> slowMiB = CommonOptions.Positive("--slow-mib", "Memory of a guest's slow node 1 in MiB", 1 << 20);
    private readonly Option<int?> latency = CommonOptions.Positive("--slow-latency-ns", "Latency of the slow node in its HMAT", 65535);
    private readonly Option<int?> bandwidth = CommonOptions.Positive("--slow-bandwidth-mibps", "Bandwidth of it in its HMAT", 1 << 20);

    private Option<int?>[] All => [vcpus, fastMiB, slowMiB, latency, bandwidth];

    public void AddTo(Command command)
    {
        foreach (Option<int?> option in All) command.Options.Add(option);
    }

    /// <summary>True when the command line says anything of the machine.</summary>
    public bool Given(ParseResult parsed) => All.Any(option => parsed.GetValue(option) is not null);

    /// <summary>The plan's machine with what the command line says of it.</summary>
    public MachineShape Apply(MachineShape machine, ParseResult parsed)
    {
        List<NodeShape> nodes = [.. machine.Nodes];
        nodes[0] = nodes[0] with
        {
            Cpus = parsed.GetValue(vcpus) ?? nodes[0].Cpus,
            MemoryMiB = parsed.GetValue(fastMiB) ?? nodes[0].MemoryMiB,
        };
        int last = nodes.Count - 1;
        bool slow = parsed.GetValue(slowMiB) is not null || parsed.GetValue(latency) is not null || parsed.GetValue(bandwidth) is not null;
        if (slow && last == 0) throw new UsageException("the plan's machine has one node; the options of the slow node need a second one");
        nodes[last] = nodes[last] with
        {
            MemoryMiB = parsed.GetValue(slowMiB) ?? nodes[last].MemoryMiB,
            LatencyNs = parsed.GetValue(latency) ?? nodes[last].LatencyNs,
            BandwidthMiBps = parsed.GetValue(bandwidth) ?? nodes[last].BandwidthMiBps,
        };
        return machine with { Nodes = nodes };
    }
}
