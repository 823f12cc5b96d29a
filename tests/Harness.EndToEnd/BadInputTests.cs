namespace Harness.EndToEnd;

/// <summary>Does bad input end in one clear line and the documented exit code?</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Theory]
    [InlineData(2, "unknown verb 'nope'; the verbs are doctor, run, ", "nope")]
    [InlineData(2, "no plan 'nope'; there are llama-stand-in", "run", "nope")]
    [InlineData(2, "target 'vm:5.4': not one of local, vm:6.1, vm:6.12", "run", "migrate-batching", "--on", "vm:5.4")]
    [InlineData(2, "--pairs takes a whole number from 1 to 1000, not '-3'", "run", "migrate-batching", "--pairs", "-3")]
    [InlineData(2, "--vcpus takes a whole number from 1 to 255, not '1000000'", "run", "migrate-batching", "--vcpus", "1000000")]
    [InlineData(2, "workload migrate-pingpong has no parameter 'page' to set; there are pages", "run", "migrate-batching", "--set", "page=1")]
    [InlineData(2, "pages is '-1'; give a whole number", "simulate", "migrate-batching", "--set", "pages=-1")]
    [InlineData(2, "--scale takes full, a fraction like 1/64", "simulate", "migrate-batching", "--scale", "2")]
    [InlineData(2, "--serial and --resume go with --scale", "simulate", "migrate-batching", "--resume")]
    [InlineData(2, "plan tiering-check states no full size", "simulate", "tiering-check", "--scale", "full")]
    [InlineData(2, "leave out --pairs and the machine's options", "simulate", "migrate-batching", "--scale", "1/64", "--vcpus", "2")]
    [InlineData(2, "nothing to resume: no state of migrate-batching-1-64", "simulate", "migrate-batching", "--scale", "1/64", "--resume")]
    [InlineData(2, "no session is stored yet; run one first", "compare")]
    [InlineData(2, "unknown knob 'nope'; there are: numa_balancing", "knobs", "set", "nope", "1")]
    [InlineData(2, "Unrecognized command or argument '--jsn'", "doctor", "--jsn")]
    [InlineData(2, "knob recording is set by a recording alone", "knobs", "set", "recording", "on")]
    [InlineData(2, "record takes a plan, or a command after --", "record", "-o", "/tmp/x")]
    [InlineData(2, "record writes a file: name it with -o FILE", "record", "migrate-batching")]
    [InlineData(2, "there is no folder /no/such", "record", "migrate-batching", "-o", "/no/such/x")]
    [InlineData(2, "/dev/null is there already; --force writes over it", "record", "migrate-batching", "-o", "/dev/null")]
    [InlineData(2, "model:6.12 has no kernel to record", "record", "migrate-batching", "--target", "model:6.12", "-o", "/tmp/x")]
    [InlineData(2, "has no arm 'nope'; there are", "record", "migrate-batching", "--arm", "nope", "-o", "/tmp/x")]
    [InlineData(2, "a command goes after --", "record", "migrate-batching", "zap", "-o", "/tmp/x")]
    [InlineData(2, "/no/such: cannot be read", "record", "--inspect", "/no/such")]
    public void A_word_that_is_not_known_is_named_with_what_there_is(int code, string says, params string[] arguments) => Refused(line.Run(arguments), code, says);

    [Theory]
    [InlineData("title: t\nworkload: [\n", ":3:1: ")]
    [InlineData("title: t\nworkload: nope\n", ":2:11: ")]
    public void A_malformed_plan_is_refused_by_line_and_column(string text, string place)
    {
        File.WriteAllText(line.File("bad.yaml"), text);
        Refused(line.Run("run", line.File("bad.yaml")), 2, place);
    }

    [Theory]
    [InlineData("  after: vm:6.12\n", "", "two")]
    [InlineData("memoryMiB: 512, cpus: 4", "memoryMiB: -512, cpus: 4", "memoryMiB")]
    [InlineData("name: interrupts.TLB", "name: interrupt.TLB", "interrupt.TLB")]
    public void A_plan_that_cannot_be_compared_is_refused(string from, string to, string says)
    {
        string good = File.ReadAllText(Path.Combine(Repository.Root, "workloads", "plans", "migrate-batching.yaml"));
        Assert.Contains(from, good, StringComparison.Ordinal);
        File.WriteAllText(line.File("bad.yaml"), good.Replace(from, to, StringComparison.Ordinal));
        Refused(line.Run("run", line.File("bad.yaml")), 2, says);
    }

    [SkippableFact]
    public void A_plan_for_two_nodes_is_refused_on_a_host_with_one()
    {
        Skip.If(Directory.GetDirectories("/sys/devices/system/node", "node*").Length > 1, "this host has more than one memory node");
        Refused(line.Run("run", "migrate-batching", "--on", "local"), 3, "this host has one (node 0)");
        Assert.False(Directory.Exists(Path.Combine(line.Home, "sessions")), "a session was begun");
    }

    [Fact]
    public void Without_QEMU_the_package_to_install_is_named()
    {
        var start = line.Start("run", "migrate-batching");
        start.Environment["PATH"] = line.File("nothing");
        start.Environment["XDG_CACHE_HOME"] = line.File("empty"); // nor is a kernel looked for first
        Refused(CommandLine.Wait(start), 3, "qemu-system-x86");
    }

    [Fact]
    public void Without_network_a_kernel_that_is_not_cached_is_named()
    {
        var start = line.Start("vm", "fetch", "6.12");
        start.Environment["XDG_CACHE_HOME"] = line.File("empty");
        start.Environment["http_proxy"] = start.Environment["https_proxy"] = "http://127.0.0.1:9"; // the discard port: nothing listens
        Refused(CommandLine.Wait(start), 3, "vm:6.12", progress: 1);
    }

    [Fact]
    public void A_home_that_cannot_be_written_is_named()
    {
        File.WriteAllText(line.File("home"), "a file where the folder should be");
        Refused(line.Run("simulate", "migrate-batching"), 3, line.File("home"));
    }

    [Fact]
    public void Over_a_damaged_journal_nothing_is_set_or_measured_and_it_is_kept()
    {
        Directory.CreateDirectory(line.Home);
        string journal = Path.Combine(line.Home, "knobs.journal");
        File.WriteAllText(journal, "not a journal\nat all\n");
        Refused(line.Run("knobs", "set", "numa_balancing", "1"), 3, journal, progress: 1);
        Refused(line.Run("run", "migrate-batching"), 3, journal, progress: 1);
        Ended listed = line.Run("knobs", "list");
        Assert.Equal(0, listed.Code);
        Assert.Contains($"note: knob journal {journal} is damaged", listed.Errors, StringComparison.Ordinal);
        Assert.Equal("not a journal\nat all\n", File.ReadAllText(journal));
    }

    // progress: lines that come before the one that refuses
    private static void Refused(Ended ended, int code, string says, int progress = 0)
    {
        Assert.True(code == ended.Code, $"left with {ended.Code}: {ended.Errors}{ended.Output}");
        Assert.StartsWith("error: ", ended.LastError, StringComparison.Ordinal);
        Assert.Equal(progress + 1, ended.Errors.TrimEnd().Split('\n').Length);
        Assert.Contains(says, ended.LastError, StringComparison.Ordinal);
        Assert.Empty(ended.Output);
    }
}
