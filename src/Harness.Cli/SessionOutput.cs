using Harness.Analysis;
using Harness.Experiments;
using Harness.Records;
using Harness.Reports;

namespace Harness.Cli;

/// <summary>Prints a session and leaves its report beside its records.</summary>
internal static class SessionOutput
{
    /// <summary>
    /// The comparison of two arms, with the model beside it. A measured arm is not compared with a modelled one: what the model says of both
    /// is shown beside the measurement instead, with no verdict.
    /// </summary>
    /// <returns><see cref="ExitCode.Found"/> when a counter regressed, <see cref="ExitCode.RunFailed"/> when a run is invalid and
    /// nothing was judged, else <see cref="ExitCode.Done"/>.</returns>
    public static int Print(Folders folders, StoredSession stored, string before, string after, bool json)
    {
        if (IsMeasured(stored, before) != IsMeasured(stored, after))
        {
            StoredSession mixed = MeasuredAgainstModelled(stored, before, after);
            Print(mixed, new StoredValidation(constants: null).Of(mixed, mixed.Modelled), json);
            return (int)ExitCode.Done;
        }
        SessionReport report = Report(folders, stored, before, after);
        bool written = Write(FileOf(folders, stored), report);
        if (json)
        {
            Console.Out.WriteLine(AnalysisJson.Write(report.Comparison));
        }
        else
        {
            ConsoleReport.Write(ReportConsole.On(Console.Out), report);
            if (written) Console.Out.WriteLine($"\nreport  {FileOf(folders, stored)}");
        }
        Comparison comparison = report.Comparison;
        return (int)(comparison.IsInvalid ? ExitCode.RunFailed : comparison.FoundRegression ? ExitCode.Found : ExitCode.Done);
    }

    /// <summary>The noise floor of an A/A session.</summary>
    public static void PrintNoiseFloor(Folders folders, StoredSession stored, bool json)
    {
        IReadOnlyList<ManifestArm> sides = stored.Manifest.Arms;
        SessionReport report = Report(folders, stored, sides[0].Name, sides[1].Name);
        NoiseFloor floor = report.NoiseFloor!;
        bool written = Write(FileOf(folders, stored), report);
        if (json)
        {
            Console.Out.WriteLine(AnalysisJson.Write(floor));
            return;
        }
        NoiseFloorReport.Write(ReportConsole.On(Console.Out), report, floor);
        if (written) Console.Out.WriteLine($"\nreport  {FileOf(folders, stored)}");
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

    private static bool IsMeasured(StoredSession stored, string arm) => stored.Measured.Any(record => record.Request.Arm == arm);

    private static StoredSession MeasuredAgainstModelled(StoredSession stored, string before, string after)
    {
        string[] kinds = [.. new[] { before, after }.Select(arm => $"'{arm}' is {(IsMeasured(stored, arm) ? "measured" : "modelled")}")];
        Console.Error.WriteLine(
            $"note: {string.Join(" and ", kinds)}, so no verdict is given between them. Shown instead: the model against the measurement, and "
            + "the change that the model predicts");
        return stored with { Records = [.. stored.Records.Where(record => record.Request.Arm == before || record.Request.Arm == after)] };
    }

    private static SessionReport Report(Folders folders, StoredSession stored, string before, string after)
    {
        Manifest manifest = stored.Manifest;
        return new SessionReport(stored.Records, before, after, manifest.Counters)
        {
            Title = manifest.Title,
            Source = manifest.Source,
            Command = manifest.Command,
            OwnCost = Session.ReadCost(Path.Combine(folders.Sessions, manifest.Session)),
            NoiseFloor = manifest.SameArm is { } arm ? NoiseFloor.Of(stored.Records, arm, before, after, manifest.Counters) : null,
        };
    }

    private static string FileOf(Folders folders, StoredSession stored) =>
        Path.Combine(folders.Sessions, stored.Manifest.Session, "report.md");

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
