using Harness.Records;

namespace Harness.Store;

/// <summary>Reads sessions from their folders, which hold all that the database does and more.</summary>
/// <param name="sessions">The folder of session folders; need not exist.</param>
/// <param name="notice">Given one line on each file that cannot be read.</param>
internal sealed class SessionFolders(string sessions, Action<string> notice)
{
    /// <summary>The ids of the sessions that have a folder, ascending. What begins with a dot is being made.</summary>
    public IReadOnlyList<string> Ids() => !Directory.Exists(sessions) ? [] :
    [
        .. Directory.GetDirectories(sessions).Select(folder => Path.GetFileName(folder)).Where(Has).Order(StringComparer.Ordinal),
    ];

    /// <summary>True when the session has a folder. An id that is no file's name, which another box may have stored, has none.</summary>
    public bool Has(string session) =>
        !session.StartsWith('.') && Path.GetFileName(session) == session && File.Exists(Path.Combine(sessions, session, "manifest.json"));

    /// <summary>The session's manifest; null when it cannot be read.</summary>
    public Manifest? Manifest(string session)
    {
        string file = Path.Combine(sessions, session, "manifest.json");
        if (Read<Manifest>(file) is not { } manifest) return null;
        if (manifest.Session == session) return manifest;
        notice($"left out: {file}: is of another session than its folder, {session}");
        return null;
    }

    /// <summary>The newest record of each run, and the model's predictions; without those that cannot be read.</summary>
    public IEnumerable<RunRecord> Records(Manifest manifest)
    {
        string folder = Path.Combine(sessions, manifest.Session);
        IEnumerable<string> runs = manifest.Runs.Where(run => run.Record is not null)
            .Select(run => Path.Combine(folder, "runs", Path.GetFileName(run.Record!)));
        string predictions = Path.Combine(folder, "predictions");
        if (Directory.Exists(predictions)) runs = runs.Concat(Directory.GetFiles(predictions, "*.json").Order(StringComparer.Ordinal));
        foreach (string file in runs)
        {
            if (Read<RunRecord>(file) is { } record) yield return record;
        }
    }

    private T? Read<T>(string file)
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
