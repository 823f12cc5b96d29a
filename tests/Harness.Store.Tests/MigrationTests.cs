using System.Data.Common;
using System.IO.Compression;
using Dapper;
using Harness.Records;

namespace Harness.Store.Tests;

/// <summary>Does a real file that version 1 wrote open, with all that it held, and with the new columns filled?</summary>
public sealed class MigrationTests : IDisposable
{
    private const string Shaped = "20261121T180141Z-migrate-batching";
    private const string Early = "20261121T105829Z-migrate-batching";
    private const string Altered = "20261121T192300Z-luf-llama";
    private readonly StoreFolder folder = new();

    public MigrationTests()
    {
        using GZipStream packed = new(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Fixtures", "version-1.db.gz")), CompressionMode.Decompress);
        using FileStream file = File.Create(folder.Database);
        packed.CopyTo(file);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_record_is_the_same_as_before()
    {
        string[] Rows(string query)
        {
            using DbConnection raw = folder.Raw();
            return [.. raw.Query<string>(query)];
        }
        string[] records = Rows("SELECT record FROM runs ORDER BY id");
        string[] manifests = Rows("SELECT manifest FROM sessions ORDER BY session");
        using (ResultStore store = folder.Open())
        {
            Assert.Equal([Altered, Shaped, Early], store.Sessions(new SessionFilter()).Select(s => s.Session));
            Assert.Equal([4, 2, 3], ((string[])[Shaped, Early, Altered]).Select(s => store.Records(s).Count));
        }
        Assert.Equal(records, Rows("SELECT record FROM runs ORDER BY id"));
        Assert.Equal(manifests, Rows("SELECT manifest FROM sessions ORDER BY session"));
        Assert.Empty(folder.Notices);
    }

    [Fact]
    public void The_new_columns_and_tables_are_filled()
    {
        using ResultStore store = folder.Open();
        Assert.Equal(Shaped, Assert.Single(store.Sessions(new SessionFilter { Shape = "two-cpus" })).Session);
        Assert.Equal(Early, store.LatestSession("migrate-batching", shape: null)?.Session);
        Assert.Null(store.LatestSession("luf-llama", shape: null));    // altered
        ListedSession listed = store.List(new SessionFilter { Shape = "two-cpus" })[0];
        Assert.Equal(["6.1.0-56-cloud-amd64", "6.12.117+deb12-cloud-amd64"], listed.Kernels);
        using DbConnection raw = folder.Raw();
        foreach (RunRecord record in store.Records(Shaped).Concat(store.Records(Altered)))
        {
            object key = new { record.Request.Session, record.Request.Sequence, record.Target };
            const string Of = "JOIN runs ON run = id WHERE session = @Session AND sequence = @Sequence AND target = @Target";
            Assert.Equal(record.Environment.Count, raw.ExecuteScalar<int>($"SELECT count(*) FROM environments {Of}", key));
            Assert.Equal(record.Timeline?.Series.Count ?? 0, raw.ExecuteScalar<int>($"SELECT count(*) FROM timelines {Of}", key));
        }
        Assert.True(raw.ExecuteScalar<int>("SELECT count(*) FROM environments") > 100);
        Assert.True(raw.ExecuteScalar<int>("SELECT count(*) FROM timelines") > 0);
    }

    // is the step that is out in the world still what it was?
    [Fact]
    public void Step_one_is_as_released()
    {
        using var fresh = new StoreFolder();
        fresh.Open().Dispose();
        folder.Open().Dispose();
        using DbConnection old = folder.Raw();
        using DbConnection now = fresh.Raw();
        const string Tables = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name";
        Assert.Equal(old.Query<string>(Tables), now.Query<string>(Tables));
    }

    [Fact]
    public async Task Two_that_open_it_at_once_migrate_it_once()
    {
        Task[] both = [.. Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(() => folder.Open().Dispose(), TaskCreationOptions.LongRunning))];
        await Task.WhenAll(both);
        using ResultStore store = folder.Open();
        Assert.Equal(4, store.Records(Shaped).Count);
    }

    [Fact]
    public void A_row_that_cannot_be_read_does_not_stop_the_others()
    {
        using (DbConnection raw = folder.Raw())
        {
            raw.Execute("UPDATE sessions SET manifest = 'x' WHERE session = @Altered; UPDATE runs SET record = '{}' WHERE session = @Altered", new { Altered });
        }
        using ResultStore store = folder.Open();
        Assert.Equal(4, store.Records(Shaped).Count);
        Assert.Contains(Altered, Assert.Throws<UsageException>(() => store.Records(Altered)).Message, StringComparison.Ordinal);
    }
}
