using Harness.Experiments;
using Harness.Host.Proc;
using Harness.Host.Runs;
using Harness.Records;

namespace Harness.Targets;

/// <summary>This host, as it is: nothing is emulated, and what a run sets is restored after it.</summary>
public sealed class LocalTarget : ITarget
{
    private readonly Folders folders;
    private readonly HostDescription host;

    /// <summary>This host, if it can do what the plan needs.</summary>
    /// <param name="folders">Workload programs and the knob journal.</param>
    /// <param name="nodesNeeded">Memory nodes without which the plan means nothing.</param>
    /// <exception cref="HostCannotException">It has too few memory nodes.</exception>
    public LocalTarget(Folders folders, int nodesNeeded)
    {
        this.folders = folders;
        host = Checked(ThisHost.Describe(), nodesNeeded);
    }

    /// <inheritdoc />
    public string Name => "local";

    /// <inheritdoc />
    public async Task<RunRecord> RunAsync(RunRequest request, string logs, CancellationToken cancel)
    {
        RunRecord record = await HostRun.ExecuteAsync(request, folders, Name, OriginOf(host), cancel, logs);
        return Surroundings.With(record, [Surroundings.Workload(request, folders)]) with { Caution = record.Caution ?? CautionOf(host) };
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Software emulation counts, but its times are nobody's; every other host is measured.</summary>
    internal static Origin OriginOf(HostDescription host) => host.Hypervisor == "tcg" ? Origin.Emulated : Origin.Measured;

    /// <summary>What a reader must know of numbers from such a host, or null on bare metal.</summary>
    internal static string? CautionOf(HostDescription host) => host.Hypervisor switch
    {
        null => null,
        "tcg" => VmCaution.Emulated,
        _ => VmCaution.Virtual,
    };

    /// <summary>The host, if it has the nodes.</summary>
    /// <exception cref="HostCannotException">It has too few.</exception>
    internal static HostDescription Checked(HostDescription host, int nodesNeeded)
    {
        int[] withMemory = [.. host.Nodes.Where(node => node.MemoryKiB > 0).Select(node => node.Id)];
        if (withMemory.Length >= nodesNeeded) return host;
        string has = withMemory is [var only]
            ? $"one (node {only})"
            : $"{withMemory.Length} ({string.Join(", ", withMemory.Select(id => $"node {id}"))})";
        string needs = nodesNeeded == 2 ? "two" : $"{nodesNeeded}";
        throw new HostCannotException($"local: the plan needs {needs} memory nodes; this host has {has}; "
            + "run it in a guest instead (vm:6.12), or on a host with a second node");
    }
}
