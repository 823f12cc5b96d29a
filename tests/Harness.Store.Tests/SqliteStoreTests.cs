using System.Data.Common;
using Dapper;
using Harness.Records;

namespace Harness.Store.Tests;

/// <summary>The same on SQLite, and what only a file can be.</summary>
public sealed class SqliteStoreTests : ResultStoreTests
{
    private StoreFolder Folder => (StoreFolder)Kept;

    protected override TestStore NewStore() => new StoreFolder();

    [Fact]
    public void A_database_of_a_newer_version_is_refused_and_not_touched()
    {
        Folder.Fill();
        using (DbConnection raw = Folder.Raw()) raw.Execute("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE);");
        byte[] before = File.ReadAllBytes(Folder.Database);

        UsageException e = Assert.Throws<UsageException>(Folder.Open);
        Assert.Contains("newer Harness (format 99", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Folder.Database));
        Assert.Empty(Folder.Aside());
    }

    [Fact]
    public void Another_programs_database_is_refused_and_not_touched()
    {
        using (DbConnection raw = Folder.Raw()) raw.Execute("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1);");
        byte[] before = File.ReadAllBytes(Folder.Database);
        Assert.Contains("another program's", Assert.Throws<UsageException>(Folder.Open).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Folder.Database));
    }

    [Fact]
    public void A_folder_that_is_a_file_ends_in_one_line()
    {
        File.WriteAllText(Path.Combine(Folder.Home, "file"), "");
        Assert.Throws<HostCannotException>(() => ResultStore.Open(Path.Combine(Folder.Home, "file", "results.db"), Folder.Sessions, _ => { }));
    }
}
