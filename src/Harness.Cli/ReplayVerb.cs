using System.CommandLine;
using Harness.Records;
using Harness.Reports;
using Harness.Targets;
using Harness.Traces;

namespace Harness.Cli;

/// <summary><c>replay FILE</c>: what flush policies would have made of a recorded run.</summary>
internal static class ReplayVerb
{
    public static Command Create(Folders folders)
    {
        Argument<string> file = new("file") { Description = "A file that 'record' wrote" };
        Option<string> policies = new("--policy")
        {
            Description = "Policies, separated by commas: "
                + string.Join("; ", ReplayJob.PolicyHelp.Select(policy => $"{policy.Key}, {policy.Value}")),
            HelpName = "NAME,...",
            DefaultValueFactory = _ => "stock,luf,luf-as-posted",
        };
        Option<string?> output = new("-o", "--output") { Description = "Also write a page with plots to this file (.html)", HelpName = "FILE" };
        Option<bool> json = CommonOptions.Json();
        Command replay = new("replay",
            """
            Replays the unmaps, flushes and allocations of a recorded run under other flush policies, through the policy code of the
            model: what would LUF have saved on this workload? The recorded kernel's own policy is always replayed too and held
            against what that kernel counted.

            Examples:
              ./run.sh replay llama.trace
              ./run.sh replay llama.trace --policy stock,luf,luf-as-posted,migrc --json
              ./run.sh replay llama.trace -o llama.html
            """)
        { file, policies, output, json };
        replay.SetAction((parsed, cancel) =>
        {
            string path = parsed.GetRequiredValue(file);
            string? page = parsed.GetValue(output);
            string? library = page is null ? null : ChartLibrary.Read(folders);    // before the long work
            ReplayResult result = Replayed(path, Names(parsed.GetRequiredValue(policies)), cancel);
            if (page is not null) PageFile.Write(page, writer => ReplayPage.Write(writer, result, library!, CommandLine.Typed()));
            if (parsed.GetValue(json)) Console.Out.WriteLine(RecordJson.WriteIndented(result));
            else ReplayReport.Write(ReportConsole.On(Console.Out), result);
            if (page is not null) Console.Error.WriteLine($"page: {Path.GetFullPath(page)}");
            return Task.FromResult((int)ExitCode.Done);
        });
        return replay;
    }

    // The recorded kernel's own first, since all others are held against it.
    private static string[] Names(string list)
    {
        IEnumerable<string> names = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. names.Prepend(ReplayJob.Stock).Distinct()];
    }

    private static ReplayResult Replayed(string path, string[] names, CancellationToken cancel)
    {
        LiveLine line = new();
        using TraceReader reader = TraceReader.Open(path);
        try
        {
            // elsewhere than on a terminal a replay is over before a line would help
            IProgress<double>? progress = line.OnTerminal ? new Progress<double>(share => line.Show($"replaying: {share:0 %}")) : null;
            return ReplayJob.Run(reader, Path.GetFileName(path), names, progress, cancel);
        }
        finally
        {
            line.End();
        }
    }
}
