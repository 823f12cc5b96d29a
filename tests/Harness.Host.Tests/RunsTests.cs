using System.Globalization;
using Harness.Host.Knobs;
using Harness.Host.Runs;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>Runs of real processes, with a fake tree of knobs and a fake window of counters.</summary>
public sealed class RunsTests(RunsProgram program) : IClassFixture<RunsProgram>, IDisposable
{
    private readonly KnobsFakeHost host = new();
    private readonly string left = Directory.CreateTempSubdirectory("harness-left-").FullName;
    private long oomKills;

    [Fact]
    public async Task The_window_opens_after_ready_and_closes_before_the_tear_down()
    {
        // The pause gives a workload that was let go too early the time to show it.
        RunRecord record = await Run(Request("normal"), origin: Origin.Emulated, atBegin: () => Thread.Sleep(100));
        Assert.Equal(RunState.Done, record.State);
        Assert.Equal("abc", record.Checksum);
        Assert.Equal(1.5, record.Find("workload.elapsed")!.Value);
        Assert.Equal(1000, record.Find("workload.pages_per_second")!.Value);
        Assert.Equal("pages/s", record.Find("workload.pages_per_second")!.Unit);
        Assert.Equal(1, record.Find("fake.windows")!.Value);
        Assert.Equal("functional: counts, not hardware time", record.Caution);
        Assert.True(record.WindowSeconds > 0);
        Assert.True(record.OwnCost!.CpuSeconds >= 0 && record.OwnCost.AllocatedBytes >= 0);
        Assert.True(record.OwnCost.VoluntarySwitches >= 1);    // it waited for the workload
        Assert.Equal((null, null, null), (record.Timeline, record.OwnCost.SamplerCpuSeconds, record.OwnCost.TimerInterrupts));
        Assert.True(File.Exists(Path.Combine(left, "torn-down")));
    }

    [Fact]
    public async Task A_collection_in_the_window_is_counted_and_said()
    {
        RunRecord record = await Run(Request("normal"), atBegin: GC.Collect);
        Assert.True(record.OwnCost!.Collections >= 1 && record.OwnCost.GcPauseSeconds > 0);
        Assert.Contains("garbage collection paused the harness in the window", Assert.Single(record.OwnCost.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_handshake_the_window_is_the_whole_process_and_no_shell_reads_the_arguments()
    {
        RunRequest request = Request("plain", "a b;$HOME`*'") with { MetricUnits = new Dictionary<string, string> { ["elapsed"] = "s" } };
        RunRecord record = await Run(request with { Command = request.Command with { Handshake = false } }, wholeProcess: true);
        Assert.Equal("a b;$HOME`*'", record.Checksum);
        Assert.Null(record.Caution);
    }

    [Fact]
    public async Task The_knobs_hold_during_the_run_and_are_back_after_it()
    {
        RunRecord record = await Run(Request("normal") with { Knobs = [new("numa_balancing", "2"), new("demotion_enabled", "true")], Actions = ["drop_caches"] });
        Assert.Contains(new KnobSetting("numa_balancing", "2"), record.KnobsInForce);
        Assert.Contains(new KnobSetting("demotion_enabled", "true"), record.KnobsInForce);
        Assert.Contains(new KnobSetting("thp_enabled", "madvise"), record.KnobsInForce);
        Assert.Equal(["numa_balancing=2", "demotion_enabled=true"], record.Proofs.Select(proof => proof.Setting));
        Assert.All(record.Proofs, proof => Assert.False(proof.Acted)); // the fake window counts nothing that they ask for
        Assert.Equal("3\n", await File.ReadAllTextAsync(host.Root + "/proc/sys/vm/drop_caches"));
        AssertRestored();
    }

    [Theory]
    [InlineData("crash-early", FailureKind.WorkloadExit, "exit code 3 before it printed 'ready': no memory on node 7")]
    [InlineData("segv", FailureKind.WorkloadExit, "signal 11 without a result")]
    [InlineData("kill", FailureKind.WorkloadExit, "signal 9 without a result")]
    [InlineData("interrupt", FailureKind.Interrupted, "signal 2")]
    [InlineData("orphan", FailureKind.WorkloadExit, "exit code 5 without a result")]
    [InlineData("endless-line", FailureKind.WorkloadExit, "line of more than")]
    [InlineData("errors", FailureKind.WorkloadExit, "exit code 4 after its result: line 199999")]
    [InlineData("say", FailureKind.WorkloadExit, "exit code 0 before it printed 'ready'")]
    public async Task A_workload_that_fails_is_a_named_failure_and_leaves_no_changed_knob_and_no_process(string mode, FailureKind kind, string says)
    {
        RunFailedException failed = await Assert.ThrowsAsync<RunFailedException>(() => Run(Request(mode, "hello") with { Knobs = [new("numa_balancing", "2")] }));
        Assert.Equal(kind, failed.Kind);
        Assert.Contains(says, failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failed.Message);
        AssertRestored();
        AssertNoProcess();
    }

    [Theory]
    [InlineData("hang")]
    [InlineData("endless-lines")]
    public async Task A_workload_that_is_not_over_in_time_is_ended_with_its_children(string mode)
    {
        RunFailedException failed = await Assert.ThrowsAsync<RunFailedException>(
            () => Run(Request(mode) with { DeadlineSeconds = 1.5, Knobs = [new("numa_balancing", "2")] }));
        Assert.Equal(FailureKind.Timeout, failed.Kind);
        AssertRestored();
        AssertNoProcess();
    }

    [Fact]
    public async Task A_cancelled_run_ends_its_processes_and_restores_before_it_throws()
    {
        using CancellationTokenSource cancel = new();
        Task<RunRecord> run = Run(Request("hang") with { Knobs = [new("numa_balancing", "2")] }, cancel: cancel.Token, atBegin: () => cancel.CancelAfter(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        AssertRestored();
        AssertNoProcess();
    }

    [Fact]
    public async Task A_kill_that_the_OOM_killer_counted_is_out_of_memory()
    {
        RunFailedException failed = await Assert.ThrowsAsync<RunFailedException>(() => Run(Request("kill"), atBegin: () => oomKills++));
        Assert.Equal(FailureKind.OutOfMemory, failed.Kind);
    }

    [Fact]
    public async Task Output_after_the_result_does_not_hold_the_run_up()
    {
        Assert.Equal(RunState.Done, (await Run(Request("chatty-end"))).State);
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("{}", "metric 'elapsed' is missing")]
    [InlineData("{\"metrics\":[]}", "metric 'elapsed' is missing")]
    [InlineData("{\"metrics\":{\"elapsed\":\"1\"}}", "not a finite number")]
    [InlineData("{\"metrics\":{\"elapsed\":1e999}}", "not a finite number")]
    [InlineData("{\"metrics\":{\"elapsed\":null}}", "not a finite number")]
    [InlineData("{\"metrics\":{\"elapsed\":NaN}}", "not valid JSON")]
    [InlineData("{\"checksum\":7,\"metrics\":{\"elapsed\":1}}", "checksum is not a string")]
    [InlineData("{\"checksum\":\"\\ud800\",\"metrics\":{\"elapsed\":1}}", "not valid JSON")]
    [InlineData("{\"metrics\":{\"elapsed\":1}} x", "not valid JSON")]
    public async Task A_result_that_cannot_be_used_ends_in_one_line(string result, string says)
    {
        RunRequest request = Request("say", result) with { MetricUnits = new Dictionary<string, string> { ["elapsed"] = "s" } };
        RunFailedException failed = await Assert.ThrowsAsync<RunFailedException>(
            () => Run(request with { Command = request.Command with { Handshake = false } }, wholeProcess: true));
        Assert.Equal(FailureKind.WorkloadExit, failed.Kind);
        Assert.Contains(says, failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failed.Message);
    }

    [Fact]
    public async Task A_request_that_is_wrong_is_refused_before_anything_starts()
    {
        await Refused<UsageException>(Request("normal") with { DeadlineSeconds = 0 }, "deadline");
        await Refused<UsageException>(Request("normal") with { DeadlineSeconds = double.NaN }, "deadline");
        await Refused<UsageException>(Request("normal") with { DeadlineSeconds = 86_400 }, "deadline");
        await Refused<UsageException>(Request("normal") with { Version = 2 }, "version 2");
        await Refused<UsageException>(Request("normal") with { Knobs = [new("numa_balancng", "2")] }, "unknown knob 'numa_balancng'");
        await Refused<UsageException>(Request("normal") with { Knobs = [new("numa_balancing", "9")] }, "0 to 3");
        await Refused<UsageException>(Request("normal") with { Knobs = [new("numa_balancing", "2"), new("numa_balancing", "0")] }, "twice");
        await Refused<HostCannotException>(Request("normal") with { Knobs = [new("scan_delay_ms", "2")] }, "scan_delay_ms");
        await Refused<UsageException>(Request("normal") with { Actions = ["reboot"] }, "unknown action 'reboot'");
        foreach (string path in (string[])["", ".", "..", "../probe", "/bin/true", "a\nb"])
            await Refused<UsageException>(Request("normal") with { Command = new WorkloadCommand { Program = path, Arguments = [] } }, "plain name");
        await Refused<UsageException>(Request("normal", "a\0b"), "NUL");
        await Refused<HostCannotException>(Request("normal") with { Command = new WorkloadCommand { Program = "nope", Arguments = [] } }, "not in");
        await Refused<HostCannotException>(Request("normal") with { Command = new WorkloadCommand { Program = "probe.c", Arguments = [] } }, "not executable");
        foreach (double seconds in (double[])[-1, 0.009, 3601, double.NaN, double.PositiveInfinity])
            await Refused<UsageException>(Request("normal") with { TimelineSeconds = seconds }, "timeline's interval");
        await Refused<UsageException>(Request("normal") with { TimelineCounters = ["workload.elapsed"] }, "cannot be sampled");
        await Refused<UsageException>(Request("normal") with { TimelineCounters = ["vmstat.a", "vmstat.a"] }, "twice");
        await Refused<UsageException>(
            Request("normal") with { TimelineCounters = [.. Enumerable.Range(0, 300).Select(n => $"vmstat.{n}")] }, "at most 256");
        Assert.False(File.Exists(Path.Combine(left, "started")));
    }

    [Fact]
    public async Task A_knob_that_the_kernel_does_not_take_fails_the_run_and_those_set_before_it_go_back()
    {
        host.Tree.MakesOfThree = "2";
        RunFailedException failed = await Assert.ThrowsAsync<RunFailedException>(
            () => Run(Request("normal") with { Knobs = [new("demotion_enabled", "true"), new("numa_balancing", "3")] }));
        Assert.Equal(FailureKind.KnobRefused, failed.Kind);
        Assert.False(File.Exists(Path.Combine(left, "started")));
        AssertRestored();
    }

    [Fact]
    public async Task An_action_that_the_kernel_refuses_fails_the_run_and_the_knobs_go_back()
    {
        host.Tree.Refuses = "/proc/sys/vm/drop_caches";
        RunFailedException failed = await Assert.ThrowsAsync<RunFailedException>(
            () => Run(Request("normal") with { Knobs = [new("numa_balancing", "2")], Actions = ["drop_caches"] }));
        Assert.Equal(FailureKind.KnobRefused, failed.Kind);
        Assert.Contains("action drop_caches", failed.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(left, "started")));
        AssertRestored();
    }

    [Fact]
    public async Task A_knob_that_somebody_changes_during_the_run_fails_it_and_keeps_the_foreign_value()
    {
        RunFailedException failed = await Assert.ThrowsAsync<RunFailedException>(() => Run(
            Request("normal") with { Knobs = [new("numa_balancing", "2")] },
            atBegin: () => host.Put("/proc/sys/kernel/numa_balancing", "0\n")));
        Assert.Equal(FailureKind.KnobRefused, failed.Kind);
        Assert.Contains("changed to 0 by somebody else", failed.Message, StringComparison.Ordinal);
        Assert.Equal("0", host.Value("numa_balancing"));
    }

    public void Dispose()
    {
        host.Dispose();
        Directory.Delete(left, recursive: true);
    }

    private RunRequest Request(params string[] modeAndMore) => new()
    {
        Session = "s",
        Plan = "p",
        Arm = "before",
        Pair = 0,
        Sequence = 0,
        Seed = 1,
        Workload = "probe",
        Parameters = new Dictionary<string, string>(),
        Command = new WorkloadCommand { Program = "probe", Arguments = [modeAndMore[0], left, .. modeAndMore[1..]], Handshake = true },
        MetricUnits = new Dictionary<string, string> { ["elapsed"] = "s", ["pages_per_second"] = "pages/s" },
        DeadlineSeconds = 60,
    };

    private async Task Refused<T>(RunRequest request, string says) where T : HarnessException
    {
        T refused = await Assert.ThrowsAsync<T>(() => Run(request));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    private Task<RunRecord> Run(
        RunRequest request, Origin origin = Origin.Measured, bool wholeProcess = false, Action? atBegin = null, CancellationToken cancel = default)
    {
        RunParts parts = new()
        {
            Describe = () => new HostDescription { KernelRelease = "6.12", CommandLine = "", CpuModel = "test", Cpus = [0], Nodes = [] },
            OpenWindow = (_, _) => new Window(left, wholeProcess, atBegin),
            Tree = host.Tree,
            OomKills = () => oomKills,
        };
        return HostRun.ExecuteAsync(request, host.Folders with { Programs = program.Folder }, "local", origin, parts, cancel);
    }

    private void AssertRestored()
    {
        Assert.Equal("1", host.Value("numa_balancing"));
        Assert.Equal("false", host.Value("demotion_enabled"));
        Assert.All(host.Knobs.List(), listing => Assert.Null(listing.Open));
    }

    // Each process of the program leaves a file with its pid. One killed may stay a zombie for a moment, which is no process any more.
    private void AssertNoProcess()
    {
        foreach (string file in Directory.GetFiles(left))
        {
            int pid = int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
            ProcessIdentity? process = ProcessIdentity.Of(pid);
            for (int look = 0; process is { IsAlive: true } && look < 1000; look++) Thread.Yield();
            Assert.False(process is { IsAlive: true }, $"{Path.GetFileName(file)}: pid {pid} still runs");
        }
    }

    private sealed class Window(string left, bool wholeProcess, Action? atBegin) : IWindow
    {
        private int ended;

        public void Begin()
        {
            atBegin?.Invoke();
            Assert.Equal(!wholeProcess, File.Exists(Path.Combine(left, "started")));
            Assert.False(File.Exists(Path.Combine(left, "went")));
        }

        public void End()
        {
            Assert.Equal(!wholeProcess, File.Exists(Path.Combine(left, "went")));
            Assert.False(File.Exists(Path.Combine(left, "torn-down")));
            ended++;
        }

        public IReadOnlyList<Counter> Counters() => [new Counter { Name = "fake.windows", Unit = "windows", Value = ended }];

        public void Dispose()
        {
        }
    }
}
