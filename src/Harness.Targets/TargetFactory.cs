using Harness.Experiments;
using Harness.Records;
using Harness.Targets.Kernels;
using Harness.Targets.Vm;

namespace Harness.Targets;

/// <summary>Opens targets by name.</summary>
public static class TargetFactory
{
    /// <summary>Opens a target; for a guest this finds or downloads its kernel and builds its image.</summary>
    /// <param name="name">The target as the user named it.</param>
    /// <param name="options">The machine the plan wants (this host must have as many nodes), and how a guest is booted.</param>
    /// <param name="besideGuests">True where guests run too, so that the model is to predict one of them instead of hardware.</param>
    /// <param name="folders">Cache, workload programs, knob journal.</param>
    /// <param name="progress">Takes lines about what is being waited for.</param>
    /// <param name="cancel">Ends a download.</param>
    /// <exception cref="UsageException">There is no such target.</exception>
    /// <exception cref="HostCannotException">This host cannot have it: no QEMU, a kernel that cannot be had, no agent.</exception>
    /// <exception cref="RunFailedException">A module that the options ask for is missing.</exception>
    public static async Task<ITarget> OpenAsync(
        string name, VmOptions options, bool besideGuests, Folders folders, IProgress<string>? progress, CancellationToken cancel)
    {
        TargetName target = TargetName.Parse(name);
        switch (target.Kind)
        {
            case TargetKind.Local:
                return new LocalTarget(folders, options.Machine.Nodes.Count);
            case TargetKind.Vm:
                HostProgram.Require(Emulator.Program, Emulator.Package, options.SearchPath); // before a kernel is downloaded for nothing
                Kernel kernel = target.Detail.Contains('/', StringComparison.Ordinal)
                    ? Kernel.FromFile(target.Detail, options.ModulesFolder)
                    : await new KernelPackages(folders, options.SearchPath).FindAsync(target.Detail, progress, cancel);
                return await VmTarget.OpenAsync(name, kernel, options with { DaxTier = target.DaxTier }, folders, progress, cancel);
            default:
                return new ModelTarget(name, target.Detail, besideGuests ? Left(options.Machine) : options.Machine, emulated: besideGuests);
        }
    }

    /// <summary>
    /// A guest with the memory that its kernel, agent and image leave to programs. Measured: 126 of 192 MiB of the first node, 339 of 384
    /// MiB of the second.
    /// </summary>
    private static MachineShape Left(MachineShape guest) => guest with
    {
        Nodes = [.. guest.Nodes.Select((node, id) =>
            node with { MemoryMiB = id == 0 ? Math.Max(node.MemoryMiB - 64, node.MemoryMiB / 2) : node.MemoryMiB - node.MemoryMiB / 8 })],
    };
}
