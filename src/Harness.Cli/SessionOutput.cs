using Harness.Analysis;
using Harness.Experiments;
using Harness.Records;
using Harness.Reports;

namespace Harness.Cli;

/// <summary>Prints a session and leaves its report beside its records.</summary>
internal static class SessionOutput
{
    /// <summary>The comparison of two arms, with the model beside it.</summary>
    /// <returns><see cref="ExitCode.Found"/> when a counter regressed, else <see cref="ExitCode.Done"/>.</returns>
    public static int Print(Folders folders, StoredSession stored, string before, string after, bool json)
    {
        Manifest manifest = stored.Manifest;
        string folder = Path.Combine(folders.Sessions, manifest.Session);
        SessionReport report = new(stored.Records, before, after, manifest.Counters)
        {
            Title = manifest.Title,
            Source = manifest.Source,
            Command = manifest.Command,
            OwnCost = Session.ReadCost(folder),
        };
        string file = Path.Combine(folder, "report.md");
        bool written = Write(file, report);
        if (json)
        {
            Console.Out.WriteLine(AnalysisJson.Write(report.Comparison));
        }
        else
        {
            ConsoleReport.Write(ReportConsole.On(Console.Out), report);
            if (written) Console.Out.WriteLine($"\nreport  {file}");
        }
        return (int)(report.Comparison.FoundRegression ? ExitCode.Found : ExitCode.Done);
    }

    /// <summary>Measured against modelled, one row an arm and counter.</summary>
    public static void Print(StoredSession stored, Validation validation, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(AnalysisJson.Write(validation));
            return;
        }
        ValidationReport.Write(ReportConsole.On(Console.Out), stored.Manifest.Title, validation);
    }

    private static bool Write(string file, SessionReport report)
    {
        if (!Directory.Exists(Path.GetDirectoryName(file))) return false; // the folder was deleted; the database still has the session
        try
        {
            using StreamWriter writer = new(file);
            MarkdownReport.Write(writer, report);
            return true;
        }
        catch (IOException e)
        {
            Console.Error.WriteLine($"note: {file} could not be written: {e.Message}");
            return false;
        }
    }
}
