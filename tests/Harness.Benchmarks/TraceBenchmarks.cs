using BenchmarkDotNet.Attributes;
using Harness.Traces;
using Harness.Traces.Tests;

namespace Harness.Benchmarks;

/// <summary>
/// How long does it take to write an event of a recording, and to read one of all CPUs' merged? The events are those of a reclaim (a page
/// is unmapped, freed, drained, refilled and allocated; a flush each 25 pages), made beforehand. Reading is from a file in the page
/// cache.
/// </summary>
[WarmupCount(3), IterationCount(10), InvocationCount(1)]
public class TraceBenchmarks
{
    private const int Events = 1 << 22;
    private const long Memory = 1 << 22;

    private readonly string path = Path.Combine(Path.GetTempPath(), $"harness-{Guid.NewGuid():N}.trace");
    private TraceEvent[] events = [];
    private ulong[] cpuSet = [];
    private TraceHeader header = null!;
    private TraceWriter writer = null!;
    private TraceReader reader = null!;

    [Params(4, 64)]
    public int Cpus { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        header = new TraceHeader
        {
            KernelRelease = "6.12",
            Processor = "none",
            Clock = "mono",
            Started = DateTimeOffset.UnixEpoch,
            Cpus = [.. Enumerable.Range(0, Cpus)],
            CpuWords = 1,
            Zones = [],
            Sources = [],
            Subject = "benchmark",
        };
        cpuSet = ReclaimEvents.Set(Cpus);
        events = ReclaimEvents.Draw(Events, Cpus, Memory);
        using var whole = new TraceWriter(File.Create(path), header);
        foreach (ref readonly TraceEvent e in events.AsSpan()) whole.Add(e, cpuSet);
        whole.Finish(new TraceTrailer { Seconds = 1, Events = 0 });
        Console.WriteLine($"// {Cpus} CPUs: {(double)whole.Bytes / Events:F2} bytes an event");
    }

    [GlobalCleanup]
    public void Delete() => File.Delete(path);

    [IterationSetup(Target = nameof(Write))]
    public void BeginWriting() => writer = new TraceWriter(Stream.Null, header);

    [Benchmark(OperationsPerInvoke = Events)]
    public long Write()
    {
        foreach (ref readonly TraceEvent e in events.AsSpan()) writer.Add(e, cpuSet);
        return writer.Bytes;
    }

    [IterationSetup(Target = nameof(Read))]
    public void BeginReading() => reader = TraceReader.Open(path);

    [IterationCleanup(Target = nameof(Read))]
    public void EndReading() => reader.Dispose();

    [Benchmark(OperationsPerInvoke = Events)]
    public long Read()
    {
        long sum = 0;
        while (reader.Next(out TraceEvent e)) sum += e.Frame;
        return sum;
    }
}
