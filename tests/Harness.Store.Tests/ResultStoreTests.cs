using Dapper;
using Harness.Records;
using Microsoft.Data.Sqlite;

namespace Harness.Store.Tests;

public sealed class ResultStoreTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_record_comes_back_as_it_was_stored()
    {
        folder.Fill();
        using ResultStore store = folder.Open();
        Assert.Equal(Enumerable.Range(0, 4).Select(i => RecordJson.Write(Sample.Record("a", i))), store.Records("a").Select(RecordJson.Write));
        Assert.Empty(store.Records("no such session"));
        Assert.Empty(folder.Notices);
    }

    [Fact]
    public void A_second_record_of_the_same_run_replaces_the_first_with_its_counters()
    {
        folder.Fill();
        using (ResultStore store = folder.Open())
        {
            store.SaveRecord(Sample.Record("a", 0, tlb: 5) with { Counters = [new Counter { Name = "vmstat.x", Unit = "pages", Value = 1 }] });
            Assert.Equal(4, store.Records("a").Count);
            Assert.Null(store.Records("a")[0].Find("interrupts.TLB"));
        }
        using SqliteConnection raw = folder.Raw();
        Assert.Equal(["vmstat.x"], raw.Query<string>("SELECT name FROM counters JOIN runs ON run = id WHERE session = 'a' AND sequence = 0"));
    }

    [Fact]
    public void A_modelled_record_stands_beside_the_measured_one_of_the_same_run()
    {
        folder.Fill();
        using ResultStore store = folder.Open();
        store.SaveRecord(Sample.Record("a", 0, origin: Origin.Modelled));
        Assert.Equal([Origin.Emulated, Origin.Modelled], store.Records("a").Where(r => r.Request.Sequence == 0).Select(r => r.Origin));
    }

    [Fact]
    public void The_last_session_of_a_shape_is_none_that_was_altered_or_compared_with_itself()
    {
        using ResultStore store = folder.Open();
        void Keep(Manifest manifest)
        {
            store.SaveSession(manifest);
            store.SaveRecord(Sample.Record(manifest.Session, 0));
        }
        Keep(Sample.Manifest("1"));
        Keep(Sample.Manifest("2") with { Shape = "small" });
        Keep(Sample.Manifest("3") with { Shape = "small" });
        Keep(Sample.Manifest("4") with { Altered = true });
        Keep(Sample.Manifest("5") with { SameArm = "before" });
        store.SaveSession(Sample.Manifest("6") with { Shape = "small" });
        Assert.Equal("1", store.LatestSession("migrate-batching", shape: null)?.Session);
        Assert.Equal("3", store.LatestSession("migrate-batching", "small")?.Session);
        Assert.Null(store.LatestSession("migrate-batching", "large"));
        Assert.Null(store.LatestSession("other", "small"));
    }

    [Fact]
    public void Counters_can_be_asked_for_by_name()
    {
        folder.Fill();
        using SqliteConnection raw = folder.Raw();
        Assert.Equal(4 * 8096.0, raw.ExecuteScalar<double>("SELECT sum(value) FROM counters JOIN runs ON run = id WHERE session = 'b' AND name = 'interrupts.TLB'"));
        Assert.Equal(["[1,8095]"], raw.Query<string>("SELECT DISTINCT per_cpu FROM counters WHERE name = 'interrupts.TLB'"));
        Assert.Equal(8, raw.ExecuteScalar<long>("SELECT count(*) FROM counters WHERE trust = 'unsupported' AND value IS NULL"));
    }

    [Fact]
    public void The_latest_session_is_the_newest_of_its_plan()
    {
        using ResultStore store = folder.Open();
        Assert.Null(store.LatestSession());
        foreach ((string session, string plan) in new[] { ("20260101T000000Z-x", "x"), ("20260103T000000Z-y", "y"), ("20260102T000000Z-x", "x") })
        {
            store.SaveSession(Sample.Manifest(session, plan));
            store.SaveRecord(Sample.Record(session, 0));
        }
        store.SaveSession(Sample.Manifest("20260104T000000Z-x", "x"));    // begun, no run done: not the one to compare

        Assert.Equal("20260103T000000Z-y", store.LatestSession()!.Session);
        Assert.Equal("20260102T000000Z-x", store.LatestSession("x")!.Session);
        Assert.Null(store.LatestSession("z"));
        Assert.Equal(["20260104T000000Z-x", "20260103T000000Z-y", "20260102T000000Z-x", "20260101T000000Z-x"], store.Sessions().Select(s => s.Session));
    }

    [Fact]
    public void A_sessions_newer_state_replaces_the_older()
    {
        using ResultStore store = folder.Open();
        store.SaveSession(Sample.Manifest("a"));
        store.SaveSession(Sample.Manifest("a") with { Ended = DateTimeOffset.UnixEpoch.AddHours(1) });
        Assert.Equal(DateTimeOffset.UnixEpoch.AddHours(1), Assert.Single(store.Sessions()).Ended);
    }

    [Fact]
    public void A_database_of_a_newer_version_is_refused_and_not_touched()
    {
        folder.Fill();
        using (SqliteConnection raw = folder.Raw()) raw.Execute("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE);");
        byte[] before = File.ReadAllBytes(folder.Database);

        UsageException e = Assert.Throws<UsageException>(folder.Open);
        Assert.Contains("newer Harness (format 99", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(folder.Database));
        Assert.Empty(folder.Aside());
    }

    [Fact]
    public void Another_programs_database_is_refused_and_not_touched()
    {
        using (SqliteConnection raw = folder.Raw()) raw.Execute("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1);");
        byte[] before = File.ReadAllBytes(folder.Database);
        Assert.Contains("another program's", Assert.Throws<UsageException>(folder.Open).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(folder.Database));
    }

    [Fact]
    public void Two_processes_may_store_at_the_same_time()
    {
        using ResultStore one = folder.Open();
        using ResultStore two = folder.Open();
        Parallel.For(0, 40, i => { lock (i % 2 == 0 ? one : two) (i % 2 == 0 ? one : two).SaveRecord(Sample.Record("s", i)); });
        Assert.Equal(40, one.Records("s").Count);
    }

    [Fact]
    public void A_database_that_stays_busy_ends_in_one_line()
    {
        using ResultStore store = folder.Open();
        using SqliteConnection raw = folder.Raw();
        raw.Execute("BEGIN IMMEDIATE");
        HostCannotException e = Assert.Throws<HostCannotException>(() => store.SaveRecord(Sample.Record("a", 0)));
        Assert.Contains("another process has been writing", e.Message, StringComparison.Ordinal);
        raw.Execute("COMMIT");
        store.SaveRecord(Sample.Record("a", 0));
        Assert.Single(store.Records("a"));
    }

    [Fact]
    public void A_folder_that_is_a_file_ends_in_one_line()
    {
        File.WriteAllText(Path.Combine(folder.Home, "file"), "");
        Assert.Throws<HostCannotException>(() => ResultStore.Open(Path.Combine(folder.Home, "file", "results.db"), folder.Sessions, _ => { }));
    }
}
