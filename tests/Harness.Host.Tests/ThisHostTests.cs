using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Host.Tests;

public sealed class ThisHostTests
{
    [Fact]
    public void The_6_12_guest_has_a_slow_node_in_a_tier_of_its_own()
    {
        HostDescription host = ThisHost.Describe(Saved.Root("vm-6.12"));

        Assert.StartsWith("6.12.117+deb12", host.KernelRelease, StringComparison.Ordinal);
        Assert.Equal("console=ttyS0 quiet panic=-1", host.CommandLine);
        Assert.Equal("QEMU TCG CPU version 2.5+", host.CpuModel);
        Assert.Equal("0x1000065", host.Microcode);
        Assert.Equal("tcg", host.Hypervisor);
        Assert.Equal([0, 1, 2, 3], host.Cpus);
        Assert.Equal([4, 45], host.Nodes.Select(node => node.Tier!.Value));
        Assert.Equal([0, 1, 2, 3], host.Nodes[0].Cpus);
        Assert.Empty(host.Nodes[1].Cpus);
        Assert.Equal(477064, host.Nodes[1].MemoryKiB);
        Assert.Equal([20, 10], host.Nodes[1].Distances);
    }

    [Fact]
    public void The_6_1_guest_has_both_nodes_in_one_tier() =>
        Assert.Equal([4, 4], ThisHost.Describe(Saved.Root("vm-6.1")).Nodes.Select(node => node.Tier!.Value));

    [Fact]
    public void A_one_node_KVM_guest_is_described()
    {
        HostDescription host = ThisHost.Describe(Saved.Root("this"));

        Assert.Equal(("6.18.44", "AMD EPYC", "kvm"), (host.KernelRelease, host.CpuModel, host.Hypervisor));
        NodeDescription node = Assert.Single(host.Nodes);
        Assert.Equal(4942036, node.MemoryKiB); // this kernel takes its memory into use bit by bit: the machine has five times as much
        Assert.Equal([10], node.Distances);
    }

    [Fact]
    public void A_kernel_without_nodes_is_one_node()
    {
        using MadeHost made = Minimal().With("/proc/meminfo", "MemTotal:  1000 kB\n");
        NodeDescription node = Assert.Single(ThisHost.Describe(made.Root).Nodes);

        Assert.Equal((0, 1000L, (int?)null), (node.Id, node.MemoryKiB, node.Tier));
        Assert.Equal([0, 2], node.Cpus);
        Assert.Empty(node.Distances);
    }

    [Fact]
    public void Distances_that_do_not_fit_the_nodes_are_left_out()
    {
        using MadeHost made = Minimal().With("/sys/devices/system/node/online", "0-1\n")
            .With("/sys/devices/system/node/node0/distance", "10 20 30\n")
            .With("/sys/devices/system/node/node1/distance", "20 10");

        Assert.All(ThisHost.Describe(made.Root).Nodes, node => Assert.Empty(node.Distances));
    }

    [Theory]
    [InlineData("/sys/devices/system/cpu/online", "sysfs")]
    [InlineData("/proc/sys/kernel/osrelease", "procfs")]
    public void A_host_whose_files_cannot_be_read_ends_in_one_line(string path, string fileSystem)
    {
        using MadeHost made = Minimal().With(path, "");
        var e = Assert.Throws<HostCannotException>(() => ThisHost.Describe(made.Root));

        Assert.Equal(ExitCode.HostCannot, e.ExitCode);
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.Contains("mount " + fileSystem, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void The_running_host_is_described()
    {
        HostDescription host = ThisHost.Describe();

        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), host.KernelRelease);
        Assert.NotEmpty(host.Cpus);
        Assert.Contains(host.Nodes, node => node.MemoryKiB > 0);
        Assert.Equal(host.Cpus, host.Nodes.SelectMany(node => node.Cpus).Order());
    }

    // Which hypervisor do the files of a host tell, from the surest sign to the least sure?
    [Theory]
    [InlineData("", "", "", "", null)]
    [InlineData("xen", "", "", "", "xen")]
    [InlineData("", "QEMU TCG CPU version 2.5+", "tsc kvm-clock", "QEMU", "tcg")]
    [InlineData("", "Intel Xeon", "tsc kvm-clock", "QEMU", "kvm")]
    [InlineData("", "Intel Xeon", "hyperv_clocksource_tsc_page acpi_pm", "Microsoft Corporation", "hyperv")]
    [InlineData("", "Intel Xeon", "tsc", "QEMU", "qemu")]
    [InlineData("", "Intel Xeon", "tsc", "VMware, Inc.", "vmware")]
    [InlineData("", "Intel Xeon", "tsc", "Somebody", null)]
    public void The_files_tell_the_hypervisor(string type, string model, string clocks, string maker, string? expected)
    {
        using var made = new MadeHost();
        if (type.Length > 0) made.With("/sys/hypervisor/type", type + "\n");
        if (model.Length > 0) made.With("/proc/cpuinfo", $"processor\t: 0\nmodel name\t: {model}\n\n");
        if (clocks.Length > 0) made.With("/sys/devices/system/clocksource/clocksource0/available_clocksource", clocks + " \n");
        if (maker.Length > 0) made.With("/sys/class/dmi/id/sys_vendor", maker + "\n");

        Assert.Equal(expected, Hypervisor.FromFiles(new HostTree(made.Root)));
    }

    [Fact]
    public void An_unknown_hypervisor_is_not_taken_for_bare_metal()
    {
        using MadeHost made = new MadeHost().With("/proc/cpuinfo", "model name\t: X\nflags\t\t: fpu hypervisor\n\n");

        Assert.Equal("unknown", Hypervisor.FromFiles(new HostTree(made.Root)));
    }

    [Fact]
    public void The_processor_and_the_files_of_the_running_host_agree_on_whether_it_is_a_guest() =>
        Assert.Equal(Hypervisor.FromFiles(new HostTree("/")) is null, ThisHost.Describe().Hypervisor is null);

    private static MadeHost Minimal() => new MadeHost()
        .With("/sys/devices/system/cpu/online", "0,2\n")
        .With("/proc/sys/kernel/osrelease", "6.1.0\n");
}
