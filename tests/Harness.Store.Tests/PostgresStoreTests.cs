using System.Data.Common;
using Dapper;
using Harness.Records;

namespace Harness.Store.Tests;

/// <summary>The same on PostgreSQL, and what only a server does.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresStoreTests(PostgresServer server) : ResultStoreTests
{
    protected override TestStore NewStore() => new ServerStore(server);

    [SkippableFact]
    public void Tables_of_a_newer_version_are_refused_and_not_touched()
    {
        using ServerStore kept = new(server);
        kept.Fill();
        using DbConnection raw = kept.Raw();
        raw.Execute("UPDATE schema_version SET version = 99");
        Assert.Contains("newer Harness (format 99", Assert.Throws<UsageException>(kept.Open).Message, StringComparison.Ordinal);
        Assert.Equal(8, raw.ExecuteScalar<long>("SELECT count(*) FROM runs"));
    }

    [SkippableFact]
    public void Another_programs_schema_is_refused_and_not_touched()
    {
        using ServerStore kept = new(server);
        using DbConnection raw = kept.Raw();
        raw.Execute("CREATE SCHEMA harness; CREATE TABLE harness.theirs (x INTEGER)");
        Assert.Contains("another program's", Assert.Throws<UsageException>(kept.Open).Message, StringComparison.Ordinal);
        Assert.Equal(1, raw.ExecuteScalar<long>("SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('harness')"));
    }
}
