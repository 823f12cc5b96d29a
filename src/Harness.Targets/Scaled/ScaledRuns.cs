using System.Diagnostics;
using System.Globalization;
using Harness.Records;

namespace Harness.Targets;

/// <summary>
/// Simulates the arms of a <see cref="ScaledPlan"/>, side by side or one after the other, with the same results. The states are kept now
/// and then, and when the user interrupts; the result is kept as a file.
/// </summary>
/// <param name="plan">The plan.</param>
/// <param name="folders">Where states and results are kept.</param>
/// <param name="notice">Takes lines about what did not work and does not end the simulation.</param>
public sealed class ScaledRuns(ScaledPlan plan, Folders folders, Action<string> notice)
{
    private const double SaveSeconds = 60;       // assumed: what a kill may cost at least
    private const double SavesPerCost = 20;      // assumed: keeping the state may take a twentieth of the time

    private readonly double[] progress = new double[plan.Arms.Count];

    /// <summary>Arms simulated at a time.</summary>
    public int AtOnce { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether to go on where an interrupted simulation of the same plan was.</summary>
    public bool Resume { get; init; }

    /// <summary>How much of an arm is done, 0 to 1. May be read while the simulation is under way.</summary>
    /// <param name="arm">The arm's place in the plan.</param>
    public double ProgressOf(int arm) => Volatile.Read(ref progress[arm]);

    /// <summary>Simulates to the end and keeps the result.</summary>
    /// <param name="cancel">Keeps the states and ends.</param>
    /// <exception cref="UsageException">There is nothing to resume, or a kept state cannot be taken.</exception>
    /// <exception cref="HostCannotException">A state or the result cannot be written or read.</exception>
    /// <exception cref="OperationCanceledException">Interrupted.</exception>
    public async Task<ScaledResult> RunAsync(CancellationToken cancel)
    {
        StateFile[] states = [.. plan.Arms.Select(arm => new StateFile(
            Path.Combine(folders.Scaled, $"{plan.FileName}-{arm.Request.Arm}.state"), plan.KeyOf(arm.Request)))];
        if (Resume && !Array.Exists(states, state => state.Exists))
            throw new UsageException($"nothing to resume: no state of {plan.FileName} in {folders.Scaled}; run without --resume");

        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using SemaphoreSlim free = new(AtOnce);
        Task<ScaledArm>[] arms = [.. states.Select((state, arm) => OneAsync(arm, state, free, stop))];
        await ((Task)Task.WhenAll(arms)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // the first arm that failed has stopped the others
        if (arms.FirstOrDefault(arm => arm.IsFaulted) is { } failed) await failed;
        ScaledResult result = Result(await Task.WhenAll(arms));
        Keep(result);
        foreach (StateFile state in states) state.Delete();
        return result;
    }

    private async Task<ScaledArm> OneAsync(int arm, StateFile state, SemaphoreSlim free, CancellationTokenSource stop)
    {
        await free.WaitAsync(stop.Token);
        try
        {
            return await Task.Factory.StartNew(
                () => One(arm, state, stop.Token), stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            free.Release();
        }
    }

    private ScaledArm One(int arm, StateFile state, CancellationToken stop)
    {
        (ModelTarget target, RunRequest request) = plan.Arms[arm];
        DateTimeOffset started = DateTimeOffset.UtcNow;
        ModelRun? run = null;
        double earlier = 0;
        if (Resume && state.Exists)
        {
            (run, ScaledArm? over, earlier) = state.Read(() => target.Start(request));
            if (over is not null)
            {
                Volatile.Write(ref progress[arm], 1);
                return over;
            }
        }
        run ??= target.Start(request);
        Stopwatch wall = Stopwatch.StartNew();
        double Seconds() => earlier + wall.Elapsed.TotalSeconds;
        double nextSave = Seconds() + SaveSeconds;
        while (!run.Done)
        {
            if (stop.IsCancellationRequested && run.CanBeSaved) KeepOrFail(() => state.Write(run, Seconds()), state.Path);
            stop.ThrowIfCancellationRequested();
            run.Advance(stop);
            Volatile.Write(ref progress[arm], run.Progress);
            if (Seconds() < nextSave || !run.CanBeSaved) continue;
            double before = Seconds();
            TryKeep(() => state.Write(run, Seconds()), state.Path);
            nextSave = Seconds() + Math.Max(SaveSeconds, SavesPerCost * (Seconds() - before));
        }
        ScaledArm ended = new(target.Record(request, started, run.Outcome()), Seconds());
        if (plan.Arms.Count > 1) TryKeep(() => state.Write(ended), state.Path);
        return ended;
    }

    private ScaledResult Result(IReadOnlyList<ScaledArm> arms) => new()
    {
        Plan = plan.Loaded.Plan.Name,
        Title = plan.Loaded.Plan.Title,
        Scale = plan.Scale.Text,
        Fraction = plan.Scale.Fraction,
        Machine = plan.Machine.Name,
        Assumptions = plan.Assumptions,
        Parameters = plan.Parameters,
        Counters = plan.Loaded.Plan.Counters,
        Model = ScaledPlan.Build,
        Finished = DateTimeOffset.UtcNow,
        Arms = arms,
        PeakMemoryBytes = Process.GetCurrentProcess().PeakWorkingSet64,
    };

    private void Keep(ScaledResult result)
    {
        string name = $"{result.Finished.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}-{plan.FileName}.json";
        string file = Path.Combine(folders.Scaled, name);
        KeepOrFail(
            () =>
            {
                Directory.CreateDirectory(folders.Scaled);
                DurableFile.Write(file, RecordJson.WriteIndented(result));
            },
            file);
    }

    private void TryKeep(Action keep, string file)
    {
        try
        {
            keep();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            notice($"note: {file} could not be written, so a kill would cost more: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static void KeepOrFail(Action keep, string file)
    {
        try
        {
            keep();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException(
                $"cannot write {file}: {e.Message.ReplaceLineEndings(" ")}; make room there or set HARNESS_HOME to another folder", e);
        }
    }
}
