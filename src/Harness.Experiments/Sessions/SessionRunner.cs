using Harness.Records;

namespace Harness.Experiments;

/// <summary>
/// Runs a session: every arm's target opened once, one run at a time in the manifest's order, each run's state on disk before it starts and
/// after it is over. A run that fails of a cause which another attempt can escape is kept and tried once more when all others are over; the
/// session goes on unless every run of an arm fails.
/// </summary>
/// <param name="folders">Where sessions live.</param>
/// <param name="open">Opens an arm's target.</param>
/// <param name="save">Given each record once it is on disk, and those of a resumed session again.</param>
/// <param name="progress">Told what happens.</param>
/// <param name="clock">The time for the session's id and the estimates; the system's when null.</param>
public sealed class SessionRunner(
    Folders folders, Func<Arm, Task<ITarget>> open, Action<RunRecord> save, ISessionProgress progress, TimeProvider? clock = null)
{
    private const int HopelessAfter = 3;    // assumed: an arm whose first three runs all failed will go on failing
    private const int MostInterruptions = 3; // assumed: a run in which the harness or its host went down so often brings them down itself
    private readonly TimeProvider clock = clock ?? TimeProvider.System;

    /// <summary>Awaited before each run; throws <see cref="RunFailedException"/> when the host is not fit to run it now.</summary>
    public Func<CancellationToken, Task> BeforeRun { get; init; } = _ => Task.CompletedTask;

    /// <summary>Runs a new session of the plan.</summary>
    /// <exception cref="RunFailedException">Every run of an arm failed.</exception>
    /// <exception cref="HostCannotException">A target cannot run here, or the results cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The session was interrupted; it can be resumed.</exception>
    public async Task<Session> RunAsync(LoadedPlan loaded, CancellationToken cancel)
    {
        await using OpenTargets targets = await OpenTargets.OpenAsync(loaded.Plan.Arms, open);
        using SessionFolder folder = SessionFolder.Create(folders.Sessions, loaded, clock.GetUtcNow());
        return await DriveAsync(folder, loaded, targets, cancel);
    }

    /// <summary>
    /// Takes up the newest unfinished session of the plan: the same order, seeds, pairs and targets, without the runs that are over.
    /// </summary>
    /// <exception cref="UsageException">There is no unfinished session of this plan with this text.</exception>
    /// <exception cref="RunFailedException">As for <see cref="RunAsync"/>.</exception>
    /// <exception cref="HostCannotException">As for <see cref="RunAsync"/>, or another process runs the session.</exception>
    /// <exception cref="OperationCanceledException">As for <see cref="RunAsync"/>.</exception>
    public async Task<Session> ResumeAsync(LoadedPlan loaded, CancellationToken cancel)
    {
        using SessionFolder folder = SessionFolder.OpenUnfinished(folders.Sessions, loaded, progress.Notice);
        Arm[] arms = [.. folder.Manifest.Arms.Select(kept => Kept(loaded.Plan, kept))];
        LoadedPlan resumed = loaded with { Plan = loaded.Plan with { Arms = arms } };
        await using OpenTargets targets = await OpenTargets.OpenAsync(arms, open);
        return await DriveAsync(folder, resumed, targets, cancel);
    }

    private static Arm Kept(Plan plan, ManifestArm kept) =>
        plan.Arms.FirstOrDefault(a => a.Name == kept.Name) is { } arm
            ? arm with { Target = kept.Target }
            : throw new UsageException(
                $"the session's manifest has an arm '{kept.Name}' that plan '{plan.Name}' does not have; begin a new session");

    private async Task<Session> DriveAsync(SessionFolder folder, LoadedPlan loaded, OpenTargets targets, CancellationToken cancel)
    {
        progress.Opened(folder.Manifest);

        // A session ended in the middle may have a record on disk that was not given away yet; one given away before is the same again.
        TakeUp(folder);
        foreach (RunRecord kept in folder.ReadRecords()) save(kept);
        var pace = new Pace(folder.Manifest.Runs.Count(SessionFolder.IsLeft));
        foreach (ManifestRun run in folder.Manifest.Runs.Where(r => r.State is RunState.Planned or RunState.Running).ToList())
        {
            await ExecuteAsync(folder, loaded, targets, run, pace, cancel);
            StopWhenHopeless(folder.Manifest, run.Arm);
        }
        foreach (ManifestRun run in folder.Manifest.Runs.Where(SessionFolder.MayRetry).ToList())
        {
            await ExecuteAsync(folder, loaded, targets, run, pace, cancel);
        }
        folder.End(clock.GetUtcNow());
        foreach (ManifestArm arm in folder.Manifest.Arms)
        {
            if (folder.Manifest.Runs.Where(r => r.Arm == arm.Name).All(r => r.State == RunState.Failed)) throw AllFailed(folder, arm.Name);
        }
        return new Session(folder.Folder, folder.Manifest, folder.ReadRecords());

        void StopWhenHopeless(Manifest manifest, string arm)
        {
            var over = manifest.Runs.Where(r => r.Arm == arm && r.State is not (RunState.Planned or RunState.Running)).ToList();
            if (over.Count >= HopelessAfter && over.All(r => r.State == RunState.Failed)) throw AllFailed(folder, arm);
        }
    }

    /// <summary>
    /// Settles the run that was in progress when the session ended. Its record counts when it is on disk; else the run is to be executed
    /// anew, unless it has brought the harness down too often.
    /// </summary>
    private void TakeUp(SessionFolder folder)
    {
        foreach (ManifestRun run in folder.Manifest.Runs.Where(r => r.State == RunState.Running).ToList())
        {
            if (folder.Unnoted(run) is { } found)
            {
                folder.Update(Over(run, found.Record, found.Name));
                continue;
            }
            ManifestRun again = run with { State = RunState.Planned, Interruptions = run.Interruptions + 1 };
            progress.Notice($"run {run.Sequence} ({run.Arm}) was in progress when the session ended; it is run again");
            folder.Update(again);
        }
    }

    private static ManifestRun Over(ManifestRun run, RunRecord record, string file) => run with
    {
        State = record.State,
        Failure = record.Failure,
        Failures = run.Failures + (record.State == RunState.Failed ? 1 : 0),
        Why = record.Why,
        Record = file,
    };

    private static RunFailedException AllFailed(SessionFolder folder, string arm)
    {
        RunRecord last = folder.ReadRecords().Last(r => r.Request.Arm == arm);
        return new RunFailedException(
            last.Failure!.Value, $"every run of arm '{arm}' failed ({last.Target}); the last: {last.Why}", last.Log);
    }

    private async Task ExecuteAsync(
        SessionFolder folder, LoadedPlan loaded, OpenTargets targets, ManifestRun run, Pace pace, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        run = run with { State = RunState.Running };
        folder.Update(run);
        progress.Started(pace.Next(run, folder.Manifest));
        long start = clock.GetTimestamp();
        DateTimeOffset began = clock.GetUtcNow();
        Arm arm = loaded.Plan.Arms.First(a => a.Name == run.Arm);
        RunRequest request = RunRequests.Of(folder.Manifest.Session, loaded, arm, run.Pair, run.Sequence, run.Seed);
        RunRecord record;
        try
        {
            if (run.Interruptions >= MostInterruptions) throw TooOften(run);
            await BeforeRun(cancel);
            Phases.Begin(Phases.Run);
            record = PlanProofs.Judge(loaded.Plan, await targets[run.Arm].RunAsync(request, folder.Logs, cancel));
            if (Lost(loaded.Plan, record) is { } why)
                record = record with { State = RunState.Failed, Failure = FailureKind.CounterLost, Why = why };
        }
        catch (RunFailedException e)
        {
            record = Failed(folder, request, began, e, targets[run.Arm].Name);
        }
        catch (Exception e) when (e is HarnessException or OperationCanceledException)
        {
            // An end that the harness lived to see: the run was given up, it did not bring anything down.
            folder.Update(run with { State = RunState.Planned });
            throw;
        }
        finally
        {
            Phases.End(Phases.Run);
        }
        run = Over(run, record, folder.Save(run, record));
        folder.Update(run);
        save(record);
        pace.Over(run, clock.GetElapsedTime(start));
        progress.Finished(pace.Now(run, folder.Manifest), record);
    }

    /// <summary>Why a run whose judged counter was lost within the window cannot count; null when none was.</summary>
    private static string? Lost(Plan plan, RunRecord record)
    {
        foreach (JudgedCounter judged in plan.Counters)
        {
            if (record.Find(judged.Name) is { Trust: CounterTrust.Lost } lost)
                return $"{lost.Name} was lost within the window: {lost.Note}";
        }
        return null;
    }

    private static RunFailedException TooOften(ManifestRun run) => new(FailureKind.Interrupted,
        $"the harness or its host went down {run.Interruptions} times in the middle of this run; "
        + "it is not tried again (see the host's own log)");

    /// <summary>
    /// The record of a failed attempt. It has no numbers; its origin is that of the arm's other records, else what such a target usually
    /// gives.
    /// </summary>
    private static RunRecord Failed(
        SessionFolder folder, RunRequest request, DateTimeOffset began, RunFailedException e, string target) => new()
    {
        Request = request,
        Target = target,
        Origin = folder.ReadRecords().FirstOrDefault(r => r.Request.Arm == request.Arm)?.Origin ?? UsualOrigin(target),
        State = RunState.Failed,
        Failure = e.Kind,
        Why = e.Message,
        Log = e.Log,
        Started = began,
        WindowSeconds = 0,
        Counters = [],
    };

    private static Origin UsualOrigin(string target) => target.Split(':')[0] switch
    {
        "model" => Origin.Modelled,
        "vm" => Origin.Emulated,
        _ => Origin.Measured,
    };
}
