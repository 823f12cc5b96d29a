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
            Nodes = [.. machine.Nodes.Select(node =>
                Node(node.LatencyNs.Value, node.MemoryMiB.Value, node.BandwidthMiBps.Value, node.Cpus.Value, fraction))],
            Tlb = tlb,
            ThreadsPerCore = machine.ThreadsPerCore.Value,
            Costs = Costs.HardwareAt(machine.ClockMHz.Value),
            Storage = new Storage(machine.Storage.BytesPerSecond.Value, machine.Storage.LatencyNs.Value),
        };
    }

    /// <summary>A node in the model's units, with a share of its memory: at least a page, and no more than the model can count.</summary>
    internal static MemoryNode Node(int latencyNs, int memoryMiB, int bandwidthMiBps, int cpus, double fraction = 1) => new(
        latencyNs,
        (int)Math.Clamp((long)memoryMiB * PagesPerMiB * fraction, 1, int.MaxValue),
        bandwidthMiBps * (double)(1 << 20),
        cpus);
}
