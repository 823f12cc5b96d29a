using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Harness.Store.Tests;

/// <summary>A store in an SQLite file.</summary>
public sealed class StoreFolder : TestStore
{
    public string Database => Path.Combine(Home, "results.db");

    public override string Address => Database;

    public override ResultStore Open() => ResultStore.Open(Database, Sessions, Notices.Add);

    public override ResultStore OpenElsewhere(string sessions) => ResultStore.Open(Database, sessions, Notices.Add);

    public string[] Aside() => [.. Directory.GetFiles(Home, "results.db.corrupt-*").Where(f => !f.EndsWith("-wal", StringComparison.Ordinal) && !f.EndsWith("-shm", StringComparison.Ordinal))];

    public override DbConnection Raw()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        return connection;
    }
}
