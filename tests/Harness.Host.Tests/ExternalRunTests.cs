using System.Globalization;
using Harness.Host.Knobs;
using Harness.Host.Runs;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>Do runs of programs that know nothing of the harness end as they should, their output kept and nothing left behind?</summary>
public sealed class ExternalRunTests : IDisposable
{
    private readonly KnobsFakeHost host = new();
    private readonly string left = Directory.CreateTempSubdirectory("harness-external-").FullName;

    private string Logs => Path.Combine(left, "logs");

    [Fact]
    public async Task A_program_of_the_search_path_is_timed_its_output_kept_and_searched()
    {
        RunRecord record = await Run(Script("pwd; ls -A | wc -l; echo $LC_ALL; cat; echo '1,234 pages' >&2"), Pages);
        Assert.Equal(1234, record.Find("workload.pages")!.Value);
        Assert.InRange(record.Find("workload.elapsed")!.Value!.Value, double.Epsilon, 60);
        string[] kept = File.ReadAllLines(record.Log!);
        Assert.Equal(Path.Combine(Logs, "007-before-output.txt"), record.Log);
        Assert.Equal(["0", "C", "", "1,234 pages"], kept[1..]);    // it began in an empty folder, with nothing to read
        Assert.False(Directory.Exists(kept[0]));
    }

    [Fact]
    public async Task No_shell_reads_the_arguments()
    {
        RunRecord record = await Run(Command("printf", "%s", "$HOME `id` 7 pages"), Pages);
        Assert.Equal("$HOME `id` 7 pages", File.ReadAllText(record.Log!).TrimEnd('\n'));
    }

    [Theory]
    [InlineData("exit 3", "left with exit code 3 at its end: last words")]
    [InlineData("kill -SEGV $$", "was ended by signal 11 at its end: last words")]
    [InlineData("exit 2", "it does not match what a good run prints")]
    [InlineData("echo good; exit 2", "metric 'pages' cannot be used: its pattern does not match the output")]
    [InlineData("echo good; echo 1e999 pages; exit 2", "metric 'pages' cannot be used: it is not a finite number")]
    public async Task A_bad_run_is_named_and_its_output_is_kept(string script, string says)
    {
        ExternalProgram program = Pages with
        {
            ExitCodes = [2, 4], Matches = "^good$", Patterns = new Dictionary<string, string> { ["pages"] = "([0-9e]+) pages" },
        };
        RunFailedException failed = await Assert.ThrowsAsync<RunFailedException>(() => Run(Script("echo last words >&2; " + script), program));
        Assert.Equal(FailureKind.WorkloadExit, failed.Kind);
        Assert.Contains(says, failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failed.Message);
        Assert.Contains("last words", File.ReadAllText(failed.Log!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exit_code_that_counts_as_success_is_told_unless_it_is_0()
    {
        RunRecord four = await Run(Script("echo 7 pages; exit 4"), Pages with { ExitCodes = [0, 4] });
        Assert.Equal(4, four.Find(ExternalProgram.ExitCodeCounter)!.Value);
        RunRecord none = await Run(Script("echo 7 pages"), Pages with { ExitCodes = [0, 4] });
        Assert.Null(none.Find(ExternalProgram.ExitCodeCounter));
    }

    [Fact]
    public async Task The_deadline_ends_the_program_with_all_it_started_and_keeps_its_output()
    {
        // one child in a session of its own, one that has lost its parent
        string script = $"echo begun; setsid sleep 1000 & echo $! >{left}/a; (sleep 1000 & echo $! >{left}/b); sleep 1000";
        RunFailedException failed = await Assert.ThrowsAsync<RunFailedException>(
            () => Run(Script(script) with { DeadlineSeconds = 1 }, Pages));
        Assert.Equal(FailureKind.Timeout, failed.Kind);
        Assert.Contains("begun", File.ReadAllText(failed.Log!), StringComparison.Ordinal);
        foreach (string file in (string[])["a", "b"])
        {
            int pid = int.Parse(File.ReadAllText(Path.Combine(left, file)), CultureInfo.InvariantCulture);
            ProcessIdentity? process = ProcessIdentity.Of(pid);
            for (int look = 0; process is { IsAlive: true } && look < 100_000; look++) Thread.Yield();
            Assert.False(process is { IsAlive: true }, $"{file}: pid {pid} still runs");
        }
    }

    [Fact]
    public async Task Of_endless_output_the_end_is_kept()
    {
        RunRecord record = await Run(Script("head -c 9000000 /dev/zero; echo; yes | head -c 900000; echo 5 pages"), Pages);
        Assert.Equal(5, record.Find("workload.pages")!.Value);
        Assert.InRange(new FileInfo(record.Log!).Length, 900_000, 2 * 1024 * 1024 + 1);
    }

    [Fact]
    public async Task A_child_that_keeps_the_output_open_does_not_hold_the_run_up()
    {
        RunRecord record = await Run(Script("echo 5 pages; sleep 1000 &"), Pages);
        Assert.Equal(5, record.Find("workload.pages")!.Value);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named_with_how_to_get_it()
    {
        HostCannotException e = await Assert.ThrowsAsync<HostCannotException>(() => Run(Command("no-such-program"), Pages));
        Assert.Equal(
            "program 'no-such-program' is in no folder of PATH on this host; run: apt-get install pages, "
            + "or give --program no-such-program=/PATH", e.Message);
        e = await Assert.ThrowsAsync<HostCannotException>(() => Run(Command("sh"), Pages with { Path = "/nowhere/sh" }));
        Assert.StartsWith("program /nowhere/sh is not on this host; ", e.Message, StringComparison.Ordinal);
        e = await Assert.ThrowsAsync<HostCannotException>(() => Run(Command("passwd"), Pages with { Path = "/etc/passwd" }));
        Assert.Equal("program /etc/passwd is not executable", e.Message);
    }

    [Theory]
    [InlineData("(", "no regular expression")]
    [InlineData("(?=a)(b)", "no regular expression")]
    [InlineData("(a)\\1", "no regular expression")]
    [InlineData("a", "has 0 groups")]
    [InlineData("(a)(b)", "has 2 groups")]
    public async Task A_request_with_a_pattern_that_cannot_be_taken_is_refused(string pattern, string says)
    {
        ExternalProgram program = Pages with { Patterns = new Dictionary<string, string> { ["pages"] = pattern } };
        UsageException e = await Assert.ThrowsAsync<UsageException>(() => Run(Command("true"), program));
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        host.Dispose();
        Directory.Delete(left, recursive: true);
    }

    private static ExternalProgram Pages => new()
    {
        Install = "run: apt-get install pages",
        Patterns = new Dictionary<string, string> { ["pages"] = "([0-9,]+) pages" },
    };

    private static RunRequest Script(string script) => Command("sh", "-c", script);

    private static RunRequest Command(string program, params string[] arguments) => new()
    {
        Session = "s",
        Plan = "p",
        Arm = "before",
        Pair = 0,
        Sequence = 7,
        Seed = 1,
        Workload = "command",
        Parameters = new Dictionary<string, string>(),
        Command = new WorkloadCommand { Program = program, Arguments = arguments },
        MetricUnits = new Dictionary<string, string> { ["elapsed"] = "s", ["pages"] = "pages" },
        DeadlineSeconds = 60,
    };

    private Task<RunRecord> Run(RunRequest request, ExternalProgram program)
    {
        RunParts parts = new()
        {
            Describe = () => new HostDescription { KernelRelease = "6.12", CommandLine = "", CpuModel = "test", Cpus = [0], Nodes = [] },
            OpenWindow = (_, _) => new Window(),
            Tree = host.Tree,
            OomKills = () => 0,
            Logs = Logs,
        };
        RunRequest external = request with { Command = request.Command with { External = program } };
        return HostRun.ExecuteAsync(external, host.Folders, "local", Origin.Measured, parts, CancellationToken.None);
    }

    private sealed class Window : IWindow
    {
        public void Begin()
        {
        }

        public void End()
        {
        }

        public IReadOnlyList<Counter> Counters() => [];

        public void Dispose()
        {
        }
    }
}
