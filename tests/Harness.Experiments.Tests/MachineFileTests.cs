using Harness.Records;

namespace Harness.Experiments.Tests;

/// <summary>Does a machine's file give its values with their sources, and is one without a source refused?</summary>
public sealed class MachineFileTests
{
    private const string Good = """
        title: t
        experiment: e
        threadsPerCore: {value: 2, source: a letter}
        tlb: {value: Zen4, source: a letter}
        clockMHz: {value: 2100, source: "assumed: base clock"}
        nodes:
          - cpus: {value: 4, source: a letter}
            memoryMiB: {value: 512, source: a letter}
            latencyNs: {value: 90, source: a letter}
            bandwidthMiBps: {value: 40000, source: a letter}
        storage:
          bytesPerSecond: {value: 6900000000, source: a letter}
          latencyNs: {value: 80000, source: a letter}
        """;

    private static readonly Folders Here = Folders.FromEnvironment();

    [Fact]
    public void Every_value_arrives_with_its_source()
    {
        MachineDescription machine = MachineFile.Parse(Good, "dir/mine.yaml");
        Assert.Equal(("mine", "t", "e", 4), (machine.Name, machine.Title, machine.Experiment, machine.Cpus));
        Assert.Equal(new Sourced<int>(90, "a letter"), machine.Nodes[0].LatencyNs);
        Assert.Equal(6_900_000_000, machine.Storage.BytesPerSecond.Value);
        Assert.Equal(["clockMHz"], machine.Values.Where(value => value.Source.StartsWith("assumed:", StringComparison.Ordinal)).Select(v => v.Key));
        Assert.True(machine.ClockMHz.Assumed);
        Assert.False(machine.Tlb.Assumed);
    }

    [Theory]
    [InlineData("{value: 90, source: a letter}", "{value: 90}", "9:16: latencyNs has no source; add 'source: …'")]
    [InlineData("{value: 90, source: a letter}", "90", "9:16: latencyNs is a single value; give 'key: value' lines")]
    [InlineData("{value: 90, source: a letter}", "{value: 90, source: \"\"}", "9:36: the source of latencyNs is empty")]
    [InlineData("\"assumed: base clock\"", "\"assumed: \"", "5:33: the source of clockMHz says 'assumed:' and no more")]
    [InlineData("{value: 4, source", "{value: 0, source", "7:3: the machine has 0 CPUs")]
    [InlineData("{value: 512,", "{value: 99999999999999999999,", "8:24: memoryMiB is '99999999999999999999'")]
    [InlineData("latencyNs: {value: 90", "latencyNS: {value: 90", "9:5: unknown key 'latencyNS' in a node; did you mean 'latencyNs'?")]
    public void A_mistake_is_named_with_line_and_column(string right, string wrong, string expected)
    {
        Assert.Contains(right, Good, StringComparison.Ordinal);
        string text = Good.Replace(right, wrong, StringComparison.Ordinal);
        UsageException e = Assert.Throws<UsageException>(() => MachineFile.Parse(text, "m.yaml"));
        Assert.StartsWith("m.yaml:" + expected, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xeon-gold-6430", 64, 140)]
    [InlineData("two-socket-2022", 112, 256)]
    [InlineData("xeon-silver-4210r", 20, 32)]
    [InlineData("epyc-512", 512, 512)]
    public void The_machines_of_the_experiments_are_there(string name, int cpus, int gibibytes)
    {
        Assert.Contains(name, MachineCatalog.Names(Here));
        MachineDescription machine = MachineCatalog.Load(Here, name);
        Assert.Equal((cpus, gibibytes), (machine.Cpus, machine.Nodes.Sum(node => node.MemoryMiB.Value) / 1024));
    }

    [Fact]
    public void An_unknown_machine_is_answered_with_the_nearest_one() => Assert.Equal(
        "no machine 'epyc-521'; did you mean 'epyc-512'?", Assert.Throws<UsageException>(() => MachineCatalog.Load(Here, "epyc-521")).Message);
}
