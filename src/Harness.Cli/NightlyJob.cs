using Harness.Analysis;
using Harness.Experiments;
using Harness.Records;
using Harness.Reports;
using Harness.Store;
using Harness.Targets;
using Harness.Targets.Vm;

namespace Harness.Cli;

/// <summary>Runs a plan for the night and judges its history. What goes wrong with one plan does not keep the next from running.</summary>
/// <param name="folders">Where things live.</param>
/// <param name="box">Whose history it is.</param>
internal sealed class NightlyJob(Folders folders, string box)
{
    /// <summary>The box.</summary>
    public string Box { get; } = box;

    /// <summary>How a plan's guests are built.</summary>
    public required Func<Plan, VmOptions> Guests { get; init; }

    /// <summary>What other programs may use of this host's CPUs when a run begins, in percent; null lets any run begin.</summary>
    public int? MostBusyPercent { get; init; }

    /// <summary>True to run nothing.</summary>
    public bool JudgeOnly { get; init; }

    /// <summary>Runs and judges a plan, or each of its shapes.</summary>
    /// <param name="name">The plan.</param>
    /// <param name="shape">The shape; null for the plan's own.</param>
    /// <param name="change">What the command line changes in it.</param>
    /// <param name="cancel">Ends the run in progress, and with it the night.</param>
    public async Task<IReadOnlyList<NightlyPlan>> RunAsync(
        string name, string? shape, Func<LoadedPlan, LoadedPlan> change, CancellationToken cancel)
    {
        LoadedPlan loaded;
        try
        {
            loaded = change(Catalogs.Plans(folders).Load(name));
            if (loaded.Plan.Arms.All(arm => TargetName.Parse(arm.Target).Kind == TargetKind.Model))
                throw new UsageException("every arm is on the model, which has no nights; name a target that runs a kernel");
            if (shape != PlanShape.All) _ = loaded.Plan.InShape(shape);
        }
        catch (HarnessException e)
        {
            Say(name, e);
            return [new NightlyPlan { Plan = name, Shape = shape, ExitCode = (int)e.ExitCode, Problem = e.Message, Runs = [] }];
        }
        List<NightlyPlan> nights = [];
        foreach (string? each in shape == PlanShape.All ? PlanSessions.ShapesOf(loaded.Plan) : [shape])
            nights.Add(await RunAsync(loaded with { Plan = loaded.Plan.InShape(each) }, cancel));
        return nights;
    }

    private async Task<NightlyPlan> RunAsync(LoadedPlan loaded, CancellationToken cancel)
    {
        Plan plan = loaded.Plan;
        string? before = Newest(plan)?.Session;
        (int code, string? problem) = JudgeOnly ? ((int)ExitCode.Done, null) : await RunPlanAsync(loaded, cancel);
        Manifest? tonight = Newest(plan);
        if (!JudgeOnly && tonight?.Session == before)
            return new NightlyPlan { Plan = plan.Name, Shape = plan.Shape, ExitCode = code, Problem = problem, Runs = [] };

        PlanHistory? history = HistoryNights.Judge(folders, plan.Name, plan.Shape, Box);
        if (history is null) (code, problem) = ((int)ExitCode.Usage, $"no night of it on {Box} is stored");
        NightlyRuns[] runs = [.. RunsOf(tonight)];
        if (code == (int)ExitCode.Done && runs.Any(arm => arm.Problems.Count > 0)) code = (int)ExitCode.RunFailed;
        if (history?.FoundRegression == true) code = Math.Max(code, (int)ExitCode.Found);
        return new NightlyPlan { Plan = plan.Name, Shape = plan.Shape, ExitCode = code, Problem = problem, Runs = runs, History = history };
    }

    private async Task<(int Code, string? Problem)> RunPlanAsync(LoadedPlan loaded, CancellationToken cancel)
    {
        try
        {
            SessionJob job = new(folders, Guests(loaded.Plan), json: false)
            {
                Quiet = true,
                MostBusyPercent = MostBusyPercent,
            };
            return (await job.RunAsync(loaded with { Box = Box, Nightly = true }, resume: false, cancel), null);
        }
        catch (HarnessException e)
        {
            Say(PlanSessions.Name(loaded.Plan.Name, loaded.Plan.Shape), e);
            return ((int)e.ExitCode, e.Message);
        }
    }

    private Manifest? Newest(Plan plan)
    {
        using ResultStore store = StoredSession.OpenStore(folders);
        return HistoryNights.Of(store, plan.Name, plan.Shape, Box, most: 1).SingleOrDefault();
    }

    private static IEnumerable<NightlyRuns> RunsOf(Manifest? night)
    {
        foreach (IGrouping<string, ManifestRun> arm in (night?.Runs ?? []).GroupBy(run => run.Arm))
        {
            string[] problems =
            [
                .. arm.Where(run => run.State is RunState.Failed or RunState.Invalid)
                    .Select(run => $"pair {run.Pair + 1} {(run.State == RunState.Invalid ? "is invalid" : "failed")}: {run.Why}"),
            ];
            yield return new NightlyRuns(arm.Key, arm.Count(), arm.Count(run => run.State == RunState.Done), problems);
        }
    }

    private static void Say(string plan, HarnessException e) => Console.Error.WriteLine($"error: {plan}: {e.Message}");
}
