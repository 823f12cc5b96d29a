using Harness.Records;

namespace Harness.Reports;

/// <summary>The parts of a session's page to look things up in: environment, runs, and how to repeat it.</summary>
internal static class SessionRuns
{
    /// <summary>Runs that the table lists; the records have the others. Assumed.</summary>
    private const int RunsListed = 500;

    /// <summary>Lines of the kernel that are listed of a run. Assumed.</summary>
    private const int MessagesListed = 200;

    /// <summary>What the two sides ran on, and in what they differ.</summary>
    public static PageSection Environment(SessionReport report) => new("environment", "Environment", page =>
    {
        page.Table("The two sides", "l", ["", "before", "after"],
            EnvironmentRows.Of(report).Select(row => (string[])[row.Label, row.Before, row.After]));
        (string Label, string Text)[] shared = [.. EnvironmentRows.Shared(report)];
        if (shared.Length > 0) page.Details("What both sides share", () => page.List(shared.Select(each => $"{each.Label}: {each.Text}")));
    })
    { Folds = true };

    /// <summary>All runs, those of the model among them.</summary>
    public static PageSection Of(SessionReport report) => new("runs", "Runs", page =>
    {
        page.Table("All runs", RunRows.Alignment, RunRows.Columns, report.Records.Take(RunsListed).Select(RunRows.Cells));
        int more = report.Records.Count - RunsListed;
        if (more > 0) page.Paragraph($"{Plain.Whole(more)} more are in the session's folder.", "soft");
        RunRecord[] talkative = [.. report.Records.Where(run => run.KernelMessages.Count > 0)];
        foreach (RunRecord run in talkative) page.Details(Said(run), () => Write(page, run));
    })
    { Folds = true };

    /// <summary>The command, the workload's parameters and the plan.</summary>
    public static PageSection Repeat(SessionReport report) => new("repeat", "How to repeat it", page =>
    {
        RunRequest request = report.Records[0].Request;
        page.Code("command", report.Command);
        if (request.Parameters.Count > 0)
        {
            page.Table($"Parameters of workload {request.Workload}", "l", ["parameter", "value"],
                request.Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (string[])[pair.Key, pair.Value]));
        }
        if (report.Manifest?.PlanText is { Length: > 0 } text) page.Details("The plan's text", () => page.Code("plan", text));
    })
    { Folds = true };

    private static string Said(RunRecord run) =>
        $"What the kernel logged during run {Plain.Whole(run.Request.Sequence)} ({run.Request.Arm}, {run.Target}): "
            + (run.KernelMessages.Count == 1 ? "1 line" : $"{Plain.Whole(run.KernelMessages.Count)} lines");

    private static void Write(Page page, RunRecord run)
    {
        page.List(run.KernelMessages.Take(MessagesListed));
        int more = run.KernelMessages.Count - MessagesListed;
        if (more > 0) page.Paragraph($"{Plain.Whole(more)} more lines are in the run's record.", "soft");
    }
}
