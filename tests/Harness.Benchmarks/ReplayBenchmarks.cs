using BenchmarkDotNet.Attributes;
using Harness.Model;
using Harness.Targets;
using Harness.Traces;

namespace Harness.Benchmarks;

/// <summary>
/// How many recorded events a second are replayed on one core? Reclaim of read-only pages spread over 16 GiB: each page is unmapped, freed,
/// drained, taken off the buddy lists and allocated again, five events, and each 25 of them are flushed. 4 million frames, whose table is
/// far larger than the cache. Replay alone is given the events from memory.
/// </summary>
[WarmupCount(1), IterationCount(5), InvocationCount(1)]
public class ReplayBenchmarks
{
    private const int Frames = 1 << 22;
    private const int Batches = 20_000;
    private const int Pages = 25;
    private const int EventsOfABatch = 5 * Pages + 2;
    private const int Events = Batches * EventsOfABatch;
    private const int Cpus = 4;
    private const int Ahead = 32;

    private readonly TraceEvent[] events = new TraceEvent[Events];
    private string file = "";

    /// <summary>luf: the recorded kernel's own policy runs beside it, as it always does.</summary>
    [Params("stock", "luf", "migrc", "stock,luf,luf-as-posted")]
    public string Policies { get; set; } = "";

    [GlobalSetup]
    public void Record()
    {
        file = Path.GetTempFileName();
        Make();
        using FileStream output = File.Create(file);
        using TraceWriter writer = new(output, Header());
        foreach (TraceEvent e in events) writer.Add(e, e.Kind is TraceEventKind.UnmapDeferred or TraceEventKind.BatchFlush ? [0b0111] : []);
        writer.Finish(new TraceTrailer { Seconds = 1, Events = Events });
    }

    [GlobalCleanup]
    public void Remove() => File.Delete(file);

    [Benchmark(OperationsPerInvoke = Events)]
    public long Alone()
    {
        Replay replay = new(Setup(), Policies.Split(','));
        ReadOnlySpan<ulong> cpus = [0b0111];
        for (int i = 0; i < events.Length; i++)
        {
            if (i + Ahead < events.Length) replay.Prefetch(events[i + Ahead].Frame);
            TraceEvent e = events[i];
            Moment at = new(e.TimeNs, e.Cpu, e.Pid);
            switch (e.Kind)
            {
                case TraceEventKind.UnmapDeferred: replay.UnmapDeferred(at, new ClearedPte(e.Frame, 1, true, false, false), cpus); break;
                case TraceEventKind.UnmapFlush: replay.UnmapFlush(at, onlyDirty: false); break;
                case TraceEventKind.BatchFlush: replay.BatchFlush(at, cpus); break;
                case TraceEventKind.Free: replay.Free(at, e.Frame, 0); break;
                case TraceEventKind.Drain: replay.Drain(at, e.Frame, 0); break;
                case TraceEventKind.Refill: replay.Refill(at, e.Frame, 0); break;
                default: replay.Allocate(at, e.Frame, 0); break;
            }
        }
        return replay.Finish()[0].Flushes;
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public long With_the_reader()
    {
        using TraceReader reader = TraceReader.Open(file);
        return ReplayJob.Run(reader, file, Policies.Split(','), null, CancellationToken.None).Policies[0].Flushes;
    }

    /// <summary>The reader without a replay.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public long Reader_alone()
    {
        using TraceReader reader = TraceReader.Open(file);
        while (reader.Next(out _))
        {
        }
        return reader.EventsRead;
    }

    /// <summary>Batches of reclaim on one CPU, and, some batches later, the same pages allocated on another.</summary>
    private void Make()
    {
        const int Later = 100;
        int at = 0;
        long time = 1_000_000;
        for (int batch = 0; batch < Batches; batch++)
        {
            for (int page = 0; page < Pages; page++) Add(TraceEventKind.UnmapDeferred, 3, Frame(batch, page));
            Add(TraceEventKind.UnmapFlush, 3, 0);
            Add(TraceEventKind.BatchFlush, 3, 0);
            for (int page = 0; page < Pages; page++) Add(TraceEventKind.Free, 3, Frame(batch, page));
            for (int page = 0; page < Pages; page++) Add(TraceEventKind.Drain, 3, Frame(batch, page));
            int old = batch < Later ? batch : batch - Later;
            for (int page = 0; page < Pages; page++) Add(TraceEventKind.Refill, old % (Cpus - 1), Frame(old, page));
            for (int page = 0; page < Pages; page++) Add(TraceEventKind.Allocate, old % (Cpus - 1), Frame(old, page));
        }

        void Add(TraceEventKind kind, int cpu, long frame) => events[at++] = new TraceEvent
        {
            TimeNs = time += 400, Cpu = (ushort)cpu, Pid = 100 + cpu, Kind = kind, Frame = frame, Pte = PteBits.Present | PteBits.Accessed, Mm = 1,
        };
    }

    /// <summary>Any frame: a multiplication by an odd number is a permutation.</summary>
    private static long Frame(int batch, int page) => (uint)(batch * Pages + page) * 2_654_435_761 % Frames;

    private static ReplaySetup Setup() => new()
    {
        Kernel = Profile.Parse("6.12"), CpuWords = 1, Memory = [new(0, 0, Frames)], StartNs = 0, EndNs = Events * 400L,
    };

    private static TraceHeader Header() => new()
    {
        KernelRelease = "6.12.0",
        Processor = "benchmark",
        Clock = "mono",
        Started = DateTimeOffset.UnixEpoch,
        Cpus = [.. Enumerable.Range(0, Cpus)],
        CpuWords = 1,
        Zones = [new(0, "Normal", 0, Frames)],
        Sources = [new(TraceEventKind.EnterLazy, ""), new(TraceEventKind.RangeFlush, "")],
        Subject = "benchmark",
    };
}
