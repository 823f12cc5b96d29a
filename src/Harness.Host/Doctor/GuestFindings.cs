using Harness.Host.Proc;

namespace Harness.Host.Doctor;

/// <summary>What the VM test-bed needs from this host.</summary>
internal static class GuestFindings
{
    private const string Emulator = "qemu-system-x86_64";

    public static IEnumerable<Finding> Of(HostTree tree)
    {
        if (tree.IsLive) yield return Qemu(Environment.GetEnvironmentVariable("PATH") ?? "");
        yield return Kvm(tree);
    }

    internal static Finding Qemu(string path)
    {
        string? file = path.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, Emulator))
            .FirstOrDefault(File.Exists);
        return new Finding
        {
            Area = Areas.Guests,
            Name = "qemu",
            Value = file,
            Usable = file is not null,
            Why = file is null ? $"{Emulator} is not on PATH: no vm target can run" : null,
            Remedy = file is null ? "apt-get install qemu-system-x86" : null,
        };
    }

    private static Finding Kvm(HostTree tree)
    {
        var cpu = new CpuInfo(tree.Read("/proc/cpuinfo"));
        string? extension = cpu.Has("vmx"u8) ? "vmx" : cpu.Has("svm"u8) ? "svm" : null;
        bool device = tree.Has("/dev/kvm");
        string? why = extension is null
            ? "the processor shows neither vmx nor svm" + (device ? "; /dev/kvm alone proves nothing" : "")
                + ": guests run under software emulation"
            : !device ? "/dev/kvm is not there: guests run under software emulation"
            : tree.IsLive ? Denied(tree.PathOf("/dev/kvm")) : null;
        return new Finding
        {
            Area = Areas.Guests,
            Name = "kvm",
            Value = extension,
            Usable = why is null,
            Why = why,
            Remedy = why is null ? null
                : extension is null ? "a bare-metal host, or nested virtualisation switched on in the hypervisor"
                : device ? "run as root, or join the group that owns /dev/kvm" : "modprobe kvm_intel or kvm_amd",
        };
    }

    private static string? Denied(string device)
    {
        try
        {
            File.OpenHandle(device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"/dev/kvm cannot be opened: {e.Message}";
        }
    }
}
