using Harness.Records;
using Harness.Reports;
using Harness.Store;

namespace Harness.Cli;

/// <summary>Stored sessions as <c>history</c> lists them.</summary>
internal static class HistoryList
{
    private const int Width = ReportConsole.WidestInFile;
    private const string Indent = "    ";

    /// <summary>
    /// Id, time, box, runs and what is special on a line; below it plan, shape and kernels. What is too long for it goes on a next one.
    /// </summary>
    public static void Write(TextWriter writer, IReadOnlyList<ListedSession> sessions)
    {
        foreach (ListedSession session in sessions)
        {
            foreach (string line in Lines(Head(session.Manifest), "", Indent)) writer.WriteLine(line);
            foreach (string line in Lines(Body(session), Indent, Indent)) writer.WriteLine(line);
        }
    }

    /// <summary>The element of <c>sessions</c> in the JSON form.</summary>
    public static object Json(ListedSession listed)
    {
        Manifest manifest = listed.Manifest;
        return new
        {
            manifest.Session,
            manifest.Plan,
            manifest.Shape,
            manifest.Altered,
            manifest.SameArm,
            manifest.Box,
            manifest.Nightly,
            manifest.Accepted,
            manifest.Created,
            manifest.Ended,
            Runs = new
            {
                Planned = manifest.Runs.Count,
                Done = Count(manifest, RunState.Done),
                Failed = Count(manifest, RunState.Failed),
                Invalid = Count(manifest, RunState.Invalid),
            },
            listed.Kernels,
        };
    }

    private static IEnumerable<string> Head(Manifest manifest)
    {
        yield return Plain.Line(manifest.Session);
        yield return Plain.Minute(manifest.Created);
        if (manifest.Box is { } box) yield return Plain.Line(box);
        yield return $"{Count(manifest, RunState.Done)}/{manifest.Runs.Count} done";
        if (Count(manifest, RunState.Failed) is > 0 and int failed) yield return $"{failed} failed";
        if (Count(manifest, RunState.Invalid) is > 0 and int invalid) yield return $"{invalid} invalid";
        if (manifest.Ended is null) yield return "not ended";
        if (manifest.Nightly) yield return "nightly";
        if (manifest.SameArm is { } arm) yield return $"A/A of {Plain.Line(arm)}";
        if (manifest.Accepted is { } why) yield return $"accepted: {Plain.Line(why)}";
    }

    private static IEnumerable<string> Body(ListedSession listed)
    {
        string shape = listed.Manifest.Altered ? " (altered)" : listed.Manifest.Shape is { } named ? $"/{named}" : "";
        yield return Plain.Line(listed.Manifest.Plan + shape);
        foreach (string kernel in listed.Kernels) yield return Plain.Line(kernel);
    }

    private static int Count(Manifest manifest, RunState state) => manifest.Runs.Count(run => run.State == state);

    /// <summary>Parts with two spaces between them, as many on a line as its width takes.</summary>
    private static IEnumerable<string> Lines(IEnumerable<string> parts, string indent, string indentOfMore)
    {
        string line = "";
        foreach (string part in parts)
        {
            string longer = line.Length == 0 ? indent + part : $"{line}  {part}";
            if (line.Length > 0 && longer.Length > Width)
            {
                yield return line;
                longer = indentOfMore + part;
            }
            line = longer;
        }
        if (line.Length > 0) yield return line;
    }
}
