using System.CommandLine;
using Harness.Analysis;
using Harness.Records;
using Harness.Reports;

namespace Harness.Cli;

/// <summary><c>report published</c>: the model against what was published; <c>report validation</c>: against what was measured.</summary>
internal static class ReportVerb
{
    public static Command Create(Folders folders) => new("report",
        """
        Reports that are no session's.

        Examples:
          ./run.sh report published
          ./run.sh report validation
        """)
    {
        Published(folders),
        ReportValidation.Create(folders),
    };

    private static Command Published(Folders folders)
    {
        Option<bool> json = CommonOptions.Json();
        Option<bool> markdown = new("--markdown") { Description = "As Markdown tables" };
        Command published = new("published",
            """
            Every published figure of the experiments beside what the model gives, with the error and the source's own spread; whether a constant
            was fitted on it or it is a prediction. Large simulations are taken from the newest 'simulate PLAN --scale full' that is kept, else
            made at a smaller scale, and the row says so.

            Examples:
              ./run.sh report published
              ./run.sh report published --markdown
            """)
        { json, markdown };
        published.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetValue(json) && parsed.GetValue(markdown)) throw new UsageException("--json and --markdown: give one of them");
            IReadOnlyList<PublishedRow> rows = await new PublishedJob(folders).RowsAsync(cancel);
            if (parsed.GetValue(json)) Console.Out.WriteLine(AnalysisJson.Write(PublishedSummary.Of(rows)));
            else if (parsed.GetValue(markdown)) PublishedReport.WriteMarkdown(Console.Out, rows);
            else PublishedReport.Write(ReportConsole.On(Console.Out), rows);
            return (int)ExitCode.Done;
        });
        return published;
    }
}
