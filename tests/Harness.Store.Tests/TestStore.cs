using System.Data.Common;
using Harness.Records;

namespace Harness.Store.Tests;

/// <summary>A home folder and a database of their own for one test, with the notices that opening gave.</summary>
public abstract class TestStore : IDisposable
{
    public string Home { get; } = Directory.CreateTempSubdirectory("harness-store-").FullName;

    public List<string> Notices { get; } = [];

    public string Sessions => Path.Combine(Home, "sessions");

    /// <summary>What a child process needs to open the same database.</summary>
    public abstract string Address { get; }

    public abstract ResultStore Open();

    /// <summary>A connection past the store, with its tables in sight.</summary>
    public abstract DbConnection Raw();

    /// <summary>Opens the store with an empty folder of sessions: another box, whose store is the same.</summary>
    public abstract ResultStore OpenElsewhere(string sessions);

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
    public void WriteSession(string session) => WriteSession(Sample.Manifest(session), [.. Enumerable.Range(0, 4).Select(i => Sample.Record(session, i))]);

    public void WriteSession(Manifest manifest, IReadOnlyList<RunRecord> records)
    {
        string folder = Path.Combine(Sessions, manifest.Session);
        foreach (string part in (string[])["runs", "predictions", "logs"]) Directory.CreateDirectory(Path.Combine(folder, part));
        File.WriteAllText(Path.Combine(folder, "manifest.json"), RecordJson.WriteIndented(manifest));
        File.WriteAllText(Path.Combine(folder, "own-cost.json"), RecordJson.WriteIndented(new SessionCost()));
        File.WriteAllText(Path.Combine(folder, "logs", "guest.log"), "booted\n");
        foreach (RunRecord record in records)
        {
            string part = record.Origin == Origin.Modelled ? "predictions" : "runs";
            File.WriteAllText(Path.Combine(folder, part, $"{record.Request.Sequence:000}.json"), RecordJson.WriteIndented(record));
        }
    }

    public void Dispose()
    {
        Directory.Delete(Home, recursive: true);
        GC.SuppressFinalize(this);
    }
}
