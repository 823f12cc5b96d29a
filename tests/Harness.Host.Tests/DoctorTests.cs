using System.Text.Json;
using Harness.Host.Doctor;

namespace Harness.Host.Tests;

/// <summary>Does the doctor say of each thing whether it can be used, why not, and what would change that?</summary>
public sealed class DoctorTests
{
    [Fact]
    public void On_6_1_both_nodes_share_a_tier_and_the_reason_is_the_kernel()
    {
        Finding demotion = Find("vm-6.1", "demotion");
        Assert.False(demotion.Usable);
        Assert.Contains("both nodes are in one memory tier; on this kernel (6.1) the HMAT of boot-time nodes is not used", demotion.Why, StringComparison.Ordinal);
        Assert.Contains("daxctl", demotion.Remedy, StringComparison.Ordinal);
        Assert.False(Find("vm-6.1", "promotion").Usable);
    }

    [Fact]
    public void On_6_12_the_slow_node_can_be_demoted_to()
    {
        Finding demotion = Find("vm-6.12", "demotion");
        Assert.Equal((true, "node0 to node1"), (demotion.Usable, demotion.Value));
        Assert.True(Find("vm-6.12", "promotion").Usable);
    }

    [Fact]
    public void On_one_node_a_second_one_is_named_as_what_is_missing() =>
        Assert.Contains("second memory node", Find("this", "demotion").Why, StringComparison.Ordinal);

    [Theory]
    [InlineData("this")]
    [InlineData("vm-6.1")]
    [InlineData("vm-6.12")]
    public void What_cannot_be_used_says_why(string saved) =>
        Assert.All(HostDoctor.Examine(Saved.Root(saved), []).Findings.Where(finding => !finding.Usable), finding => Assert.False(string.IsNullOrEmpty(finding.Why)));

    [Fact]
    public void The_object_names_CPUs_nodes_tiers_knobs_and_counters()
    {
        Finding knob = new() { Area = Areas.Knobs, Name = "numa_balancing", Value = "0", Usable = true };
        using JsonDocument json = JsonDocument.Parse(DoctorJson.Write(HostDoctor.Examine(Saved.Root("vm-6.12"), [knob])));
        Assert.Equal(4, json.RootElement.GetProperty("cpus").GetArrayLength());
        Assert.Equal(2, json.RootElement.GetProperty("nodes").GetArrayLength());
        Assert.Equal(["memory_tier4", "memory_tier45"], json.RootElement.GetProperty("tiers").EnumerateArray().Select(tier => tier.GetProperty("name").GetString()));
        Assert.Equal(["numa_balancing"], json.RootElement.GetProperty("knobs").EnumerateArray().Select(name => name.GetString()));
        Assert.Contains("interrupts.TLB", json.RootElement.GetProperty("counters").EnumerateArray().Select(name => name.GetString()));
    }

    private static Finding Find(string saved, string name) =>
        HostDoctor.Examine(Saved.Root(saved), []).Findings.Single(finding => finding.Name == name);
}
