using System.CommandLine;
using Harness.Analysis;
using Harness.Experiments;
using Harness.Records;
using Harness.Reports;

namespace Harness.Cli;

/// <summary><c>history trend PLAN</c>: what the nights of a plan say of each counter.</summary>
internal static class HistoryTrend
{
    public static Command Create(Folders folders)
    {
        Argument<string> plan = CommonOptions.Plan();
        Option<string?> shape = new("--shape")
        {
            Description = "The nights of one of the plan's shapes instead of its own",
            HelpName = "SHAPE",
        };
        Option<string?> box = NightlyVerb.Box();
        Option<string?> page = new("--page") { Description = "Also write an HTML page to this file", HelpName = "FILE" };
        Option<bool> json = CommonOptions.Json();
        Command trend = new("trend",
            """
            The nights of a plan, judged: each counter's medians, the changes of its level with their likely causes, and what is to be said of
            the last night.

            Examples:
              ./run.sh history trend migrate-batching
              ./run.sh history trend migrate-batching --box lab7 --json
              ./run.sh history trend migrate-batching --page nights.html
            """)
        { plan, shape, box, page, json };
        trend.SetAction(parsed =>
        {
            Plan loaded = Catalogs.Plans(folders).Load(parsed.GetRequiredValue(plan)).Plan.InShape(parsed.GetValue(shape));
            string of = NightlyVerb.BoxOf(parsed, box);
            PlanHistory history = HistoryNights.Judge(folders, loaded.Name, loaded.Shape, of)
                ?? throw new UsageException(
                    $"no night of {PlanSessions.Name(loaded.Name, loaded.Shape)} on {of} is stored; "
                    + $"run one: ./run.sh nightly {loaded.Name}");
            if (parsed.GetValue(page) is { } file)
                PageFile.Write(folders, file, (writer, library) => HistoryPage.Write(writer, history, library));
            if (parsed.GetValue(json)) Console.Out.WriteLine(AnalysisJson.Write(history));
            else HistoryReport.Write(ReportConsole.On(Console.Out), history);
            return (int)ExitCode.Done;
        });
        return trend;
    }
}
