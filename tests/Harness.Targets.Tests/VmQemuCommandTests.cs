using Harness.Records;
using Harness.Targets.Vm;

namespace Harness.Targets.Tests;

/// <summary>Is QEMU told of the machine the options describe?</summary>
public sealed class VmQemuCommandTests
{
    [Fact]
    public void A_slow_node_without_CPUs_gets_memory_distance_latency_and_bandwidth()
    {
        IReadOnlyList<string> arguments = Arguments(VmBed.TwoTiers);
        Assert.Equal("2,sockets=1,cores=2,threads=1", After(arguments, "-smp").Single());
        Assert.Equal("512M", After(arguments, "-m").Single());
        Assert.Equal(["memory-backend-ram,id=m0,size=384M", "memory-backend-ram,id=m1,size=128M"], After(arguments, "-object"));
        Assert.Equal(
            [
                "node,nodeid=0,memdev=m0,cpus=0-1",
                "node,nodeid=1,memdev=m1,initiator=0",
                "dist,src=0,dst=1,val=30",
                "dist,src=1,dst=0,val=30",
                "hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-latency,latency=80",
                "hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-bandwidth,bandwidth=10240M",
                "hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-latency,latency=240",
                "hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-bandwidth,bandwidth=2048M",
            ],
            After(arguments, "-numa"));
    }

    [Fact]
    public void A_slow_node_through_device_dax_is_an_NVDIMM_on_a_node_of_its_own()
    {
        VmOptions options = new() { Machine = VmBed.TwoTiers, AgentFolder = "/agent", DaxTier = true };
        IReadOnlyList<string> arguments = QemuCommand.Arguments(options, "/k", "/i", "/c", Accelerator.Tcg);
        Assert.Contains(",nvdimm=on,", After(arguments, "-M").Single(), StringComparison.Ordinal);
        Assert.Equal("384M,slots=1,maxmem=1664M", After(arguments, "-m").Single());
        Assert.Equal(["memory-backend-ram,id=m0,size=384M", "memory-backend-ram,id=m1,size=256M"], After(arguments, "-object"));
        Assert.Equal(["nvdimm,id=n1,memdev=m1,node=1"], After(arguments, "-device"));
        Assert.Contains("node,nodeid=1,initiator=0", After(arguments, "-numa"));
    }

    [Fact]
    public void Two_nodes_with_CPUs_are_two_sockets_and_see_each_other_alike()
    {
        IReadOnlyList<string> arguments = Arguments(new MachineShape { Nodes = [Node(2, 80), Node(2, 100)] });
        Assert.Equal("4,sockets=2,cores=2,threads=1", After(arguments, "-smp").Single());
        string[] numa = [.. After(arguments, "-numa")];
        Assert.Contains("node,nodeid=1,memdev=m1,cpus=2-3", numa);
        Assert.Contains("hmat-lb,initiator=1,target=1,hierarchy=memory,data-type=access-latency,latency=80", numa);
        Assert.Contains("hmat-lb,initiator=1,target=0,hierarchy=memory,data-type=access-latency,latency=100", numa);
    }

    [Theory]
    [InlineData(80, 80, 11)]
    [InlineData(80, 160, 20)]
    [InlineData(1, 1_000_000, 254)]
    [InlineData(0, 100, 254)]
    public void A_distance_is_the_ratio_of_the_latencies_within_what_a_SLIT_can_say(int near, int far, int distance)
    {
        MachineShape machine = new() { Nodes = [Node(1, near), Node(0, far)] };
        Assert.Contains($"dist,src=0,dst=1,val={distance}", After(Arguments(machine), "-numa"));
    }

    [Fact]
    public void One_node_has_no_distances()
    {
        Assert.DoesNotContain(After(Arguments(new MachineShape { Nodes = [Node(1, 80)] }), "-numa"), numa => numa.StartsWith("dist", StringComparison.Ordinal));
    }

    [Fact]
    public void A_machine_without_CPUs_is_refused()
    {
        Assert.Contains("no node has CPUs", Assert.Throws<UsageException>(() => Arguments(new MachineShape { Nodes = [Node(0, 80)] })).Message);
    }

    [Fact]
    public void A_comma_in_a_path_stays_in_the_path()
    {
        VmOptions options = new() { Machine = VmBed.TwoTiers, AgentFolder = "/agent", KernelArguments = ["mitigations=off"] };
        IReadOnlyList<string> arguments = QemuCommand.Arguments(options, "/k,1", "/i", "/logs/a,b.log", Accelerator.Kvm);
        Assert.Contains("file,id=console,path=/logs/a,,b.log", After(arguments, "-chardev"));
        Assert.Equal("/k,1", After(arguments, "-kernel").Single());
        Assert.Equal("host", After(arguments, "-cpu").Single());
        Assert.EndsWith(" mitigations=off", After(arguments, "-append").Single());
    }

    [Fact]
    public void A_disk_is_attached_and_told_of()
    {
        VmOptions options = new() { Machine = VmBed.TwoTiers, AgentFolder = "/agent" };
        IReadOnlyList<string> arguments = QemuCommand.Arguments(options, "/k", "/i", "/c", Accelerator.Tcg, "/d,1");
        Assert.Equal("if=none,id=harness-disk,format=raw,cache=unsafe,discard=unmap,file=/d,,1", After(arguments, "-drive").Single());
        Assert.Equal("virtio-blk-pci,drive=harness-disk,serial=harness-disk", After(arguments, "-device").Single());
        Assert.EndsWith(" harness.disk", After(arguments, "-append").Single());
        Assert.Empty(After(Arguments(VmBed.TwoTiers), "-drive"));
        Assert.DoesNotContain("harness.disk", After(Arguments(VmBed.TwoTiers), "-append").Single());
    }

    private static NodeShape Node(int cpus, int latency) => new() { MemoryMiB = 256, Cpus = cpus, LatencyNs = latency, BandwidthMiBps = 1024 };

    private static IReadOnlyList<string> Arguments(MachineShape machine) =>
        QemuCommand.Arguments(new VmOptions { Machine = machine, AgentFolder = "/agent" }, "/k", "/i", "/c", Accelerator.Tcg);

    private static IEnumerable<string> After(IReadOnlyList<string> arguments, string option) =>
        arguments.Zip(arguments.Skip(1)).Where(pair => pair.First == option).Select(pair => pair.Second);
}
