using System.Text;
using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Targets.Vm;

/// <summary>What a guest's own files cannot say of where it runs: the emulator, the kernel's file, and the host below.</summary>
internal sealed class VmSurroundings
{
    /// <summary>Names of the host's environment that bear on a guest's times; they appear as <c>vm.host.NAME</c>.</summary>
    private static readonly string[] OfHost =
    [
        "kernel.release", "kernel.build", "cpu.model", "cpu.microcode", "cpu.governor", "cpu.turbo", "cpu.smt", "cpu.hypervisor",
        "firmware.vendor", "firmware.version", "firmware.date",
    ];

    private readonly Dictionary<string, string> facts;
    private readonly Folders folders;

    private VmSurroundings(Dictionary<string, string> facts, Folders folders)
    {
        this.facts = facts;
        this.folders = folders;
    }

    /// <summary>Reads what stays the same for all runs of a target.</summary>
    /// <param name="kernel">The bzImage.</param>
    /// <param name="options">Where QEMU is looked for.</param>
    /// <param name="folders">Workload programs.</param>
    /// <param name="cancel">Ends the question to QEMU.</param>
    /// <exception cref="HostCannotException">QEMU is missing, or the kernel cannot be read.</exception>
    public static async Task<VmSurroundings> OfAsync(string kernel, VmOptions options, Folders folders, CancellationToken cancel)
    {
        string qemu = HostProgram.Require(Emulator.Program, Emulator.Package, options.SearchPath);
        Printed version = await HostProgram.RunAsync(qemu, ["--version"], null, cancel);
        Dictionary<string, string> facts = new(StringComparer.Ordinal)
        {
            ["vm.qemu"] = Encoding.UTF8.GetString(version.Output).Split('\n')[0].Trim(),
            ["vm.kernel.sha256"] = Surroundings.HashOf(kernel),
        };
        SortedDictionary<string, string> host = HostEnvironment.Of(ThisHost.Describe());
        foreach (string name in OfHost)
        {
            if (host.TryGetValue(name, out string? value)) facts[$"vm.host.{name}"] = value;
        }
        return new VmSurroundings(facts, folders);
    }

    /// <summary>
    /// The record with these and what belongs to its run. A program of the guest's own image is not at hand to be hashed.
    /// </summary>
    public RunRecord Of(RunRecord record, RunRequest request, Accelerator accelerator)
    {
        string name = accelerator == Accelerator.Kvm ? "kvm" : "tcg";
        IEnumerable<KeyValuePair<string, string>> program =
            request.Command.External is null ? [Surroundings.Workload(request, folders)] : [];
        return Surroundings.With(record, [.. facts, .. program, new("vm.accelerator", name)]);
    }
}
