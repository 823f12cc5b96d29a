using System.CommandLine;
using Harness.Analysis;
using Harness.Records;
using Harness.Reports;

namespace Harness.Cli;

/// <summary><c>history nights</c>: every history in the store, judged.</summary>
internal static class HistoryAllNights
{
    public static Command Create(Folders folders)
    {
        Option<string?> box = new("--box") { Description = "The histories of this box alone", HelpName = "NAME" };
        Option<string?> page = new("--page") { Description = "Also write an HTML page to this file", HelpName = "FILE" };
        Option<bool> json = CommonOptions.Json();
        Command nights = new("nights",
            """
            Every plan, shape and box that has nights in the store, judged as of now: those where a regression stands come first, then those
            that had no night for two days, then the others. 'history trend PLAN' tells all of one.

            Examples:
              ./run.sh history nights
              ./run.sh history nights --page lab.html
            """)
        { box, page, json };
        nights.SetAction(parsed =>
        {
            AllNights all = AllNights.Of(DateTimeOffset.UtcNow, HistoryNights.JudgeAll(folders, parsed.GetValue(box)));
            if (parsed.GetValue(page) is { } file)
                PageFile.Write(folders, file, (writer, library) => AllNightsPage.Write(writer, all, library));
            if (parsed.GetValue(json)) Console.Out.WriteLine(AnalysisJson.Write(all));
            else if (all.Histories.Count > 0) AllNightsReport.Write(ReportConsole.On(Console.Out), all);
            if (all.Histories.Count == 0) Console.Error.WriteLine("note: no night is stored; ./run.sh nightly PLAN makes one");
            return (int)ExitCode.Done;
        });
        return nights;
    }
}
