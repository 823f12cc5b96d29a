using System.Text.Json;
using Harness.Host.Doctor;

namespace Harness.Host.Tests;

public sealed class HostDoctorTests
{
    [Fact]
    public void On_6_1_with_both_nodes_in_one_tier_the_reason_is_the_HMAT_and_the_remedy_is_named()
    {
        Finding demotion = Find("vm-6.1", "demotion");

        Assert.False(demotion.Usable);
        Assert.Equal("both nodes are in one memory tier; on this kernel (6.1) the HMAT of boot-time nodes is not used", demotion.Why);
        Assert.Contains("daxctl", demotion.Remedy, StringComparison.Ordinal);
        Assert.Contains("6.7", demotion.Remedy, StringComparison.Ordinal);
        Assert.Equal(demotion.Why, Find("vm-6.1", "promotion").Why);
    }

    [Fact]
    public void On_6_12_with_two_tiers_demotion_and_promotion_are_usable()
    {
        Assert.Equal("node0 to node1", Find("vm-6.12", "demotion").Value);
        Assert.True(Find("vm-6.12", "demotion").Usable);
        Assert.True(Find("vm-6.12", "promotion").Usable);
        Assert.Equal("node0", Find("vm-6.12", "memory_tier4").Value);
        Assert.Equal("node1", Find("vm-6.12", "memory_tier45").Value);
        Assert.Contains("no CPUs", Find("vm-6.12", "node1").Value, StringComparison.Ordinal);
        Assert.Equal("10 20; 20 10", Find("vm-6.12", "distances").Value);
    }

    [Fact]
    public void On_one_node_the_second_is_what_is_missing() =>
        Assert.Equal("promotion and demotion need a second memory node", Find("this", "demotion").Why);

    [Fact]
    public void On_a_newer_kernel_in_one_tier_the_HMAT_itself_is_missing()
    {
        using MadeHost made = Nodes("6.12.1", "memory_tier4", "0-1");

        Assert.Contains("HMAT is missing", Find(made, "demotion").Why, StringComparison.Ordinal);
    }

    [Fact]
    public void With_memory_faster_than_the_CPUs_own_demotion_is_usable_and_promotion_is_not()
    {
        using MadeHost made = Nodes("6.12.1", "memory_tier4", "0").With("/sys/devices/virtual/memory_tiering/memory_tier3/nodelist", "1\n")
            .With("/sys/devices/system/node/node0/cpulist", "0-1\n");

        Assert.Equal("node1 to node0", Find(made, "demotion").Value);
        Assert.Equal("no node lies in a tier below the CPUs' (memory_tier3: node 1; memory_tier4: node 0)", Find(made, "promotion").Why);
    }

    [Fact]
    public void A_kernel_without_tiers_says_which_has_them()
    {
        using MadeHost made = Nodes("5.15.0", "power", "0-1");

        Assert.Equal("the kernel (5.15) shows no memory tiers", Find(made, "demotion").Why);
        Assert.Contains("6.1", Find(made, "demotion").Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("this", "tracefs", false, "mount -t tracefs tracefs /sys/kernel/tracing")]
    [InlineData("vm-6.12", "tracefs", true, null)]
    [InlineData("vm-6.12", "btf", true, null)]
    [InlineData("vm-6.12", "interrupts.TLB", true, null)]
    [InlineData("vm-6.12", "node1.numastat", true, null)]
    [InlineData("vm-6.12", "swap", false, "swapon, when the experiment is about swapping")]
    public void Each_thing_says_whether_it_is_usable_and_what_would_make_it_so(string host, string name, bool usable, string? remedy)
    {
        Finding finding = Find(host, name);

        Assert.Equal((usable, remedy), (finding.Usable, finding.Remedy));
    }

    [Theory]
    [InlineData("this")]
    [InlineData("vm-6.1")]
    [InlineData("vm-6.12")]
    public void Everything_unusable_says_why(string host) =>
        Assert.All(HostDoctor.Examine(Saved.Root(host), []).Findings.Where(f => !f.Usable), f => Assert.False(string.IsNullOrEmpty(f.Why)));

    [Fact]
    public void A_KVM_guest_is_warned_about_its_shootdown_row()
    {
        Finding tlb = Find("this", "interrupts.TLB");

        Assert.True(tlb.Usable);
        Assert.Contains("paravirtual", tlb.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("6.18.0", true)]
    [InlineData("6.12.0", false)]
    public void A_processor_that_broadcasts_flushes_is_warned_about_on_kernels_that_use_it(string release, bool warned)
    {
        using MadeHost made = Nodes(release, "memory_tier4", "0-1")
            .With("/proc/cpuinfo", "flags\t: fpu invlpgb\n\n").With("/proc/interrupts", "  CPU0\nTLB: 1 TLB shootdowns\n");

        Assert.Equal(warned, Find(made, "interrupts.TLB").Why?.Contains("INVLPGB", StringComparison.Ordinal) ?? false);
    }

    // Is KVM called usable only when the processor has the extension and the device is there? (A made-up device cannot be opened to prove more.)
    [Theory]
    [InlineData("fpu", true, false)]
    [InlineData("fpu vmx", false, false)]
    [InlineData("fpu vmx", true, true)]
    [InlineData("fpu svm", true, true)]
    public void KVM_needs_the_extension_and_the_device(string flags, bool device, bool usable)
    {
        using MadeHost made = Nodes("6.1.0", "memory_tier4", "0-1").With("/proc/cpuinfo", $"flags\t: {flags}\n\n");
        if (device) made.With("/dev/kvm", "");

        Assert.Equal(usable, Find(made, "kvm").Usable);
    }

    [Fact]
    public void Without_QEMU_on_PATH_the_package_is_named()
    {
        using var empty = new MadeHost();

        Assert.Equal("apt-get install qemu-system-x86", GuestFindings.Qemu(empty.Root).Remedy);
        Assert.True(GuestFindings.Qemu($"{empty.Root}:{empty.With("/bin/qemu-system-x86_64", "").Root}/bin").Usable);
    }

    [Fact]
    public void One_CPU_cannot_have_shootdowns()
    {
        using MadeHost made = Nodes("6.1.0", "memory_tier4", "0-1").With("/sys/devices/system/cpu/online", "0\n");

        Assert.False(Find(made, "online").Usable);
    }

    [Fact]
    public void A_host_of_garbage_is_examined_without_an_exception()
    {
        string garbage = new('\uFFFD', 5000);
        using MadeHost made = Nodes("6.1.0", "memory_tier4", garbage);
        foreach (string path in (string[])["/proc/cpuinfo", "/proc/interrupts", "/proc/vmstat", "/proc/meminfo", "/proc/swaps", "/proc/mounts",
            "/sys/devices/system/node/node0/distance", "/sys/devices/system/node/node0/meminfo", "/sys/kernel/mm/transparent_hugepage/enabled"])
        {
            made.With(path, garbage);
        }

        Assert.Contains(HostDoctor.Examine(made.Root, []).Findings, f => f.Name == "interrupts" && !f.Usable);
    }

    [Fact]
    public void The_JSON_names_host_CPUs_nodes_tiers_knobs_and_counters()
    {
        var knob = new Finding { Area = Areas.Knobs, Name = "numa_balancing", Usable = true };
        using var json = JsonDocument.Parse(DoctorJson.Write(HostDoctor.Examine(Saved.Root("vm-6.12"), [knob])));
        JsonElement root = json.RootElement;

        Assert.Equal("tcg", root.GetProperty("host").GetProperty("hypervisor").GetString());
        Assert.Equal(4, root.GetProperty("cpus").GetArrayLength());
        Assert.Equal(2, root.GetProperty("nodes").GetArrayLength());
        Assert.Equal("memory_tier45", root.GetProperty("tiers")[1].GetProperty("name").GetString());
        Assert.Equal("numa_balancing", root.GetProperty("knobs")[0].GetString());
        Assert.Contains(root.GetProperty("counters").EnumerateArray(), c => c.GetString() == "interrupts.TLB");
        Assert.Contains(root.GetProperty("findings").EnumerateArray(),
            f => f.GetProperty("name").GetString() == "demotion" && f.GetProperty("usable").GetBoolean());
    }

    [Fact]
    public void The_running_host_is_examined_with_user_and_emulator()
    {
        IReadOnlyList<Finding> findings = HostDoctor.Examine([]).Findings;

        Assert.Equal(Environment.IsPrivilegedProcess, findings.Single(f => f.Name == "root").Usable);
        Assert.Contains(findings, f => f.Name == "qemu");
    }

    private static MadeHost Nodes(string release, string tier, string nodelist) => new MadeHost()
        .With("/proc/sys/kernel/osrelease", release + "\n")
        .With("/proc/sys/kernel/numa_balancing", "0\n")
        .With("/sys/kernel/mm/numa/demotion_enabled", "false\n")
        .With("/sys/devices/system/cpu/online", "0-1\n")
        .With("/sys/devices/system/node/online", "0-1\n")
        .With("/sys/devices/system/node/node0/meminfo", "Node 0 MemTotal: 1000 kB\n")
        .With("/sys/devices/system/node/node1/meminfo", "Node 1 MemTotal: 1000 kB\n")
        .With($"/sys/devices/virtual/memory_tiering/{tier}/nodelist", nodelist + "\n");

    private static Finding Find(string host, string name) => HostDoctor.Examine(Saved.Root(host), []).Findings.Single(f => f.Name == name);

    private static Finding Find(MadeHost host, string name) => HostDoctor.Examine(host.Root, []).Findings.Single(f => f.Name == name);
}
