using System.Diagnostics;
using System.Reflection.Emit;
using Harness.Experiments;
using Harness.Host.Runs;
using Harness.Records;

namespace Harness.OwnTrace.Tests;

/// <summary>
/// Does the trace lay collections and compilations to the phase they fell into, and does the record of a run say what fell into its window? One
/// class, so that nothing else of this process runs meanwhile.
/// </summary>
public sealed class SessionTraceTests
{
    [Fact]
    public async Task A_collection_in_the_window_is_in_the_record_and_one_before_it_is_not()
    {
        using SessionTrace trace = new();
        RunRecord disturbed = await Run(trace, before: () => { }, inWindow: () => Collect(2));
        RunRecord quiet = await Run(trace, before: () => Collect(3), inWindow: () => { });

        OwnCost cost = disturbed.OwnCost!;
        Assert.True(cost.Traced);
        Assert.Equal(2, cost.Collections);
        Assert.InRange(cost.LongestGcPauseSeconds!.Value, cost.GcPauseSeconds / 2, cost.GcPauseSeconds);
        Assert.True(cost.GcPauseSeconds > 0);
        string note = Assert.Single(cost.Notes);
        Assert.StartsWith("garbage collection paused the harness in the window: ", note, StringComparison.Ordinal);
        Assert.Contains("the longest for ", note, StringComparison.Ordinal);

        Assert.True(quiet.OwnCost!.Traced);
        Assert.Equal((0, 0), (quiet.OwnCost.Collections, quiet.OwnCost.GcPauseSeconds));
        Assert.Empty(quiet.OwnCost.Notes);
        Assert.Equal(3, trace.Cost.Phases.First(phase => phase.Phase == Phases.Run).Collections);
        Assert.Empty(trace.Cost.Notes);
    }

    [Fact]
    public async Task Methods_compiled_in_the_window_are_counted_with_their_time()
    {
        using SessionTrace trace = new();
        RunRecord record = await Run(trace, before: () => { }, inWindow: () => Compile(25));
        Assert.True(record.OwnCost!.MethodsCompiled >= 25, $"{record.OwnCost.MethodsCompiled} methods");
        Assert.True(record.OwnCost.CompileSeconds > 0);
        RunRecord warm = await Run(trace, before: () => { }, inWindow: () => { });
        Assert.True(warm.OwnCost!.MethodsCompiled < 25, $"{warm.OwnCost.MethodsCompiled} methods");
    }

    [Fact]
    public async Task Phases_are_told_apart_over_cuts_and_a_phase_that_was_left_open_ends_with_the_one_around_it()
    {
        using SessionTrace trace = new();
        Phases.Begin(Phases.Open);
        Collect(1);
        await trace.CutAsync();
        Collect(2);
        Phases.End(Phases.Open);
        Phases.Begin(Phases.Run);
        Phases.Begin(Phases.Window);
        Phases.End(Phases.Run);
        Phases.Begin(Phases.Compare);
        Collect(4);
        Phases.End(Phases.Compare);
        await trace.CutAsync();

        Dictionary<string, long> collections = trace.Cost.Phases.ToDictionary(phase => phase.Phase, phase => phase.Collections);
        Assert.Equal((3, 0, 4), (collections[Phases.Open], collections[Phases.Window], collections[Phases.Compare]));
        Assert.All(trace.Cost.Phases, phase => Assert.True(phase.Seconds >= 0));
    }

    // Does the window of a real run on this host reach the trace, and what the trace saw the record?
    [Fact]
    public async Task A_real_run_is_traced_in_its_window()
    {
        using SessionTrace trace = new();
        RunRecord record = await new TracedTarget(new Here(), trace).RunAsync(Request(), "", CancellationToken.None);
        Assert.Equal(RunState.Done, record.State);
        Assert.True(record.OwnCost!.Traced);
        Assert.InRange(trace.Cost.Phases.Single(phase => phase.Phase == Phases.Window).Seconds, record.WindowSeconds, double.MaxValue);
    }

    [Fact]
    public async Task A_piece_without_a_window_changes_no_record()
    {
        using SessionTrace trace = new();
        RunRecord record = await new TracedTarget(new Fake(() => { }, null), trace).RunAsync(Request(), "", CancellationToken.None);
        Assert.False(record.OwnCost!.Traced);
        Assert.Equal(7, record.OwnCost.AllocatedBytes);
    }

    [Fact]
    public void A_trace_leaves_no_file()
    {
        using SessionTrace trace = new();
        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), $"harness-trace-{Environment.ProcessId}-*"));
    }

    [Fact]
    public async Task A_process_that_takes_no_diagnostics_says_so_and_goes_on()
    {
        ProcessStartInfo start = new("dotnet", [typeof(SessionTraceTests).Assembly.Location]) { RedirectStandardOutput = true };
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using Process process = Process.Start(start)!;
        string said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        Assert.StartsWith("window not seen; the harness's own runtime could not be traced: ", said, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', said.TrimEnd());
    }

    private static async Task<RunRecord> Run(SessionTrace trace, Action before, Action inWindow)
    {
        Phases.Begin(Phases.Run);
        RunRecord record = await new TracedTarget(new Fake(before, inWindow), trace).RunAsync(Request(), "", CancellationToken.None);
        Phases.End(Phases.Run);
        return record;
    }

    private static void Collect(int times)
    {
        for (int i = 0; i < times; i++) GC.Collect();
    }

    private static void Compile(int methods)
    {
        for (int i = 0; i < methods; i++)
        {
            DynamicMethod method = new($"method{i}", typeof(int), []);
            ILGenerator code = method.GetILGenerator();
            code.Emit(OpCodes.Ldc_I4, i);
            code.Emit(OpCodes.Ret);
            Assert.Equal(i, method.CreateDelegate<Func<int>>()());
        }
    }

    private static RunRequest Request() => new()
    {
        Session = "s",
        Plan = "p",
        Arm = "a",
        Pair = 0,
        Sequence = 0,
        Seed = 1,
        Workload = "w",
        Parameters = new Dictionary<string, string>(),
        Command = new WorkloadCommand { Program = "w", Arguments = [] },
        MetricUnits = new Dictionary<string, string>(),
        DeadlineSeconds = 60,
    };

    /// <summary>This host, with a shell script for a workload.</summary>
    private sealed class Here : ITarget
    {
        private readonly string home = Directory.CreateTempSubdirectory("harness-traced-").FullName;

        public string Name => "local";

        public async Task<RunRecord> RunAsync(RunRequest request, string logs, CancellationToken cancel)
        {
            string program = Path.Combine(home, request.Command.Program);
            await File.WriteAllTextAsync(program, """
                #!/bin/sh
                echo '{"metrics":{}}'

                """, cancel);
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Folders folders = Folders.FromEnvironment() with { Home = home, Programs = home };
            RunRecord record = await HostRun.ExecuteAsync(request, folders, Name, Origin.Measured, cancel);
            Directory.Delete(home, recursive: true);
            return record;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Fake(Action before, Action? inWindow) : ITarget
    {
        public string Name => "local";

        public Task<RunRecord> RunAsync(RunRequest request, string logs, CancellationToken cancel)
        {
            before();
            if (inWindow is not null)
            {
                Phases.Begin(Phases.Window);
                inWindow();
                Phases.End(Phases.Window);
            }
            return Task.FromResult(new RunRecord
            {
                Request = request,
                Target = Name,
                Origin = Origin.Measured,
                State = RunState.Done,
                Started = DateTimeOffset.UnixEpoch,
                WindowSeconds = 1,
                Counters = [],
                OwnCost = new OwnCost { CpuSeconds = 0, GcPauseSeconds = 0, AllocatedBytes = 7 },
            });
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
