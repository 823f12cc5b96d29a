using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Harness.Host.Recording;
using Harness.Traces;

namespace Harness.Benchmarks;

/// <summary>
/// How long does an event take from a page of the kernel's ring buffer to the trace: parsed, decoded, encoded? Pages of a reclaim, made
/// beforehand: for each unmapped page a probe's event of 60 bytes, and three of 32 bytes of kmem.
/// </summary>
[WarmupCount(3), IterationCount(10), InvocationCount(1)]
public class RecordingBenchmarks
{
    private const int PageBytes = 4096;
    private const int HeadBytes = 16;
    private const int Pages = 1 << 13;
    private const ushort Unmap = 1500;
    private const ushort Kmem = 500;
    private const int Unmapped = 6;     // words of an unmap's record beyond the eight bytes that all have
    private const int EventsOfAPage = 100;
    private const int Events = Pages * EventsOfAPage;

    private readonly byte[][] pages = new byte[Pages][];
    private readonly EventDecoder decoder = Decoder();
    private TraceWriter writer = null!;
    private CpuPages cpu = null!;

    [GlobalSetup]
    public void Prepare()
    {
        Random random = new(1);
        long time = 1_000_000_000;
        for (int i = 0; i < Pages; i++) pages[i] = Page(ref time, random);
    }

    [IterationSetup]
    public void Begin()
    {
        writer = new TraceWriter(Stream.Null, new TraceHeader
        {
            KernelRelease = "6.12",
            Processor = "none",
            Clock = "mono",
            Started = DateTimeOffset.UnixEpoch,
            Cpus = [0],
            CpuWords = 1,
            Zones = [],
            Sources = [],
            Subject = "benchmark",
        });
        cpu = new CpuPages(0);
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public long Record()
    {
        foreach (byte[] page in pages) cpu.Write(page, decoder, writer);
        return writer.Events == Events ? writer.Bytes : throw new InvalidOperationException($"{writer.Events} of {Events} events");
    }

    private static byte[] Page(ref long time, Random random)
    {
        byte[] page = new byte[PageBytes];
        BinaryPrimitives.WriteInt64LittleEndian(page, time);
        int at = HeadBytes;
        long frame = 0;
        for (int i = 0; i < EventsOfAPage; i++)
        {
            bool unmap = i % 4 == 0;
            int words = unmap ? 2 + 2 * Unmapped : 6;
            uint delta = (uint)random.Next(200, 2000);
            time += delta;
            BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(at), (uint)words | delta << 5);
            Span<byte> record = page.AsSpan(at + sizeof(uint), words * sizeof(uint));
            BinaryPrimitives.WriteUInt16LittleEndian(record, unmap ? Unmap : (ushort)(Kmem + i % 4));
            BinaryPrimitives.WriteInt32LittleEndian(record[4..], 72);
            if (unmap)
            {
                frame = random.Next(1 << 22);
                BinaryPrimitives.WriteInt64LittleEndian(record[16..], frame << 12 | 0x865);
                BinaryPrimitives.WriteUInt64LittleEndian(record[24..], 0xffff888012345000);
                BinaryPrimitives.WriteInt64LittleEndian(record[32..], 15);
            }
            else BinaryPrimitives.WriteInt64LittleEndian(record[8..], frame);
            at += sizeof(uint) + record.Length;
        }
        BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(8), at - HeadBytes);
        return page;
    }

    private static EventDecoder Decoder()
    {
        Probe[] probes =
        [
            new Probe
            {
                Kind = TraceEventKind.UnmapDeferred,
                System = Probe.Group,
                Event = "unmap",
                Fields = [new("pte", ProbeFieldUse.Pte), new("mm", ProbeFieldUse.Mm), new("cpus", ProbeFieldUse.Cpus)],
            },
            .. new[] { TraceEventKind.Free, TraceEventKind.Drain, TraceEventKind.Allocate }.Select(kind => new Probe
            {
                Kind = kind,
                System = "kmem",
                Event = kind.ToString(),
                Fields = [new("pfn", ProbeFieldUse.Frame), new("order", ProbeFieldUse.Order)],
            }),
        ];
        EventFormat[] formats =
        [
            Format(Unmap, ("pte", 16, 8), ("mm", 24, 8), ("cpus", 32, 8)),
            .. Enumerable.Range(Kmem + 1, 3).Select(id => Format(id, ("pfn", 8, 8), ("order", 16, 4))),
        ];
        return new EventDecoder(probes, formats, new ProbeSet
        {
            Probes = probes,
            Missing = [],
            Offsets = new Dictionary<string, int>(),
            CpuWords = 1,
            PageBytes = 64,
            FirstMigrationType = 28,
        });
    }

    private static EventFormat Format(int id, params (string Name, int Offset, int Size)[] fields) => new(
        (ushort)id, fields.Append(("common_pid", 4, 4)).ToDictionary(f => f.Item1, f => new EventField(f.Item1, f.Item2, f.Item3, Signed: true)));
}
