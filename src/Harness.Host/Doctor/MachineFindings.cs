using System.Globalization;
using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Host.Doctor;

/// <summary>Kernel, processor, hypervisor, privilege, CPUs.</summary>
internal static class MachineFindings
{
    public static IEnumerable<Finding> Of(HostTree tree, HostDescription host)
    {
        yield return new Finding { Area = Areas.Host, Name = "kernel", Value = host.KernelRelease, Usable = true };
        yield return new Finding
        {
            Area = Areas.Host,
            Name = "processor",
            Value = host.Microcode is null ? host.CpuModel : $"{host.CpuModel}, microcode {host.Microcode}",
            Usable = true,
        };
        yield return UnderHypervisor(host.Hypervisor);
        if (tree.IsLive) yield return Root();
        yield return Cpus(tree, host);
    }

    private static Finding UnderHypervisor(string? name) => new()
    {
        Area = Areas.Host,
        Name = "hypervisor",
        Value = name ?? "none",
        Usable = true,
        Why = name switch
        {
            null => null,
            "tcg" => "software emulation: counts are functional, times are not hardware times",
            _ => "a guest: its neighbours and its hypervisor's scheduling are in every time, "
                + "and it may flush remote TLBs without interrupts",
        },
    };

    private static Finding Root() => new()
    {
        Area = Areas.Host,
        Name = "root",
        Value = Environment.IsPrivilegedProcess ? "yes" : "no",
        Usable = Environment.IsPrivilegedProcess,
        Why = Environment.IsPrivilegedProcess ? null : "knobs, tracefs and system-wide perf events belong to root",
        Remedy = Environment.IsPrivilegedProcess ? null : "run as root, or use a vm target, which needs no root",
    };

    private static Finding Cpus(HostTree tree, HostDescription host)
    {
        int[] present = tree.Ids("/sys/devices/system/cpu/present") ?? [];
        int[] offline = [.. present.Except(host.Cpus)];
        bool several = host.Cpus.Count > 1;
        return new Finding
        {
            Area = Areas.Cpus,
            Name = "online",
            Value = host.Cpus.Count.ToString(CultureInfo.InvariantCulture),
            Usable = several,
            Why = !several ? "with one CPU there is no other to interrupt: no TLB shootdown can happen"
                : offline.Length > 0 ? $"offline: CPU {string.Join(", ", offline)}" : null,
            Remedy = several ? null : "a machine or a guest with two CPUs or more",
        };
    }
}
