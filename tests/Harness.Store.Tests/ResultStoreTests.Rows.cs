using System.Data.Common;
using Dapper;
using Harness.Records;

namespace Harness.Store.Tests;

/// <summary>What becomes of a record in rows.</summary>
public abstract partial class ResultStoreTests
{
    // does any name that a record may hold keep it from being stored, or change it?
    [SkippableTheory]
    [InlineData("nul\0inside")]
    [InlineData("'; DROP TABLE runs; --")]
    [InlineData("two\nlines\u001b[31m\u202e")]
    [InlineData("\U0001F600 @p0 {id} %s")]
    [InlineData("LONG")]
    public void Hostile_names_come_back_as_they_were(string name)
    {
        if (name == "LONG") name = string.Concat(Enumerable.Range(0, 4000).Select(i => (char)('\u4e00' + i)));
        RunRecord record = Sample.Record("a", 0) with
        {
            Target = name,
            Host = Sample.Host(name),
            Environment = new Dictionary<string, string> { [name] = name, ["other"] = name },
            Counters = [new Counter { Name = name, Unit = name, Value = 1 }, new Counter { Name = "x", Unit = "x", Value = 2 }],
            Timeline = new Timeline { IntervalSeconds = 1, MissedTicks = 0, Seconds = [1], Series = [new TimelineSeries(name, name, [5]) { Note = name }] },
            Recording = new RecordingSummary { Bytes = 1, Events = 1, Lost = 0, Seconds = 1, RecorderCpuSeconds = 0, Checksum = name },
        };
        record = record with { Request = record.Request with { Arm = name } };
        Manifest manifest = Sample.Manifest("a", name) with { Box = name, Shape = name, Accepted = name, SameArm = null };
        using ResultStore store = Kept.Open();
        store.SaveSession(manifest);
        store.SaveRecord(record);
        store.SaveRecord(record);

        Assert.Equal(RecordJson.Write(record), RecordJson.Write(Assert.Single(store.Records("a"))));
        Assert.Equal(RecordJson.Write(manifest), RecordJson.Write(Assert.Single(store.Sessions(new SessionFilter { Plan = name, Box = name, Shape = name, Kernel = name }))));
    }

    [SkippableFact]
    public void A_runs_environment_timeline_and_recording_can_be_asked_for()
    {
        using ResultStore store = Kept.Open();
        RunRecord record = Sample.Record("a", 1) with
        {
            Host = Sample.Host("6.12.95"),
            Environment = new Dictionary<string, string> { ["cpu.microcode"] = "0x1" },
            Timeline = new Timeline { IntervalSeconds = 1, MissedTicks = 0, Seconds = [0.5, 1], Series = [new TimelineSeries("interrupts.TLB", "interrupts", [3, 7])] },
            Recording = new RecordingSummary { Bytes = 5_000_000_000, Events = 7, Lost = 0, Seconds = 1, RecorderCpuSeconds = 0, Checksum = "ab" },
        };
        record = record with { Request = record.Request with { Recording = new RecordingRequest { Path = "/t/x.trace", Subject = "x" } } };
        store.SaveRecord(record with { Environment = new Dictionary<string, string> { ["gone"] = "1" } });
        store.SaveRecord(record);
        using DbConnection raw = Kept.Raw();
        Assert.Equal("cpu.microcode=0x1", raw.QuerySingle<string>("SELECT name || '=' || value FROM environments"));
        Assert.Equal("[[0.5,3],[1,7]]", raw.QuerySingle<string>("SELECT samples FROM timelines WHERE counter = 'interrupts.TLB'"));
        Assert.Equal("a 1 after /t/x.trace ab 5000000000 7", raw.QuerySingle<string>(
            "SELECT session || ' ' || sequence || ' ' || arm || ' ' || path || ' ' || checksum || ' ' || bytes || ' ' || events FROM recordings"));
        Assert.Equal("6.12.95", raw.QuerySingle<string>("SELECT kernel FROM runs"));
    }

    [SkippableFact]
    public void Recordings_come_back_the_newest_first_and_other_runs_not_at_all()
    {
        using ResultStore store = Kept.Open();
        store.SaveRecord(Recorded("b", 0, second: 1));
        store.SaveRecord(Recorded("a", 0, second: 3));
        store.SaveRecord(Recorded("a", 1, second: 2) with { Recording = null });
        store.SaveRecord(Recorded("a", 2, second: 2));
        Assert.Equal([("a", 0), ("a", 2), ("b", 0)], store.Recordings().Select(r => (r.Request.Session, r.Request.Sequence)));
        Assert.All(store.Recordings(), r => Assert.Equal("ab", r.Recording!.Checksum));

        static RunRecord Recorded(string session, int sequence, int second) => Sample.Record(session, sequence) with
        {
            Started = DateTimeOffset.UnixEpoch.AddSeconds(second),
            Recording = new RecordingSummary { Bytes = 5, Events = 7, Lost = 0, Seconds = 1, RecorderCpuSeconds = 0, Checksum = "ab" },
        };
    }
}
