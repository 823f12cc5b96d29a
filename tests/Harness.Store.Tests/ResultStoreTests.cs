using System.Data.Common;
using Dapper;
using Harness.Records;

namespace Harness.Store.Tests;

/// <summary>What a store must do, whichever database it is in.</summary>
public abstract partial class ResultStoreTests : IDisposable
{
    private TestStore? made;

    protected TestStore Kept => made ??= NewStore();

    public void Dispose()
    {
        made?.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract TestStore NewStore();

    [SkippableFact]
    public void A_record_comes_back_as_it_was_stored()
    {
        Kept.Fill();
        using ResultStore store = Kept.Open();
        Assert.Equal(Enumerable.Range(0, 4).Select(i => RecordJson.Write(Sample.Record("a", i))), store.Records("a").Select(RecordJson.Write));
        Assert.Empty(store.Records("no such session"));
        Assert.Empty(Kept.Notices);
    }

    [SkippableFact]
    public void A_second_record_of_the_same_run_replaces_the_first_with_its_counters()
    {
        Kept.Fill();
        using (ResultStore store = Kept.Open())
        {
            store.SaveRecord(Sample.Record("a", 0, tlb: 5) with { Counters = [new Counter { Name = "vmstat.x", Unit = "pages", Value = 1 }] });
            Assert.Equal(4, store.Records("a").Count);
            Assert.Null(store.Records("a")[0].Find("interrupts.TLB"));
        }
        using DbConnection raw = Kept.Raw();
        Assert.Equal(["vmstat.x"], raw.Query<string>("SELECT name FROM counters JOIN runs ON run = id WHERE session = 'a' AND sequence = 0"));
    }

    [SkippableFact]
    public void A_modelled_record_stands_beside_the_measured_one_of_the_same_run()
    {
        Kept.Fill();
        using ResultStore store = Kept.Open();
        store.SaveRecord(Sample.Record("a", 0, origin: Origin.Modelled));
        Assert.Equal([Origin.Emulated, Origin.Modelled], store.Records("a").Where(r => r.Request.Sequence == 0).Select(r => r.Origin));
    }

    [SkippableFact]
    public void The_last_session_of_a_shape_is_none_that_was_altered_or_compared_with_itself()
    {
        using ResultStore store = Kept.Open();
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

    [SkippableFact]
    public void Counters_can_be_asked_for_by_name()
    {
        Kept.Fill();
        using DbConnection raw = Kept.Raw();
        Assert.Equal(4 * 8096.0, raw.ExecuteScalar<double>("SELECT sum(value) FROM counters JOIN runs ON run = id WHERE session = 'b' AND name = 'interrupts.TLB'"));
        Assert.Equal(["[1,8095]"], raw.Query<string>("SELECT DISTINCT per_cpu FROM counters WHERE name = 'interrupts.TLB'"));
        Assert.Equal(8, raw.ExecuteScalar<long>("SELECT count(*) FROM counters WHERE trust = 'unsupported' AND value IS NULL"));
    }

    [SkippableFact]
    public void The_latest_session_is_the_newest_of_its_plan()
    {
        using ResultStore store = Kept.Open();
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
        Assert.Equal(["20260104T000000Z-x", "20260103T000000Z-y", "20260102T000000Z-x", "20260101T000000Z-x"], store.Sessions(new SessionFilter()).Select(s => s.Session));
    }

    [SkippableFact]
    public void Of_two_boxes_that_share_a_store_each_has_its_own_latest_session()
    {
        Kept.WriteSession("20260101T000000Z-here");
        using ResultStore here = Kept.Open();
        using (ResultStore elsewhere = Kept.OpenElsewhere(Path.Combine(Kept.Home, "elsewhere")))
        {
            elsewhere.SaveSession(Sample.Manifest("20260102T000000Z-there") with { Box = "other" }, [Sample.Record("20260102T000000Z-there", 0)]);
            Assert.Equal("20260102T000000Z-there", elsewhere.LatestSession()!.Session);    // it has no folder of any: the newest
        }
        Assert.Equal("20260101T000000Z-here", here.LatestSession()!.Session);
        Assert.Equal("20260101T000000Z-here", here.LatestSession("migrate-batching", shape: null)!.Session);
        Assert.Equal("20260102T000000Z-there", here.Find("20260102").Session);
    }

    [SkippableFact]
    public void Histories_are_what_has_nights_whatever_their_number()
    {
        using ResultStore store = Kept.Open();
        Manifest night = Sample.Manifest("1") with { Nightly = true, Box = "lab-1" };
        store.SaveSession(night);
        store.SaveSession(night with { Session = "2" });
        store.SaveSession(night with { Session = "3", Shape = "small" });
        store.SaveSession(night with { Session = "4", Box = "lab-2" });
        store.SaveSession(night with { Session = "5", Plan = "altered", Altered = true });
        store.SaveSession(night with { Session = "6", Plan = "by hand", Nightly = false });
        store.SaveSession(night with { Session = "7", Plan = "twice", SameArm = "before" });
        string plan = night.Plan;
        Assert.Equal(
            [("lab-1", plan, (string?)null), ("lab-1", plan, "small"), ("lab-2", plan, null)],
            store.NightsOf().OrderBy(of => of.Box, StringComparer.Ordinal).ThenBy(of => of.Shape, StringComparer.Ordinal));
        Assert.Equal([("lab-2", plan, (string?)null)], store.NightsOf("lab-2"));
        Assert.Empty(store.NightsOf("lab-3"));
    }

    [SkippableFact]
    public void A_sessions_newer_state_replaces_the_older()
    {
        using ResultStore store = Kept.Open();
        store.SaveSession(Sample.Manifest("a"));
        store.SaveSession(Sample.Manifest("a") with { Ended = DateTimeOffset.UnixEpoch.AddHours(1) });
        Assert.Equal(DateTimeOffset.UnixEpoch.AddHours(1), Assert.Single(store.Sessions(new SessionFilter())).Ended);
    }

    [SkippableFact]
    public void Two_processes_may_store_at_the_same_time()
    {
        using ResultStore one = Kept.Open();
        using ResultStore two = Kept.Open();
        Parallel.For(0, 40, i => { lock (i % 2 == 0 ? one : two) (i % 2 == 0 ? one : two).SaveRecord(Sample.Record("s", i)); });
        Assert.Equal(40, one.Records("s").Count);
    }

    [SkippableFact]
    public void Sessions_are_filtered_by_each_of_plan_shape_box_kernel_nightly_and_time()
    {
        using ResultStore store = Kept.Open();
        void Keep(Manifest manifest, string? kernel)
        {
            store.SaveSession(manifest);
            store.SaveRecord(Sample.Record(manifest.Session, 0) with { Host = kernel is null ? null : Sample.Host(kernel) });
        }
        Keep(Sample.Manifest("1") with { Box = "lab-1", Created = Day(1) }, "6.1.0-56-amd64");
        Keep(Sample.Manifest("2") with { Box = "lab-1", Created = Day(2), Shape = "small", Nightly = true }, "6.12.95+deb12-amd64");
        Keep(Sample.Manifest("3", "other") with { Box = "lab-2", Created = Day(3) }, null);
        Keep(Sample.Manifest("4") with { Box = "lab-2", Created = Day(4), Altered = true }, "6.1");
        Keep(Sample.Manifest("5") with { Created = Day(5), SameArm = "before" }, "6.12");
        string Of(SessionFilter filter) => string.Concat(store.Sessions(filter).Select(s => s.Session));

        Assert.Equal("54321", Of(new SessionFilter()));
        Assert.Equal("54", Of(new SessionFilter { Limit = 2 }));
        Assert.Equal("5421", Of(new SessionFilter { Plan = "migrate-batching" }));
        Assert.Equal("2", Of(new SessionFilter { Shape = "small" }));
        Assert.Equal("31", Of(new SessionFilter { Shape = SessionFilter.Own }));
        Assert.Equal("43", Of(new SessionFilter { Box = "lab-2" }));
        Assert.Equal("41", Of(new SessionFilter { Kernel = "6.1" }));
        Assert.Equal("52", Of(new SessionFilter { Kernel = "6.12" }));
        Assert.Equal("2", Of(new SessionFilter { Kernel = "6.12.95+deb12" }));
        Assert.Equal("", Of(new SessionFilter { Kernel = "%" }));
        Assert.Equal("2", Of(new SessionFilter { NightlyOnly = true }));
        Assert.Equal("32", Of(new SessionFilter { Since = Day(2), Until = Day(4) }));
        Assert.Equal("", Of(new SessionFilter { Plan = "'; DROP TABLE sessions; --" }));
        Assert.Equal(["6.12"], store.List(new SessionFilter { Limit = 1 })[0].Kernels);

        static DateTimeOffset Day(int day) => new(2026, 11, day, 12, 0, 0, TimeSpan.Zero);
    }

    [SkippableFact]
    public void A_session_is_found_by_its_beginning_or_any_part_that_no_other_has()
    {
        using ResultStore store = Kept.Open();
        Assert.Contains("none is stored yet", Assert.Throws<UsageException>(() => store.Find("2026")).Message, StringComparison.Ordinal);
        foreach (string id in (string[])["20261120T1-x", "20261121T1-x", "20261121T1-x-2", "20261122T1-y"]) store.SaveSession(Sample.Manifest(id));

        Assert.Equal("20261121T1-x", store.Find("20261121T1-x").Session);    // whole, though another begins so
        Assert.Equal("20261120T1-x", store.Find("20261120").Session);
        Assert.Equal("20261122T1-y", store.Find("-y").Session);
        string several = Assert.Throws<UsageException>(() => store.Find("20261121")).Message;
        Assert.Contains("20261121T1-x-2, 20261121T1-x;", several, StringComparison.Ordinal);
        Assert.Contains("newest are 20261122T1-y", Assert.Throws<UsageException>(() => store.Find("z")).Message, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => store.Find(""));
        Assert.Throws<UsageException>(() => store.Find("%"));
    }

    [SkippableFact]
    public void Calibrations_come_back_the_newest_first()
    {
        using ResultStore store = Kept.Open();
        store.SaveCalibration(Sample.Constants(day: 1), "lab-1");
        store.SaveCalibration(Sample.Constants(day: 3), "lab-1");
        store.SaveCalibration(Sample.Constants(day: 3), "lab-1");
        store.SaveCalibration(Sample.Constants(day: 2), "lab-2");
        Assert.Equal([3, 2, 1], store.Calibrations().Select(c => c.Fitted.Day));
        Assert.Equal([3, 1], store.Calibrations("lab-1").Select(c => c.Fitted.Day));
    }

    // what a server out of reach, or a kill, kept from being stored: does the next opening take it from the folder, once?
    [SkippableFact]
    public void What_the_folder_has_and_the_store_lacks_is_stored_at_the_next_opening()
    {
        using (ResultStore store = Kept.Open()) store.SaveSession(Sample.Manifest("a"));
        Kept.WriteSession("b");
        Kept.WriteSession(Sample.Manifest("a") with { Ended = DateTimeOffset.UnixEpoch }, [Sample.Record("a", 0), Sample.Record("a", 1)]);
        Directory.Move(Path.Combine(Kept.Sessions, "b"), Path.Combine(Kept.Sessions, "c"));    // a copy under another name is no session
        Kept.WriteSession("b");
        Directory.CreateDirectory(Path.Combine(Kept.Sessions, "record-1"));
        using (ResultStore store = Kept.Open())
        {
            Assert.Equal(["b", "a"], store.Sessions(new SessionFilter()).Select(s => s.Session));
            Assert.Equal(4, store.Records("b").Count);
            Assert.Equal(2, store.Records("a").Count);
        }
        Assert.Contains(Kept.Notices, line => line.Contains("lacked 6 records, ", StringComparison.Ordinal));
        Assert.Contains(Kept.Notices, line => line.Contains("is of another session than its folder, c", StringComparison.Ordinal));
        Directory.Delete(Path.Combine(Kept.Sessions, "c"), recursive: true);
        Kept.Notices.Clear();
        using (ResultStore store = Kept.Open()) Assert.Equal(4, store.Records("b").Count);
        Assert.Empty(Kept.Notices);
    }

    [SkippableFact]
    public void Another_boxs_session_of_the_same_id_is_not_overwritten()
    {
        Kept.Fill();
        Kept.WriteSession(Sample.Manifest("a", runs: 0) with { Created = DateTimeOffset.UnixEpoch.AddMilliseconds(3), Box = "other" }, []);
        using ResultStore store = Kept.Open();
        Assert.Contains("another session called a", Assert.Single(Kept.Notices), StringComparison.Ordinal);
        Assert.Null(store.TryGet("a")!.Box);
        Assert.Throws<UsageException>(() => store.SaveSession(Sample.Manifest("a") with { Created = DateTimeOffset.UnixEpoch.AddMilliseconds(3) }));
    }

    // do boxes that begin, migrate and store at the same moment get in each other's way?
    [SkippableFact]
    public void Several_writers_open_a_new_store_and_store_the_same_runs()
    {
        TestStore shared = Kept;
        Task[] writers = [.. Enumerable.Range(0, 4).Select(box => Task.Factory.StartNew(() =>
        {
            using ResultStore store = shared.OpenElsewhere(Path.Combine(shared.Home, $"box{box}"));
            for (int i = 0; i < 10; i++)
            {
                store.SaveSession(Sample.Manifest("shared"));
                store.SaveRecord(Sample.Record("shared", i));
                store.SaveRecord(Sample.Record($"own{box}", i));
            }
        }, TaskCreationOptions.LongRunning))];
        Task.WaitAll(writers);
        using ResultStore all = shared.Open();
        Assert.Equal([10, 10, 10, 10, 10], ((string[])["shared", "own0", "own1", "own2", "own3"]).Select(s => all.Records(s).Count));
        using DbConnection raw = Kept.Raw();
        Assert.Equal(100, raw.ExecuteScalar<long>("SELECT count(*) FROM counters"));
    }

    [SkippableFact]
    public void A_store_that_another_process_keeps_busy_ends_in_one_line()
    {
        using ResultStore store = Kept.Open();
        store.SaveRecord(Sample.Record("a", 0));
        using DbConnection raw = Kept.Raw();
        raw.Execute("BEGIN TRANSACTION");
        raw.Execute("UPDATE runs SET state = 'done'");
        HostCannotException e = Assert.Throws<HostCannotException>(() => store.SaveRecord(Sample.Record("a", 0)));
        Assert.Contains("another process has been writing", e.Message, StringComparison.Ordinal);
        raw.Execute("COMMIT TRANSACTION");
        store.SaveRecord(Sample.Record("a", 1));
        Assert.Equal(2, store.Records("a").Count);
    }
}
