using Harness.Analysis;
using Harness.Experiments;
using Harness.Host.Knobs;
using Harness.Records;
using Harness.Reports;
using Harness.Targets;

namespace Harness.Cli;

/// <summary>Simulates a plan at scale, from its full size to its table.</summary>
/// <param name="folders">Where things live.</param>
/// <param name="plan">The plan, its arms on the model.</param>
internal sealed class ScaledJob(Folders folders, ScaledPlan plan)
{
    /// <summary>Simulate one arm after the other.</summary>
    public bool Serial { get; init; }

    /// <summary>Go on where an interrupted simulation was.</summary>
    public bool Resume { get; init; }

    /// <summary>Simulates and keeps the result. Holds the host: a measured run beside it would not be one.</summary>
    /// <exception cref="OperationCanceledException">Interrupted; how to go on has been said.</exception>
    public async Task<ScaledResult> SimulateAsync(CancellationToken cancel)
    {
        using HostLock held = HostLock.Take(folders);
        ScaledProgress progress = new([.. plan.Arms.Select(arm => arm.Request.Arm)]);
        ScaledRuns runs = new(plan, folders, progress.Notice)
        {
            Resume = Resume,
            AtOnce = Serial ? 1 : Environment.ProcessorCount,
        };
        Task<ScaledResult> running = runs.RunAsync(cancel);
        await progress.WatchAsync(running, runs.ProgressOf);
        try
        {
            return await running;
        }
        catch (OperationCanceledException)
        {
            progress.Notice(plan.Loaded.Command.Contains("--resume", StringComparison.Ordinal)
                ? $"the state is kept; go on with {plan.Loaded.Command}"
                : $"the state is kept; go on with {plan.Loaded.Command} --resume");
            throw;
        }
    }

    /// <summary>Simulates and prints.</summary>
    /// <param name="json">True to print one JSON object.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(bool json, CancellationToken cancel)
    {
        IReadOnlyList<PublishedFigure> figures = PublishedCatalog.Load(folders);
        ScaledResult result = await SimulateAsync(cancel);
        IReadOnlyList<ScaledRow> rows = ScaledRow.Of(result, figures);
        if (json) Console.Out.WriteLine(AnalysisJson.Write(ScaledSummary.Of(result, rows)));
        else ScaledReport.Write(ReportConsole.On(Console.Out), result, rows);
        return (int)ExitCode.Done;
    }
}
