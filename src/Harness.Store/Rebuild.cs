using Harness.Records;

namespace Harness.Store;

/// <summary>Fills a new database from the session folders' manifests and records.</summary>
internal static class Rebuild
{
    /// <summary>Stores what can be read, tells about what cannot, and gives the number of records stored.</summary>
    public static int From(string sessions, Action<Manifest> putSession, Action<RunRecord> putRecord, Action<string> notice)
    {
        int stored = 0;
        string[] folders = Directory.Exists(sessions) ? [.. Directory.GetDirectories(sessions).Order(StringComparer.Ordinal)] : [];
        foreach (string folder in folders)
        {
            if (Read<Manifest>(Path.Combine(folder, "manifest.json"), notice) is not { } manifest) continue;
            putSession(manifest);
            foreach (string file in Records(folder, manifest))
            {
                if (Read<RunRecord>(file, notice) is not { } record) continue;
                putRecord(record);
                stored++;
            }
        }
        return stored;
    }

    /// <summary>The newest record of each run, and the model's predictions.</summary>
    private static IEnumerable<string> Records(string folder, Manifest manifest)
    {
        IEnumerable<string> runs = manifest.Runs.Where(run => run.Record is not null).Select(run => Path.Combine(folder, "runs", Path.GetFileName(run.Record!)));
        string predictions = Path.Combine(folder, "predictions");
        return Directory.Exists(predictions) ? runs.Concat(Directory.GetFiles(predictions, "*.json").Order(StringComparer.Ordinal)) : runs;
    }

    private static T? Read<T>(string file, Action<string> notice)
        where T : class
    {
        try
        {
            return RecordJson.Read<T>(File.ReadAllText(file), file);
        }
        catch (Exception e) when (e is UsageException or IOException or UnauthorizedAccessException)
        {
            notice($"left out: {e.Message.ReplaceLineEndings(" ")}");
            return null;
        }
    }
}
