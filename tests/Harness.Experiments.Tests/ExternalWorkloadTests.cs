using Harness.Records;

namespace Harness.Experiments.Tests;

/// <summary>Do descriptors and plans that name somebody else's program say exactly what is started?</summary>
public sealed class ExternalWorkloadTests
{
    private static readonly Folders Here = Folders.FromEnvironment();

    private const string Good = """
        name: w
        what: x
        program: w.x
        external:
          install: "run: apt-get install w"
          arguments: [-t, "{threads}", "a{threads}b{{threads}}", "{}", "{not a name}", "$HOME"]
          exit: [0, 3]
          matches: '^ok (yes|no)$'
        parameters:
          threads: {type: integer, default: 2, min: 1, max: 8, what: x}
        metrics:
          elapsed: {unit: s, what: x}
          pages: {unit: pages, what: x, pattern: '^([0-9]+) pages$'}
        """;

    [Fact]
    public void The_arguments_are_filled_in_each_for_itself()
    {
        Workload workload = WorkloadFile.Parse(Good, "w.yaml");
        WorkloadCommand command = workload.Command(new Dictionary<string, string> { ["threads"] = "{threads}" });
        Assert.Equal(["-t", "{threads}", "a{threads}b{{threads}}", "{}", "{not a name}", "$HOME"], command.Arguments);
        command = workload.Command(new Dictionary<string, string> { ["threads"] = "5" });
        Assert.Equal(["-t", "5", "a5b{5}", "{}", "{not a name}", "$HOME"], command.Arguments);
        Assert.Equal(("w.x", false, null), (command.Program, command.Handshake, command.External!.Path));
        Assert.Equal([0, 3], command.External.ExitCodes);
        Assert.Equal(("run: apt-get install w", "^ok (yes|no)$"), (command.External.Install, command.External.Matches));
        Assert.Equal(["pages"], command.External.Patterns.Keys);
    }

    [Theory]
    [InlineData("program: w.x", "program: ../w", "3:10: program is '../w'; give a program's name, or its absolute path")]
    [InlineData("program: w.x", "program: -w", "3:10: program is '-w'")]
    [InlineData("program: w.x", "program: w\nhandshake: true", "4:12: an external program has no handshake")]
    [InlineData("{threads}\",", "{thread}\",", "6:19: the argument names a parameter 'thread'; did you mean 'threads'?")]
    [InlineData("exit: [0, 3]", "exit: [256]", "7:10: an exit code is '256'")]
    [InlineData("(yes|no)$", "(yes|no$", "8:12: matches '^ok (yes|no$' is no regular expression")]
    [InlineData("([0-9]+) pages", "[0-9]+ pages", "13:42: pattern '^[0-9]+ pages$' has 0 groups")]
    [InlineData(", pattern: '^([0-9]+) pages$'", "", "metric 'pages' cannot be found: give it a 'pattern'")]
    [InlineData("install:", "output: nope\n  install:", "5:11: output is 'nope'; there are llama-cpp, ")]
    [InlineData("external:", "external:\n  shell: x", "5:3: unknown key 'shell' in external")]
    public void A_mistake_is_named(string right, string wrong, string expected)
    {
        Assert.Contains(right, Good, StringComparison.Ordinal);
        UsageException e = Assert.Throws<UsageException>(() => WorkloadFile.Parse(Good.Replace(right, wrong, StringComparison.Ordinal), "w.yaml"));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_line_can_say_where_the_program_is()
    {
        Workload workload = WorkloadFile.Parse(Good, "w.yaml");
        Assert.Equal("/opt/w", workload.WithProgram("w.x", "/opt/w").External!.Path);
        Assert.Contains("runs w.x, not 'v'", Assert.Throws<UsageException>(() => workload.WithProgram("v", "/opt/w")).Message, StringComparison.Ordinal);
        Assert.Contains("no absolute path", Assert.Throws<UsageException>(() => workload.WithProgram("w.x", "w")).Message, StringComparison.Ordinal);
        Workload ours = WorkloadCatalog.Load(Here, "zap");
        Assert.Contains("built here", Assert.Throws<UsageException>(() => ours.WithProgram("zap", "/opt/zap")).Message, StringComparison.Ordinal);
    }

    // the example is what people copy: is it a plan?
    [Fact]
    public void The_plan_of_the_README_runs_dd()
    {
        string readme = File.ReadAllText(Path.Combine(Here.Workloads, "command", "README.md"));
        string text = readme.Split("```yaml\n")[1].Split("```")[0];
        Plan plan = PlanFile.Parse(text, "copy.yaml", TempHome.Known);
        Assert.Equal(("command", "dd"), (plan.Workload, plan.Described!.Program));
        WorkloadCommand command = plan.Described.Command(plan.Described.Fill(plan, plan.Arms[1], 1));
        Assert.Equal(["if=/dev/zero", "of=/dev/null", "bs=65536", "count=1000"], command.Arguments);
    }

    [Theory]
    [InlineData("llama-cpp", "llama-cli")]
    [InlineData("pmbench", "pmbench")]
    [InlineData("stress-ng", "stress-ng")]
    [InlineData("xsbench", "XSBench")]
    public void The_shipped_descriptors_name_their_program(string name, string program)
    {
        Workload workload = WorkloadCatalog.Load(Here, name);
        Assert.Equal(program, workload.Program);
        Assert.NotNull(workload.External!.Output);
        Assert.Contains("elapsed", workload.Metrics.Select(metric => metric.Name));
    }
}
