using Harness.Records;

namespace Harness.Targets.Tests;

/// <summary>Does the local target refuse what this host cannot do, and say how its numbers count?</summary>
public sealed class LocalTargetTests
{
    [Fact]
    public void A_plan_for_two_nodes_is_refused_on_one()
    {
        HostCannotException refused = Assert.Throws<HostCannotException>(() => LocalTarget.Checked(Host(null, 1024), 2));
        Assert.StartsWith("local: the plan needs two memory nodes; this host has one (node 0); ", refused.Message);
    }

    [Fact]
    public void A_node_without_memory_does_not_count()
    {
        HostCannotException refused = Assert.Throws<HostCannotException>(() => LocalTarget.Checked(Host(null, 1024, 0, 1024), 3));
        Assert.StartsWith("local: the plan needs 3 memory nodes; this host has 2 (node 0, node 2); ", refused.Message);
    }

    [Fact]
    public void Enough_nodes_are_enough()
    {
        HostDescription host = Host(null, 1024, 1024);
        Assert.Same(host, LocalTarget.Checked(host, 2));
    }

    [Theory]
    [InlineData(null, Origin.Measured, null)]
    [InlineData("kvm", Origin.Measured, "counted in a virtual machine: not bare-metal counts")]
    [InlineData("tcg", Origin.Emulated, "functional: counts, not hardware time")]
    public void The_hypervisor_decides_how_numbers_count(string? hypervisor, Origin origin, string? caution)
    {
        Assert.Equal(origin, LocalTarget.OriginOf(Host(hypervisor, 1024)));
        Assert.Equal(caution, LocalTarget.CautionOf(Host(hypervisor, 1024)));
    }

    private static HostDescription Host(string? hypervisor, params long[] memory) => new()
    {
        KernelRelease = "6.12",
        CommandLine = "",
        CpuModel = "",
        Hypervisor = hypervisor,
        Cpus = [0],
        Nodes = [.. memory.Select((kib, id) => new NodeDescription { Id = id, Cpus = [], MemoryKiB = kib, Distances = [] })],
    };
}
