using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Harness.Host.Proc;

/// <summary>Which hypervisor a host runs under, if any. Whether it is software emulation decides how its numbers count.</summary>
internal static class Hypervisor
{
    // Published (Intel and AMD reserve them for hypervisors): the leaf with the vendor's signature. KVM that imitates Hyper-V moves its own
    // up by 0x100.
    private const int SignatureLeaf = 0x40000000;
    private const int SecondSignatureLeaf = 0x40000100;

    /// <summary><c>kvm</c>, <c>tcg</c>, another's name, or null on bare metal.</summary>
    public static string? Of(HostTree tree) => (tree.IsLive ? FromProcessor() : null) ?? FromFiles(tree);

    /// <summary>
    /// From files alone, as good as they are: Xen says so itself; QEMU's emulated CPU models carry TCG in their name; a paravirtual clock
    /// names its hypervisor; what is left is the machine's maker in DMI.
    /// </summary>
    public static string? FromFiles(HostTree tree)
    {
        if (tree.FirstLine("/sys/hypervisor/type") is { Length: > 0 } type) return type;

        var cpu = new CpuInfo(tree.Read("/proc/cpuinfo"));
        if (cpu.ModelName.StartsWith("QEMU TCG CPU"u8)) return "tcg";
        bool flagged = cpu.Has("hypervisor"u8);

        string clocks = tree.FirstLine("/sys/devices/system/clocksource/clocksource0/available_clocksource") ?? "";
        if (clocks.Contains("kvm-clock", StringComparison.Ordinal)) return "kvm";
        if (clocks.Contains("hyperv_clocksource", StringComparison.Ordinal)) return "hyperv";

        string maker = tree.FirstLine("/sys/class/dmi/id/sys_vendor") ?? "";
        return maker switch
        {
            "QEMU" => "qemu",
            "VMware, Inc." => "vmware",
            "innotek GmbH" => "virtualbox",
            _ => flagged ? "unknown" : null,
        };
    }

    private static string? FromProcessor()
    {
        // CPUID leaf 1, ECX bit 31: set by hypervisors only.
        if (!X86Base.IsSupported || X86Base.CpuId(1, 0).Ecx >= 0) return null;
        string first = Signature(SignatureLeaf);
        return Name(first == "Microsoft Hv" && Signature(SecondSignatureLeaf) == "KVMKVMKVM" ? "KVMKVMKVM" : first);
    }

    private static string? Name(string signature) => signature switch
    {
        "KVMKVMKVM" => "kvm",
        "TCGTCGTCGTCG" => "tcg",
        "Microsoft Hv" => "hyperv",
        "VMwareVMware" => "vmware",
        "XenVMMXenVMM" => "xen",
        _ => null,
    };

    private static string Signature(int leaf)
    {
        (_, int ebx, int ecx, int edx) = X86Base.CpuId(leaf, 0);
        Span<byte> text = stackalloc byte[12];
        BitConverter.TryWriteBytes(text, ebx);
        BitConverter.TryWriteBytes(text[4..], ecx);
        BitConverter.TryWriteBytes(text[8..], edx);
        return Encoding.ASCII.GetString(text.TrimEnd((byte)0));
    }
}
