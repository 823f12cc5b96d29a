using System.Data.Common;
using Dapper;
using Npgsql;

namespace Harness.Store.Tests;

/// <summary>A store in a database of its own on a real PostgreSQL server.</summary>
public sealed class ServerStore : TestStore
{
    private readonly PostgresServer server;

    public ServerStore(PostgresServer server, string options = "")
    {
        this.server = server;
        Database = server.CreateDatabase(options);
    }

    public string Database { get; }

    public override string Address => server.Url(Database);

    public override ResultStore Open() => ResultStore.Open(PostgresAddress.Parse(Address), Sessions, Notices.Add);

    public override ResultStore OpenElsewhere(string sessions) => ResultStore.Open(PostgresAddress.Parse(Address), sessions, Notices.Add);

    public override DbConnection Raw()
    {
        NpgsqlConnection connection = server.Connect(Database);
        connection.Execute("SET search_path = harness");
        return connection;
    }
}
