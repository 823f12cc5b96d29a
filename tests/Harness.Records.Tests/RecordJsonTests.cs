using System.Text.Json.Nodes;

namespace Harness.Records.Tests;

public sealed class RecordJsonTests
{
    [Fact]
    public void A_record_comes_back_as_it_was_written()
    {
        string json = RecordJson.Write(Samples.Record());
        RunRecord back = RecordJson.Read<RunRecord>(json, "test");

        Assert.Equal(json, RecordJson.Write(back));
        Assert.Equal(ulong.MaxValue, back.Request.Seed);
        Assert.Equal([0.0, 8096.0], back.Find("interrupts.TLB")!.PerCpu);
        Assert.Null(back.Find("perf.dTLB-load-misses")!.Value);
        Assert.Equal([10, 20], back.Host!.Nodes[0].Distances);
        Assert.Equal("console=ttyS0 \"quoted\"", back.Host.CommandLine);
    }

    [Fact]
    public void A_request_comes_back_as_it_was_written()
    {
        string json = RecordJson.WriteIndented(Samples.Request());
        Assert.Equal(json, RecordJson.WriteIndented(RecordJson.Read<RunRequest>(json, "test")));
    }

    [Fact]
    public void A_manifest_comes_back_as_it_was_written()
    {
        string json = RecordJson.WriteIndented(Samples.Manifest());
        Manifest back = RecordJson.Read<Manifest>(json, "test");

        Assert.Equal(json, RecordJson.WriteIndented(back));
        Assert.Equal(new JudgedCounter("interrupts.TLB", Better.Lower, PerCpu: true), back.Counters[0]);
        Assert.Equal(Samples.Manifest().Runs[0], back.Runs[0]);
    }

    [Fact]
    public void The_compact_form_is_one_line() => Assert.DoesNotContain('\n', RecordJson.Write(Samples.Record()));

    // do readers of the JSON see words they could type?
    [Theory]
    [InlineData("origin", "emulated")]
    [InlineData("state", "done")]
    public void Enums_are_words(string field, string word) =>
        Assert.Equal(word, (string?)JsonNode.Parse(RecordJson.Write(Samples.Record()))![field]);

    [Fact]
    public void Words_of_several_parts_are_joined_by_a_dash()
    {
        RunRecord failed = Samples.Record() with { State = RunState.Failed, Failure = FailureKind.GuestPanic };
        Assert.Contains("\"failure\":\"guest-panic\"", RecordJson.Write(failed), StringComparison.Ordinal);
        Assert.Equal(FailureKind.GuestPanic, RecordJson.Read<RunRecord>(RecordJson.Write(failed), "test").Failure);
    }

    [Theory]
    [InlineData("", "not a valid RunRecord")]
    [InlineData("null", "holds null")]
    [InlineData("[]", "not a valid RunRecord")]
    [InlineData("{}", "not a valid RunRecord")]
    [InlineData("{\"request\":", "not a valid RunRecord")]
    public void Text_that_is_no_record_is_refused_in_one_line_that_names_where(string json, string expected)
    {
        UsageException e = Assert.Throws<UsageException>(() => RecordJson.Read<RunRecord>(json, "runs/000.json"));
        Assert.StartsWith("runs/000.json: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Theory]
    [InlineData("origin", "3")]                     // a number for a word
    [InlineData("origin", "\"guessed\"")]           // a word that is none
    [InlineData("state", "null")]
    [InlineData("target", "null")]
    [InlineData("target", "\"\\ud800\"")]           // half a surrogate pair
    [InlineData("counters", "null")]
    [InlineData("counters", "[null]")]
    [InlineData("counters", "[{\"name\":null,\"unit\":\"x\"}]")]
    [InlineData("counters", "[{\"name\":\"x\"}]")]
    [InlineData("windowSeconds", "1e999999")]
    [InlineData("windowSeconds", "\"NaN\"")]
    [InlineData("started", "\"yesterday\"")]
    [InlineData("version", "99999999999999999999")]
    [InlineData("version", "2")]
    [InlineData("request", "{}")]
    public void A_field_that_cannot_be_right_is_refused(string field, string value)
    {
        JsonObject record = JsonNode.Parse(RecordJson.Write(Samples.Record()))!.AsObject();
        record[field] = "REPLACE";
        string json = record.ToJsonString().Replace("\"REPLACE\"", value, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => RecordJson.Read<RunRecord>(json, "test"));
    }

    [Fact]
    public void Deeply_nested_text_ends_in_an_error_not_in_a_crash()
    {
        string deep = new string('[', 200_000);
        Assert.Throws<UsageException>(() => RecordJson.Read<RunRecord>(deep, "test"));
        Assert.Throws<UsageException>(() => RecordJson.Read<RunRecord>("{\"unknown\":" + deep, "test"));
    }

    // can any damaged text do something other than be read or be refused?
    [Fact]
    public void Mutated_records_are_read_or_refused()
    {
        string json = RecordJson.Write(Samples.Record());
        var random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            char[] text = json.ToCharArray();
            for (int n = random.Next(1, 4); n > 0; n--) text[random.Next(text.Length)] = "\0{}[],:\"'x9-\u00e9\ud800"[random.Next(14)];
            try
            {
                RecordJson.Read<RunRecord>(new string(text, 0, random.Next(2) == 0 ? text.Length : random.Next(text.Length)), "test");
            }
            catch (UsageException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 1000, 3000);
    }

    [Fact]
    public void What_an_earlier_version_did_not_write_is_empty_and_not_null()
    {
        RunRecord record = Samples.Record();
        JsonObject json = JsonNode.Parse(RecordJson.Write(record))!.AsObject();
        foreach (string later in (string[])["proofs", "probes", "environment", "kernelMessages", "knobsInForce"]) Assert.True(json.Remove(later));
        foreach (string later in (string[])["timelineCounters", "knobs", "actions", "events"]) json["request"]!.AsObject().Remove(later);
        RunRecord read = RecordJson.Read<RunRecord>(json.ToJsonString(), "an old file");
        Assert.Empty(read.Proofs);
        Assert.Empty(read.Probes);
        Assert.Empty(read.Environment);
        Assert.Empty(read.KernelMessages);
        Assert.Empty(read.KnobsInForce);
        Assert.Empty(read.Request.TimelineCounters);
        Assert.Empty(read.Request.Events);
    }
}
