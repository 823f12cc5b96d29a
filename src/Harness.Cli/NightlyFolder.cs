using System.Globalization;
using Harness.Analysis;
using Harness.Records;
using Harness.Reports;

namespace Harness.Cli;

/// <summary>
/// The folder of a night's files: <c>junit.xml</c>, <c>nightly.json</c>, <c>summary.md</c>, and a page of each plan's history.
/// </summary>
internal sealed class NightlyFolder
{
    private NightlyFolder(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The folder of a night that names none: of those that begin in the same second each has its own.</summary>
    public static string Default(Folders folders, DateTimeOffset began)
    {
        string path = System.IO.Path.Combine(
            folders.Home, "nightly", began.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        string free = path;
        for (int next = 2; Directory.Exists(free); next++) free = string.Create(CultureInfo.InvariantCulture, $"{path}-{next}");
        return free;
    }

    /// <summary>Makes the folder, before anything is run.</summary>
    /// <exception cref="HostCannotException">It cannot be made.</exception>
    public static NightlyFolder Create(string path) => Guard(path, () =>
    {
        Directory.CreateDirectory(path);
        return new NightlyFolder(System.IO.Path.GetFullPath(path));
    });

    /// <summary>Writes the files, each whole or not at all.</summary>
    /// <exception cref="HostCannotException">One cannot be written.</exception>
    public void Write(NightlyReport report) => Guard(Path, () =>
    {
        DurableFile.Write(Named("nightly.json"), NightlyJson.Write(report) + "\n");
        DurableFile.Write(Named("junit.xml"), stream => NightlyJUnit.Write(stream, report), bufferBytes: 4096);
        using StringWriter summary = new(CultureInfo.InvariantCulture);
        NightlySummary.Write(summary, report);
        DurableFile.Write(Named("summary.md"), summary.ToString());
        return true;
    });

    /// <summary>Writes the pages of the plans' histories, as far as they can be written.</summary>
    /// <returns>Their files.</returns>
    public IReadOnlyList<string> WritePages(Folders folders, NightlyReport report)
    {
        List<string> pages = [];
        foreach (PlanHistory history in report.Plans.Select(plan => plan.History).OfType<PlanHistory>())
        {
            string file = Named(history.Shape is null ? $"{history.Plan}.html" : $"{history.Plan}-{history.Shape}.html");
            if (PageFile.TryWrite(folders, file, (writer, library) => HistoryPage.Write(writer, history, library))) pages.Add(file);
        }
        return pages;
    }

    private string Named(string name) => System.IO.Path.Combine(Path, name);

    private static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostCannotException(
                $"{path}: the night's files cannot be written: {e.Message.ReplaceLineEndings(" ")}; give another folder with --out", e);
        }
    }
}
