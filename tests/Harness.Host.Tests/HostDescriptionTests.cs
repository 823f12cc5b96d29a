using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>Is a host described as its kernel presents it?</summary>
public sealed class HostDescriptionTests
{
    [Theory]
    [InlineData("vm-6.1", "6.1.0-56-cloud-amd64", 4, 4)] // the HMAT of a node present at boot is not used by this kernel
    [InlineData("vm-6.12", "6.12.117+deb12-cloud-amd64", 4, 45)]
    public void A_guest_has_two_nodes_and_the_tiers_its_kernel_gives_them(string saved, string release, int fast, int slow)
    {
        HostDescription host = ThisHost.Describe(Saved.Root(saved));
        Assert.Equal(release, host.KernelRelease);
        Assert.Equal("tcg", host.Hypervisor);
        Assert.Equal([0, 1, 2, 3], host.Cpus);
        Assert.Equal([fast, slow], host.Nodes.Select(node => node.Tier));
        Assert.Equal([0, 1, 2, 3], host.Nodes[0].Cpus);
        Assert.Empty(host.Nodes[1].Cpus);
        Assert.Equal([[10, 20], [20, 10]], host.Nodes.Select(node => node.Distances));
        Assert.All(host.Nodes, node => Assert.InRange(node.MemoryKiB, 400_000, 524_288));
    }

    [Fact]
    public void A_machine_with_one_node_has_its_processor_and_microcode()
    {
        HostDescription host = ThisHost.Describe(Saved.Root("this"));
        Assert.Equal(("AMD EPYC", "0x1000065"), (host.CpuModel, host.Microcode));
        NodeDescription node = Assert.Single(host.Nodes);
        Assert.Equal((0, 4), (node.Id, node.Tier));
    }

    [Fact]
    public void The_host_this_runs_on_has_a_CPU_and_memory()
    {
        HostDescription host = ThisHost.Describe();
        Assert.Contains(0, host.Cpus);
        Assert.Contains(host.Nodes, node => node.MemoryKiB > 0);
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), host.KernelRelease);
    }

    [Fact]
    public void Without_proc_one_line_says_what_to_do()
    {
        using MadeHost host = new();
        HostCannotException refused = Assert.Throws<HostCannotException>(() => ThisHost.Describe(host.Root));
        Assert.DoesNotContain('\n', refused.Message);
    }
}
