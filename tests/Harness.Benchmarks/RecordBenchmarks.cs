using BenchmarkDotNet.Attributes;
using Harness.Host.Channel;
using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Benchmarks;

/// <summary>What does a record cost as JSON, and as a frame of the guest's channel? It holds what moved on this host, per CPU.</summary>
public class RecordBenchmarks
{
    private readonly RunRecord record = Record();
    private readonly string json;
    private readonly Message message;
    private readonly byte[] line;

    public RecordBenchmarks()
    {
        json = RecordJson.Write(record);
        message = new Message("record", json);
        line = Frame.Encode(message)[..^1];
    }

    [Benchmark]
    public string Write() => RecordJson.Write(record);

    [Benchmark]
    public RunRecord Read() => RecordJson.Read<RunRecord>(json, "benchmark");

    [Benchmark]
    public byte[] Encode_frame() => Frame.Encode(message);

    [Benchmark]
    public Message Decode_frame() => Frame.Decode(line);

    // Two moments of any live host differ; the guests' records hold the same counters.
    private static RunRecord Record()
    {
        ProcSnapshot before = ProcSnapshot.Take();
        HostDescription host = ThisHost.Describe();
        return new RunRecord
        {
            Request = new RunRequest
            {
                Session = "benchmark",
                Plan = "migrate-batching",
                Arm = "before",
                Pair = 0,
                Sequence = 0,
                Seed = 1,
                Workload = "migrate-pingpong",
                Parameters = new Dictionary<string, string> { ["pages"] = "4096" },
                Command = new WorkloadCommand { Program = "migrate-pingpong", Arguments = ["--pages=4096"], Handshake = true },
                MetricUnits = new Dictionary<string, string>(),
                Knobs = [],
                Events = [],
                DeadlineSeconds = 120,
            },
            Target = "local",
            Origin = Origin.Measured,
            State = RunState.Done,
            Started = DateTimeOffset.UnixEpoch,
            WindowSeconds = 1,
            Host = host,
            Counters = ProcSnapshot.Delta(before, ProcSnapshot.Take(), host.Cpus),
        };
    }
}
