using System.Diagnostics;
using Harness.Host.Knobs;
using Harness.Host.Probes;
using Harness.Host.Proc;
using Harness.Host.Proofs;
using Harness.Host.Recording;
using Harness.Records;

namespace Harness.Host.Runs;

/// <summary>Executes one run on this host: knobs, warm-up, snapshot, measured part, snapshot, restore.</summary>
public static class HostRun
{
    /// <summary>What stands beside every number counted under software emulation.</summary>
    public const string EmulatedCaution = "functional: counts, not hardware time";

    /// <summary>Executes the run and gives its record.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="folders">Where the programs and the journal are.</param>
    /// <param name="target">The target's name for the record.</param>
    /// <param name="origin">How the numbers of this host count.</param>
    /// <param name="cancel">Ends the workload, restores the knobs, then throws.</param>
    /// <param name="logs">Folder that an external program's output is kept in; null to keep none.</param>
    /// <exception cref="UsageException">The request is wrong; nothing was touched.</exception>
    /// <exception cref="HostCannotException">
    /// This host cannot do it, another session holds it, or what an earlier run changed is not undone; nothing was touched.
    /// </exception>
    /// <exception cref="RunFailedException">The run failed; the knobs are restored, or the message says which is not.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the knobs are restored, or the next start says which is
    /// not.</exception>
    public static Task<RunRecord> ExecuteAsync(
        RunRequest request, Folders folders, string target, Origin origin, CancellationToken cancel, string? logs = null) =>
        ExecuteAsync(request, folders, target, origin, RunParts.Real with { Logs = logs }, cancel);

    // On a thread of its own: it mostly waits for the workload, and a wake-up through the thread pool would lengthen the window.
    internal static Task<RunRecord> ExecuteAsync(
        RunRequest request, Folders folders, string target, Origin origin, RunParts parts, CancellationToken cancel) =>
        Task.Factory.StartNew(
            () => Execute(request, folders, target, origin, parts, cancel),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static RunRecord Execute(
        RunRequest request, Folders folders, string target, Origin origin, RunParts parts, CancellationToken cancel)
    {
        CheckedRequest work = RunRequestCheck.Check(request, folders, parts.Tree);
        using HostLock held = HostLock.Take(folders);
        new KnobService(folders.Home, parts.Tree).Settle();
        HostDescription host = parts.Describe();
        Phases.Begin(Phases.Probe);
        IReadOnlyList<CounterProbe> probes = parts.Probe(host);
        Phases.End(Phases.Probe);
        using Recorder? recorder = request.Recording is { } recording ? new Recorder(recording) : null;
        using IWindow counted = parts.OpenWindow(request, host.Cpus);
        IWindow window = recorder is null ? counted : new RecordedWindow(counted, recorder);
        using KernelLog log = KernelLog.Open();
        IReadOnlyDictionary<string, string> environment = Surroundings(host, log);
        RunKnobs knobs = new(new KnobChanges(new Journal(folders.Home), parts.Tree));
        DateTimeOffset started = DateTimeOffset.UtcNow;
        Measured measured;
        RecordingSummary? recorded;
        IReadOnlyList<KnobSetting> inForce;
        try
        {
            knobs.Apply(work.Knobs);
            foreach (string action in request.Actions) HostActions.Perform(action, parts.Tree);
            inForce = InForce(parts.Tree);
            if (recorder is not null) knobs.Record(recorder, parts.Tree, host);
            measured = Measure(request, work.Program, window, parts, cancel);
            recorded = recorder?.Finish();
        }
        catch (RunFailedException e)
        {
            if (PutBack() is { } trouble) throw new RunFailedException(e.Kind, $"{e.Message}; {trouble}", e.Log, e);
            throw;
        }
        catch
        {
            PutBack();
            throw;
        }
        if (PutBack() is { } left) throw new RunFailedException(FailureKind.KnobRefused, left);
        probes = [.. probes, .. WindowChecks.Of(measured.Counters, host.Cpus)];
        return new RunRecord
        {
            Request = request,
            Target = target,
            Origin = origin,
            Caution = origin == Origin.Emulated ? EmulatedCaution : null,
            State = RunState.Done,
            Started = started,
            WindowSeconds = measured.Seconds,
            Host = host,
            KnobsInForce = inForce,
            Environment = environment,
            KernelMessages = log.Read(),
            Log = measured.Log,
            Checksum = measured.Result.Checksum,
            Counters = [.. TrustMarks.Apply(measured.Counters, probes, host), .. measured.Result.Counters],
            Probes = probes,
            Proofs = ModeProofs.Of(work.Knobs, host, measured.Counters),
            Timeline = window.Sampler?.Result(),
            OwnCost = measured.OwnCost,
            Recording = recorded,
        };

        // An instance whose buffers are open cannot be removed.
        string? PutBack()
        {
            recorder?.Dispose();
            return knobs.Restore();
        }
    }

    private static Measured Measure(RunRequest request, string program, IWindow window, RunParts parts, CancellationToken cancel)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        end.CancelAfter(TimeSpan.FromSeconds(request.DeadlineSeconds));
        long oomKills = parts.OomKills();
        StartedProcess? started = null;
        try
        {
            Moment begin = default;
            if (request.Command.External is not null)
            {
                ExternalProcess.KeptOutput room = ExternalProcess.KeptOutput.Take();
                begin = Moment.Begin(window);
                ExternalProcess external = ExternalProcess.Start(request, program, parts.Logs, room, end.Token);
                started = external;
                external.WaitForExit();
                (double whole, OwnCost own) = begin.End(window);
                return new Measured(whole, own, window.Counters(), external.Result(whole, request.MetricUnits), external.Log);
            }
            if (!request.Command.Handshake) begin = Moment.Begin(window);
            WorkloadProcess process = WorkloadProcess.Start(request.Workload, program, request.Command.Arguments, end.Token);
            started = process;
            if (request.Command.Handshake)
            {
                process.WaitForReady();
                begin = Moment.Begin(window);
                process.Go();
            }
            string result = process.WaitForResult();
            if (!request.Command.Handshake) process.Finish();
            (double seconds, OwnCost cost) = begin.End(window);
            if (request.Command.Handshake) process.Finish();
            return new Measured(seconds, cost, window.Counters(), WorkloadResult.Parse(request.Workload, result, request.MetricUnits));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new RunFailedException(FailureKind.Timeout,
                $"workload {request.Workload} was not over within its deadline of {request.DeadlineSeconds} s",
                (started as ExternalProcess)?.Log);
        }
        catch (RunFailedException) when (cancel.IsCancellationRequested)
        {
            // A Ctrl-C reaches the workload too: its early end is the interruption, not a failure.
            throw new OperationCanceledException(cancel);
        }
        catch (RunFailedException e) when (started is { WasKilled: true } && parts.OomKills() > oomKills)
        {
            throw new RunFailedException(FailureKind.OutOfMemory,
                $"{e.Message} (the kernel's OOM killer ended it: give it less to touch, or the host more memory)", e.Log, e);
        }
        finally
        {
            started?.Dispose();
        }
    }

    private static SortedDictionary<string, string> Surroundings(HostDescription host, KernelLog log)
    {
        SortedDictionary<string, string> environment = HostEnvironment.Of(host);
        if (log.Why is { } why) environment["kernel.log"] = $"not read: {why}";
        return environment;
    }

    // Every knob's value, and not only those the run set: whoever compares two records wants to see where the hosts differ.
    private static List<KnobSetting> InForce(KnobTree tree) =>
    [
        .. tree.Knobs().Select(tree.Look).Where(state => state.Value is not null)
            .Select(state => new KnobSetting(state.Knob.Name, state.Value!)),
    ];

    /// <summary>The beginning of the measured window. The clock runs inside the snapshots and does not count the reading of them.</summary>
    private readonly record struct Moment(OwnCostMeter Cost, long Ticks)
    {
        internal static Moment Begin(IWindow window)
        {
            Phases.Begin(Phases.Window);
            OwnCostMeter cost = OwnCostMeter.Now();
            window.Begin();
            return new Moment(cost, Stopwatch.GetTimestamp());
        }

        internal (double Seconds, OwnCost Cost) End(IWindow window)
        {
            double seconds = Stopwatch.GetElapsedTime(Ticks).TotalSeconds;
            window.End();
            OwnCostMeter cost = OwnCostMeter.Now();
            Phases.End(Phases.Window);
            return (seconds, cost.Since(Cost, window.Sampler));
        }
    }

    private sealed record Measured(
        double Seconds, OwnCost OwnCost, IReadOnlyList<Counter> Counters, WorkloadResult Result, string? Log = null);
}
