using Harness.Records;
using Harness.Targets.Vm;

namespace Harness.Targets.Tests;

/// <summary>What does a run in a real guest give?</summary>
[Collection("vm")]
public sealed class VmRunTests : IDisposable
{
    private readonly VmBed bed = new();

    [Theory]
    [InlineData("6.1", 1)]
    [InlineData("6.12", 2)]
    public async Task A_run_tells_the_kernel_and_its_tiers_and_is_marked_as_emulated(string version, int tiers)
    {
        await using VmTarget target = await bed.OpenAsync(version);
        RunRecord record = await target.RunAsync(VmBed.Shell("echo '{}'"), bed.Logs, CancellationToken.None);

        Assert.StartsWith($"{version}.", record.Host!.KernelRelease);
        Assert.Equal([0, 1], record.Host.Cpus);
        Assert.Equal(2, record.Host.Nodes.Count);
        Assert.Equal([10, 30], record.Host.Nodes[0].Distances);
        Assert.Equal(tiers, record.Host.Nodes.Select(node => node.Tier).Distinct().Count());
        Assert.Equal($"vm:{version}", record.Target);
        Assert.Equal(Origin.Emulated, record.Origin);
        Assert.Equal("functional: counts, not hardware time", record.Caution);
        Assert.True(record.Find("interrupts.LOC")!.Value > 0);
        Assert.Equal(1, record.Find("vm.boots")!.Value);
        // its counters were tried before, on either kernel
        Assert.True(record.Probes.Single(probe => probe.Counter == "vmstat.pgfault").Passed);
        Assert.DoesNotContain(record.Probes, probe => probe is { Seen: not null, Passed: false });
    }

    [Fact]
    public async Task Memory_through_device_dax_is_a_tier_of_its_own_on_6_1_as_large_as_asked_for()
    {
        await using VmTarget target = await bed.OpenAsync("6.1", bed.Options with { DaxTier = true });
        RunRecord record = await target.RunAsync(VmBed.Shell("echo '{}'"), bed.Logs, CancellationToken.None);

        Assert.Equal(2, record.Host!.Nodes.Select(node => node.Tier).Distinct().Count());
        Assert.Empty(record.Host.Nodes[1].Cpus);
        Assert.Equal(VmBed.TwoTiers.Nodes[1].MemoryMiB * 1024, record.Host.Nodes[1].MemoryKiB);
    }

    [Fact]
    public async Task One_boot_serves_all_runs_and_brings_the_modules_asked_for()
    {
        await using VmTarget target = await bed.OpenAsync("6.12", bed.Options with { Modules = ["dm-mirror", "virtio_pci"] });
        const string WhenLoaded = "busybox grep -q '^dm_mirror ' /proc/modules && busybox grep -q '^dm_mod ' /proc/modules && echo '{}'";
        await target.RunAsync(VmBed.Shell(WhenLoaded), bed.Logs, CancellationToken.None);
        int emulator = target.Guest!.EmulatorId;
        await target.RunAsync(VmBed.Shell("echo '{}'") with { Sequence = 1 }, bed.Logs, CancellationToken.None);

        Assert.Equal(emulator, target.Guest!.EmulatorId);
        Assert.Single(Directory.GetFiles(bed.Logs));
    }

    [Fact]
    public async Task With_a_fresh_boot_for_each_run_no_guest_waits_between_them()
    {
        await using VmTarget target = await bed.OpenAsync("6.1", bed.Options with { FreshBoot = true });
        await target.RunAsync(VmBed.Shell("echo '{}'"), bed.Logs, CancellationToken.None);

        Assert.Null(target.Guest);
    }

    public void Dispose() => bed.Dispose();
}
