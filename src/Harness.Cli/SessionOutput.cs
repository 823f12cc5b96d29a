using Harness.Analysis;
using Harness.Experiments;
using Harness.Records;
using Harness.Reports;

namespace Harness.Cli;

/// <summary>Prints a session and leaves its report beside its records.</summary>
internal static class SessionOutput
{
    /// <summary>
    /// The comparison of two arms, with the model beside it. A measured arm is not compared with a modelled one: what the model says of
    /// both is shown beside the measurement instead, with no verdict. Two sessions have no report of their own; it is only printed.
    /// </summary>
    /// <returns><see cref="ExitCode.Found"/> when a counter regressed, <see cref="ExitCode.RunFailed"/> when a run is invalid and
    /// nothing was judged, else <see cref="ExitCode.Done"/>.</returns>
    public static int Print(Folders folders, Compared compared, bool json)
    {
        (StoredSession stored, string before, string after, TwoSessions? apart) = compared;
        if (IsMixed(compared))
        {
            StoredSession mixed = MeasuredAgainstModelled(stored, before, after);
            Print(mixed, new StoredValidation(constants: null).Of(mixed, mixed.Modelled), json);
            return (int)ExitCode.Done;
        }
        SessionReport report = Report(folders, compared);
        string[] files = apart is null ? Keep(folders, stored, report) : [];
        if (json)
        {
            Console.Out.WriteLine(AnalysisJson.Write(report.Comparison));
        }
        else
        {
            ConsoleReport.Write(ReportConsole.On(Console.Out), report);
            PrintNames(files);
        }
        return (int)CodeOf(report.Comparison);
    }

    /// <summary>What a session shows of itself: its noise floor, its first two arms, or its only arm beside the model.</summary>
    /// <param name="folders">Where its folder is.</param>
    /// <param name="stored">The session.</param>
    /// <param name="constants">Fitted constants of the model; null for what is assumed.</param>
    /// <param name="json">True to print it as JSON.</param>
    /// <returns>The exit code.</returns>
    public static int Show(Folders folders, StoredSession stored, FittedConstants? constants, bool json)
    {
        if (stored.Manifest.SameArm is not null) PrintNoiseFloor(folders, stored, json);
        else if (stored.Manifest.Arms.Count >= 2) return Print(folders, Compared.Of(stored), json);
        else Print(stored, new StoredValidation(constants).Of(stored, stored.Modelled), json);
        return (int)ExitCode.Done;
    }

    /// <summary>The code that a comparison leaves with.</summary>
    public static ExitCode CodeOf(Comparison comparison) =>
        comparison.IsInvalid ? ExitCode.RunFailed : comparison.FoundRegression ? ExitCode.Found : ExitCode.Done;

    /// <summary>True when one side is measured and the other modelled, so that they are not compared.</summary>
    public static bool IsMixed(Compared compared) =>
        compared.Apart is null && IsMeasured(compared.Stored, compared.Before) != IsMeasured(compared.Stored, compared.After);

    /// <summary>The noise floor of an A/A session.</summary>
    public static void PrintNoiseFloor(Folders folders, StoredSession stored, bool json)
    {
        SessionReport report = Report(folders, Compared.Of(stored));
        NoiseFloor floor = report.NoiseFloor!;
        string[] files = Keep(folders, stored, report);
        if (json)
        {
            Console.Out.WriteLine(AnalysisJson.Write(floor));
            return;
        }
        NoiseFloorReport.Write(ReportConsole.On(Console.Out), report, floor);
        PrintNames(files);
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

    /// <summary>What is compared, as reports show it.</summary>
    public static SessionReport Report(Folders folders, Compared compared)
    {
        (StoredSession stored, string before, string after, TwoSessions? apart) = compared;
        if (apart is not null)
        {
            return new SessionReport(apart.Records, before, after, apart.Counters, apart: apart)
            {
                Title = Both(apart, side => side.Title, " | ")!,
                Source = Both(apart, side => side.Source, " | "),
                Command = Both(apart, side => side.Command, " && ")!,
            };
        }
        Manifest manifest = stored.Manifest;
        return new SessionReport(stored.Records, before, after, manifest.Counters)
        {
            Title = manifest.Title,
            Source = manifest.Source,
            Command = manifest.Command,
            Manifest = manifest,
            OwnCost = Session.ReadCost(Path.Combine(folders.Sessions, manifest.Session)),
            NoiseFloor = manifest.SameArm is { } arm ? NoiseFloor.Of(stored.Records, arm, before, after, manifest.Counters) : null,
        };
    }

    private static bool IsMeasured(StoredSession stored, string arm) => stored.Measured.Any(record => record.Request.Arm == arm);

    private static StoredSession MeasuredAgainstModelled(StoredSession stored, string before, string after)
    {
        string[] kinds = [.. new[] { before, after }.Select(arm => $"'{arm}' is {(IsMeasured(stored, arm) ? "measured" : "modelled")}")];
        Console.Error.WriteLine(
            $"note: {string.Join(" and ", kinds)}, so no verdict is given between them. Shown instead: the model against the "
            + "measurement, and the change that the model predicts");
        return stored with { Records = [.. stored.Records.Where(record => record.Request.Arm == before || record.Request.Arm == after)] };
    }

    private static string? Both(TwoSessions apart, Func<Manifest, string?> of, string between)
    {
        string? one = of(apart.Before.Session);
        string? other = of(apart.After.Session);
        return one is null || other is null || one == other ? one ?? other : one + between + other;
    }

    /// <summary>Leaves the report as Markdown and as a page in the session's folder and gives the files' names.</summary>
    private static string[] Keep(Folders folders, StoredSession stored, SessionReport report)
    {
        string folder = Path.Combine(folders.Sessions, stored.Manifest.Session);
        if (!Directory.Exists(folder)) return []; // it was deleted; the database still has the session
        string text = Path.Combine(folder, "report.md");
        string page = Path.Combine(folder, "report.html");
        List<string> written = [];
        if (Write(text, report)) written.Add(text);
        if (PageFile.TryWrite(folders, page, (writer, library) => SessionPage.Write(writer, report, library))) written.Add(page);
        return [.. written];
    }

    private static void PrintNames(string[] files)
    {
        if (files.Length > 0) Console.Out.WriteLine();
        foreach (string file in files) Console.Out.WriteLine($"{(Path.GetExtension(file) == ".html" ? "page    " : "report  ")}{file}");
    }

    private static bool Write(string file, SessionReport report)
    {
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
