using Harness.Experiments;
using Harness.Model;
using Harness.Records;

namespace Harness.Targets;

/// <summary>A described machine as the model takes it.</summary>
public static class DescribedMachine
{
    private const int PagesPerMiB = 256;

    private static readonly (string Name, TlbGeometry Tlb)[] Tlbs =
    [
        (nameof(TlbGeometry.GoldenCove), TlbGeometry.GoldenCove),
        (nameof(TlbGeometry.SkylakeServer), TlbGeometry.SkylakeServer),
        (nameof(TlbGeometry.Zen4), TlbGeometry.Zen4),
    ];

    /// <summary>The machine, with a share of its memory and everything else as it is.</summary>
    /// <param name="machine">The description.</param>
    /// <param name="fraction">The share of each node's memory, above 0 and at most 1.</param>
    /// <exception cref="UsageException">The model has no TLBs of that name.</exception>
    public static Machine Model(MachineDescription machine, double fraction)
    {
        TlbGeometry? tlb = Array.Find(Tlbs, known => known.Name == machine.Tlb.Value).Tlb;
        if (tlb is null)
        {
            throw new UsageException(
                $"machine {machine.Name}: tlb is '{machine.Tlb.Value}'; there are {string.Join(", ", Tlbs.Select(known => known.Name))}");
        }
        return new Machine
        {
            Cpus = machine.Cpus,
            Nodes = [.. machine.Nodes.Select(node => Node(node, fraction))],
            Tlb = tlb,
            ThreadsPerCore = machine.ThreadsPerCore.Value,
            Costs = Costs.HardwareAt(machine.ClockMHz.Value),
            Storage = new Storage(machine.Storage.BytesPerSecond.Value, machine.Storage.LatencyNs.Value),
        };
    }

    private static MemoryNode Node(DescribedNode node, double fraction) => new(
        node.LatencyNs.Value,
        Math.Max(1, (int)((long)node.MemoryMiB.Value * PagesPerMiB * fraction)),
        node.BandwidthMiBps.Value * (double)(1 << 20),
        node.Cpus.Value);
}
