namespace Harness.Model;

/// <summary>One memory node as the model knows it.</summary>
/// <param name="LatencyNs">Read latency from the CPUs of node 0, in nanoseconds.</param>
/// <param name="Pages">4 KiB pages of memory; 0 where the model does not ask.</param>
/// <param name="BytesPerSecond">Bandwidth from the CPUs of node 0; 0 where the model does not ask.</param>
/// <param name="Cpus">CPUs on the node; 0 makes it a memory-only node, of a lower tier.</param>
public readonly record struct MemoryNode(int LatencyNs, int Pages = 0, double BytesPerSecond = 0, int Cpus = 0);

/// <summary>CPUs, memory nodes, TLBs and costs: everything a prediction depends on besides the kernel and the workload.</summary>
public sealed record Machine
{
    /// <summary>CPUs; numbered from 0.</summary>
    public required int Cpus { get; init; }

    /// <summary>Memory nodes in the order of their numbers.</summary>
    public required IReadOnlyList<MemoryNode> Nodes { get; init; }

    /// <summary>The TLBs of one core.</summary>
    public required TlbGeometry Tlb { get; init; }

    /// <summary>
    /// CPUs that share a core and its TLBs (SMT). Assumed: when all are busy, each finds an even share of the entries to itself.
    /// </summary>
    public int ThreadsPerCore { get; init; } = 1;

    /// <summary>4 KiB translations of its own that a CPU finds in the last level.</summary>
    public int TlbEntries => Tlb.Second.Entries / ThreadsPerCore;

    /// <summary>Host cores that the CPUs share when they are an emulator's threads; null when each CPU is a core of its own.</summary>
    public int? HostCores { get; init; }

    /// <summary>What each step takes.</summary>
    public required Costs Costs { get; init; }

    /// <summary>The drive that files lie on.</summary>
    public Storage Storage { get; init; } = Storage.DataCentre;

    /// <summary><c>vm.min_free_kbytes</c>; null for what the kernel computes, with huge pages, from the memory.</summary>
    public int? MinFreeKilobytes { get; init; }

    /// <summary>
    /// Resident pages of the workload's process besides the touched memory (program text and data, stacks), which migrate_pages(2) moves
    /// too. Measured: what it moved in guests besides the buffer of migrate-pingpong, a static C program with a few threads, on 6.1 and
    /// 6.12.
    /// </summary>
    public int OtherPages { get; init; } = 225;

    /// <summary>Where the fitted constants are described, with their date; null when none is fitted.</summary>
    public string? FittedFrom { get; init; }

    /// <summary>One line on what the times rest on, for a record's caution.</summary>
    public string Basis => FittedFrom is { } from
        ? $"costs fitted to measured runs: {from}"
        : HostCores is { } cores
        ? $"software emulation assumed: kernel code {Costs.TranslationSlowdown} times slower, {Cpus} vCPU threads on {cores} host cores"
        : "hardware assumed: published and assumed costs";

    /// <summary>The machine with other values for free constants.</summary>
    /// <param name="constants">Values by the constants' names.</param>
    /// <param name="from">Where they are described, for the basis.</param>
    /// <exception cref="FormatException">There is no free constant of such a name; the message lists them.</exception>
    public Machine With(IReadOnlyDictionary<string, double> constants, string? from)
    {
        Machine machine = this;
        foreach ((string name, double value) in constants) machine = FreeConstant.Named(name).Set(machine, value);
        return machine with { FittedFrom = from };
    }

    /// <summary>A server on its own hardware.</summary>
    /// <param name="cpus">CPUs.</param>
    /// <param name="nodes">Memory nodes.</param>
    /// <param name="tlb">The TLBs; Golden Cove's when null.</param>
    public static Machine Hardware(int cpus, IReadOnlyList<MemoryNode> nodes, TlbGeometry? tlb = null) =>
        new() { Cpus = cpus, Nodes = nodes, Tlb = tlb ?? TlbGeometry.GoldenCove, Costs = Costs.Hardware };

    /// <summary>
    /// A guest under software emulation.
    /// </summary>
    /// <param name="cpus">vCPUs.</param>
    /// <param name="nodes">Memory nodes.</param>
    /// <param name="hostCores">Host cores that the vCPUs' threads share.</param>
    public static Machine Emulated(int cpus, IReadOnlyList<MemoryNode> nodes, int hostCores) =>
        new() { Cpus = cpus, Nodes = nodes, Tlb = TlbGeometry.SoftwareEmulated, HostCores = hostCores, Costs = Costs.Emulated };
}
