using Harness.Records;

namespace Harness.Experiments.Tests;

public sealed class WorkloadFileTests
{
    private const string Good = """
        name: w
        what: x
        program: w
        parameters:
          bytes: {type: size, default: 64 MiB, min: 4096, max: 1099511627776, what: x}
          mode: {type: choice, choices: [a, b], default: a, what: x}
          dir: {type: folder, default: /var/tmp, what: x}
          node: {type: node, default: any, what: x}
          cpus: {type: cpus, default: "0-3,8", what: x}
        metrics:
          elapsed: {unit: s, what: x}
        """;

    [Fact]
    public void The_shipped_descriptor_says_what_the_program_takes()
    {
        Workload workload = WorkloadCatalog.Load(Folders.FromEnvironment(), "migrate-pingpong");
        Assert.Equal(["pages", "rounds", "threads", "seed", "write", "bind", "from", "to"], workload.Parameters.Select(p => p.Name));
        Assert.Equal(["pages"], workload.Parameters.Where(p => p.Scales).Select(p => p.Name));
        Assert.Equal((true, 2), (workload.Handshake, workload.Nodes));
        Assert.Equal("pages/s", workload.MetricUnits["pages_per_second"]);
    }

    [Fact]
    public void A_size_reaches_the_program_in_bytes()
    {
        Workload workload = WorkloadFile.Parse(Good, "w.yaml");
        Assert.Equal("67108864", workload.Parameters[0].Default);
    }

    [Theory]
    [InlineData("name: w", "name: ../w", "1:7: name is '../w'; begin with a letter")]
    [InlineData("program: w", "program: /bin/sh", "3:10: program is '/bin/sh'; begin with a letter")]
    [InlineData("max: 1099511627776", "max: lots", "5:56: max is 'lots'; give a whole number")]
    [InlineData("default: a,", "default: c,", "6:50: default is 'c'; there are a, b")]
    [InlineData("type: choice", "type: chioce", "6:16: type is 'chioce'; did you mean 'choice'?")]
    [InlineData("default: a,", "default: a, min: 1,", "6:53: unknown key 'min' in a parameter of type choice")]
    [InlineData("default: /var/tmp", "default: here", "7:32: default is 'here'; give an absolute path")]
    [InlineData("default: /var/tmp", "default: /var/tmp, min: 1", "7:42: unknown key 'min' in a parameter of type folder")]
    [InlineData("default: any", "default: one", "8:31: default is 'one'; give any, or a node from 0 to 1023")]
    [InlineData("default: any", "default: 1024", "8:31: default is '1024'; give any")]
    [InlineData("0-3,8", "0-3,", "9:31: default is '0-3,'; give any, or a list of CPUs up to 8191 like 0-3,8")]
    [InlineData("0-3,8", "3-0", "9:31: default is '3-0'; give any")]
    [InlineData("unit: s, ", "", "11:12: the metric has no 'unit'")]
    public void A_mistake_is_named_with_line_and_column(string right, string wrong, string expected)
    {
        Assert.Contains(right, Good, StringComparison.Ordinal);
        UsageException e = Assert.Throws<UsageException>(() => WorkloadFile.Parse(Good.Replace(right, wrong, StringComparison.Ordinal), "w.yaml"));
        Assert.StartsWith("w.yaml:" + expected, e.Message, StringComparison.Ordinal);
    }
}
