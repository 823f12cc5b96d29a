using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Harness.EndToEnd;

/// <summary>
/// Does a recording of a real kernel, replayed under that kernel's own policy, give what the kernel counted, and does it say what LUF would
/// have saved, and where it would have saved nothing?
/// </summary>
public sealed class RecordReplayTests : IDisposable
{
    // Files read-only, twice as large as memory: reclaim unmaps them while other CPUs read.
    private const string Streaming = """
        title: files larger than memory, read through mappings
        source: made for this test
        workload: llama-stream
        parameters: {processes: 2, threads: 2, pages: 22000, layers: 4, tokens: 1}
        counters: [{name: interrupts.TLB, better: lower}]
        machine:
          nodes: [{memoryMiB: 192, cpus: 2, latencyNs: 90, bandwidthMiBps: 40000}, {memoryMiB: 32, cpus: 0, latencyNs: 250, bandwidthMiBps: 20000}]
          diskMiB: 256
        arms: {before: "vm:6.1", after: "vm:6.12"}
        pairs: 1
        """;

    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Theory]
    [InlineData("vm:6.1")]
    [InlineData("vm:6.12")]
    public void Stock_replayed_is_what_the_kernel_counted_and_LUF_saves_most_of_it(string target)
    {
        File.WriteAllText(line.File("streaming.yaml"), Streaming);
        // a store that is away costs a recording nothing but its place in a list
        string? away = target == "vm:6.1" ? "postgres://nobody@127.0.0.1:1/none" : null;
        JsonNode replayed = Recorded(target, line.File("streaming.yaml"), "stock,luf,luf-as-posted", away);

        JsonNode check = replayed["check"]!;
        long counted = check["countedBatchFlushes"]!.GetValue<long>();
        Assert.True(counted > 100, $"only {counted} flushes: nothing was reclaimed");
        Assert.InRange(check["replayedBatchFlushes"]!.GetValue<long>(), counted * 0.99, counted * 1.01);
        Assert.InRange(check["differentCpus"]!.GetValue<long>(), 0, counted * 0.01);
        long interrupts = check["countedInterrupts"]!.GetValue<long>();
        Assert.InRange(check["replayedInterrupts"]!.GetValue<long>(), interrupts * 0.9, interrupts * 1.1);
        Assert.Equal(0, replayed["recording"]!["lost"]!.GetValue<long>());

        JsonNode unmaps = replayed["unmaps"]!;
        Assert.True(unmaps["qualifying"]!.GetValue<long>() > unmaps["writable"]!.GetValue<long>());
        Dictionary<string, JsonNode> policies = replayed["policies"]!.AsArray().ToDictionary(policy => policy!["name"]!.GetValue<string>(), policy => policy!);
        Assert.True(policies["luf"]["flushesSaved"]!.GetValue<double>() > 0.5, policies["luf"].ToJsonString());
        // who loses tags flushes less, not more
        Assert.True(policies["luf-as-posted"]["flushes"]!.GetValue<long>() <= policies["luf"]["flushes"]!.GetValue<long>());
        Assert.Equal(
            policies["luf"]["flushes"]!.GetValue<long>(),
            policies["luf"]["batchFlushes"]!.GetValue<long>() + policies["luf"]["singleFlushes"]!.GetValue<long>()
                + policies["luf"]["lazyFlushes"]!.AsObject().Sum(cause => cause.Value!.GetValue<long>()));
        Console.Out.WriteLine($"figure: replay on {target}: {counted} flushes counted, {check["replayedBatchFlushes"]} replayed; "
            + $"LUF saves {policies["luf"]["flushesSaved"]:0.000}, as posted {policies["luf-as-posted"]["flushesSaved"]:0.000}");
    }

    [Fact]
    public void Writable_anonymous_memory_saves_nothing_and_the_reason_is_counted()
    {
        JsonNode replayed = Recorded("vm:6.12", "migrate-batching", "luf");
        JsonNode unmaps = replayed["unmaps"]!;
        Assert.True(unmaps["writable"]!.GetValue<long>() > 0.9 * unmaps["total"]!.GetValue<long>(), unmaps.ToJsonString());
        Assert.Equal(["stock", "luf"], replayed["policies"]!.AsArray().Select(policy => policy!["name"]!.GetValue<string>()));
        // not quite nothing when the guest was slow: a batch may end where the program's own text was all there was in it
        Assert.InRange(replayed["policies"]![1]!["flushesSaved"]!.GetValue<double>(), -0.2, 0.2);
        CheckListed(line.File("vm-6.12.trace"));
    }

    [Fact]
    public void A_file_that_is_not_there_or_no_trace_is_one_line()
    {
        string none = line.File("none.trace");
        Ended missing = line.Run("replay", none);
        Assert.Equal(2, missing.Code);
        Assert.Contains(none, missing.LastError, StringComparison.Ordinal);

        File.WriteAllBytes(none, new byte[5000]);
        Ended zeros = line.Run("replay", none, "--json");
        Assert.Equal((2, ""), (zeros.Code, zeros.Output));
        Assert.Contains(none, zeros.LastError, StringComparison.Ordinal);
    }

    private JsonNode Recorded(string target, string plan, string policies, string? store = null)
    {
        string trace = line.File($"{target.Replace(':', '-')}.trace");
        ProcessStartInfo record = line.Start("record", plan, "--target", target, "-o", trace);
        if (store is not null) record.Environment["HARNESS_STORE"] = store;
        Ended recorded = CommandLine.Wait(record);
        Assert.True(recorded.Code == 0, recorded.Errors);
        Assert.Equal(store is not null, recorded.Errors.Contains("'history recordings' will not list it", StringComparison.Ordinal));
        Ended replayed = line.Run("replay", trace, "--policy", policies, "--json", "-o", Path.ChangeExtension(trace, ".html"));
        Assert.True(replayed.Code == 0, replayed.Errors);
        Assert.Contains("over-time", File.ReadAllText(Path.ChangeExtension(trace, ".html")), StringComparison.Ordinal);
        return JsonNode.Parse(replayed.Output)!;
    }

    /// <summary>Does the list of recordings tell whether a file is still the one that was recorded?</summary>
    private void CheckListed(string trace)
    {
        Assert.Equal("there", State("--verify"));
        byte[] bytes = File.ReadAllBytes(trace);
        bytes[^1] ^= 1;
        File.WriteAllBytes(trace, bytes);
        Assert.Equal("there", State());
        Assert.Equal("changed", State("--verify"));
        File.AppendAllText(trace, "x");
        Assert.Equal("changed", State());
        File.Delete(trace);
        Assert.Equal("gone", State("--verify"));

        string State(params string[] options)
        {
            Ended listed = line.Run(["history", "recordings", "--json", .. options]);
            Assert.True(listed.Code == 0, listed.Errors);
            JsonNode recording = Assert.Single(JsonNode.Parse(listed.Output)!["recordings"]!.AsArray())!;
            Assert.Equal(trace, recording["file"]!.GetValue<string>());
            return recording["state"]!.GetValue<string>();
        }
    }
}
