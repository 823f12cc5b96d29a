using Harness.Records;
using Microsoft.Data.Sqlite;

namespace Harness.Store.Tests;

/// <summary>A home folder of its own for one test, with the notices that opening gave.</summary>
public sealed class StoreFolder : IDisposable
{
    public string Home { get; } = Directory.CreateTempSubdirectory("harness-store-").FullName;

    public List<string> Notices { get; } = [];

    public string Database => Path.Combine(Home, "results.db");

    public string Sessions => Path.Combine(Home, "sessions");

    public ResultStore Open() => ResultStore.Open(Database, Sessions, Notices.Add);

    /// <summary>Fills the database with two sessions of a few records and closes it.</summary>
    public void Fill()
    {
        using ResultStore store = Open();
        foreach (string session in (string[])["a", "b"])
        {
            store.SaveSession(Sample.Manifest(session));
            for (int i = 0; i < 4; i++) store.SaveRecord(Sample.Record(session, i));
        }
    }

    /// <summary>Writes a session folder as the runner does.</summary>
    public void WriteSession(string session)
    {
        string folder = Path.Combine(Sessions, session);
        Directory.CreateDirectory(Path.Combine(folder, "runs"));
        File.WriteAllText(Path.Combine(folder, "manifest.json"), RecordJson.WriteIndented(Sample.Manifest(session)));
        for (int i = 0; i < 4; i++) File.WriteAllText(Path.Combine(folder, "runs", $"{i:000}.json"), RecordJson.WriteIndented(Sample.Record(session, i)));
    }

    public string[] Aside() => [.. Directory.GetFiles(Home, "results.db.corrupt-*").Where(f => !f.EndsWith("-wal", StringComparison.Ordinal) && !f.EndsWith("-shm", StringComparison.Ordinal))];

    public SqliteConnection Raw()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        return connection;
    }

    public void Dispose() => Directory.Delete(Home, recursive: true);
}
