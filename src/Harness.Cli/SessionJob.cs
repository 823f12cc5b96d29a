using Harness.Experiments;
using Harness.Host.Knobs;
using Harness.Host.Load;
using Harness.OwnTrace;
using Harness.Records;
using Harness.Targets;
using Harness.Targets.Vm;

namespace Harness.Cli;

/// <summary>Runs a session from a plan to its table: targets, runs, prediction, report.</summary>
/// <param name="folders">Where things live.</param>
/// <param name="options">How guests are built.</param>
/// <param name="json">True to print the comparison as JSON.</param>
internal sealed class SessionJob(Folders folders, VmOptions options, bool json)
{
    // Assumed: longer than a build or an update of package lists.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Show measured against modelled instead of the comparison of the arms.</summary>
    public bool Validates { get; init; }

    /// <summary>Run and store, and show nothing.</summary>
    public bool Quiet { get; init; }

    /// <summary>Fitted constants of the model beside it; null for what is assumed.</summary>
    public FittedConstants? Constants { get; init; }

    /// <summary>What other programs may use of this host's CPUs when a run begins, in percent; null lets any run begin.</summary>
    public int? MostBusyPercent { get; init; }

    /// <summary>Runs a new session, or the newest unfinished one of the plan.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(LoadedPlan loaded, bool resume, CancellationToken cancel)
    {
        foreach (Arm arm in loaded.Plan.Arms.Where(OnModel)) ModelTarget.RequireProgram(arm.Target, loaded.WorkloadOf(arm).Name);
        loaded = loaded.WithStandIns(folders.Programs, WorkloadCatalog.List(folders), arm => !OnModel(arm), Console.Error.WriteLine);
        bool besideGuests = loaded.Plan.Arms.Any(arm => TargetName.Parse(arm.Target).Kind == TargetKind.Vm);
        using HostLock held = HostLock.Take(folders);
        foreach (RestoreReport report in new KnobService(folders).Settle()) Console.Error.WriteLine($"note: {report.Message}");
        using SessionStore store = new(StoredSession.OpenStore(folders), Console.Error.WriteLine);
        SessionProgress progress = new(store);
        using SessionTrace trace = new();

        Dictionary<string, ITarget> ready = [];
        Dictionary<string, HostCannotException> missing = [];
        // an A/A session is nothing with one of its sides left out
        if (!resume && loaded.Plan.SameArm is null)
        {
            foreach (Arm arm in loaded.Plan.Arms)
            {
                try
                {
                    ready.Add(arm.Name, await OpenAsync(arm));
                }
                catch (HostCannotException e)
                {
                    missing.Add(arm.Name, e);
                }
            }
            if (ready.Count == 0) throw missing.Values.First();
            foreach ((string arm, HostCannotException e) in missing) progress.Notice($"note: arm '{arm}' is left out: {e.Message}");
            Arm[] there = [.. loaded.Plan.Arms.Where(arm => ready.ContainsKey(arm.Name))];
            loaded = loaded with { Plan = loaded.Plan with { Arms = there } };
        }

        SessionRunner runner = new(folders, ReadyAsync, store.SaveRecord, progress)
        {
            BeforeRun = MostBusyPercent is { } most ? new QuietHost(most / 100.0, Patience).WaitAsync : _ => Task.CompletedTask,
        };
        Session session = resume ? await runner.ResumeAsync(loaded, cancel) : await runner.RunAsync(loaded, cancel);
        progress.End();
        SessionCost earlier = Session.ReadCost(session.Folder);
        Phases.Begin(Phases.Compare);
        RunRecord[] measured = [.. session.Records.Where(record => record.Origin != Origin.Modelled)];
        IReadOnlyList<RunRecord> predicted = await Prediction.OfAsync(measured, loaded.Plan.Machine, Constants, cancel);
        if (predicted.Count > 0) session.Keep(predicted);
        foreach (RunRecord record in predicted) store.SaveRecord(record);
        store.SaveSession(session.Manifest);    // as ended, so last: what is stored as ended is complete
        Phases.End(Phases.Compare);
        await KeepCostAsync();

        StoredSession stored = new(session.Manifest, [.. session.Records, .. predicted]);
        Phases.Begin(Phases.Report);
        int code = Quiet ? (int)ExitCode.Done : Show(stored);
        Phases.End(Phases.Report);
        await KeepCostAsync();
        if (missing.Count > 0) throw new HostCannotException($"the plan's comparison was not made; {missing.Values.First().Message}");
        bool failed = session.Records.Any(record => record.State is RunState.Failed or RunState.Invalid);
        return code == (int)ExitCode.Done && failed ? (int)ExitCode.RunFailed : code;

        Task<ITarget> ReadyAsync(Arm arm) => ready.TryGetValue(arm.Name, out ITarget? target) ? Task.FromResult(target) : OpenAsync(arm);

        async Task<ITarget> OpenAsync(Arm arm)
        {
            Phases.Begin(Phases.Open);
            try
            {
                VmOptions ofArm = options with { Libraries = loaded.WorkloadOf(arm).Libraries };
                ITarget target = await TargetFactory.OpenAsync(arm.Target, ofArm, besideGuests, folders, progress, cancel);
                return target is LocalTarget ? new TracedTarget(target, trace) : target;
            }
            finally
            {
                Phases.End(Phases.Open);
            }
        }

        async Task KeepCostAsync()
        {
            await trace.CutAsync();
            session.Keep(earlier.Plus(trace.Cost));
        }
    }

    private static bool OnModel(Arm arm) => TargetName.Parse(arm.Target).Kind == TargetKind.Model;

    private int Show(StoredSession stored)
    {
        if (!Validates || stored.Manifest.SameArm is not null) return SessionOutput.Show(folders, stored, Constants, json);
        SessionOutput.Print(stored, new StoredValidation(Constants).Of(stored, stored.Modelled), json);
        return (int)ExitCode.Done;
    }
}
