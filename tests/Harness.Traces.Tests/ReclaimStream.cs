namespace Harness.Traces.Tests;

/// <summary>
/// Events as a reclaim of a file larger than memory makes them on each CPU: 25 pages are unmapped, one flush, they are freed; each goes to the
/// buddy lists, and a page of the batch before comes from there and is allocated. Half of the pages are next to the one before, the others anywhere.
/// </summary>
internal sealed class ReclaimStream
{
    private const int Batch = 25;
    private const int MostStepNs = 400;
    private readonly Random random = new(1);
    private readonly long[] batch = new long[Batch];
    private readonly long[] batchBefore = new long[Batch];
    private long frame;
    private readonly ulong[] cpuSet;
    private readonly long memory;
    private readonly long[] times;
    private long events;

    /// <param name="frames">Frames of memory.</param>
    /// <param name="cpus">CPUs, which take turns.</param>
    internal ReclaimStream(long frames, int cpus)
    {
        memory = frames;
        times = new long[cpus];
        Array.Fill(times, 1_000_000_000_000);
        cpuSet = new ulong[(cpus + 63) / 64];
        Array.Fill(cpuSet, ulong.MaxValue >> (64 - Math.Min(64, cpus)));
    }

    /// <summary>Adds at least so many events.</summary>
    internal void Add(TraceWriter writer, long count)
    {
        for (long end = events + count; events < end;)
        {
            for (ushort cpu = 0; cpu < times.Length; cpu++) AddBatch(writer, cpu);
        }
    }

    private void AddBatch(TraceWriter writer, ushort cpu)
    {
        batch.CopyTo(batchBefore, 0);
        foreach (ref long page in batch.AsSpan()) page = frame = random.Next(2) == 0 ? random.NextInt64(memory) : Math.Min(memory - 1, frame + 1);
        foreach (long page in batch)
        {
            Add(writer, cpu, TraceEventKind.UnmapDeferred, page, PteBits.Present | PteBits.Accessed, 0xffff888004500000 + (ulong)random.Next(3) * 0x1000);
        }
        Add(writer, cpu, TraceEventKind.UnmapFlush);
        Add(writer, cpu, TraceEventKind.BatchFlush);
        for (int page = 0; page < Batch; page++)
        {
            Add(writer, cpu, TraceEventKind.Free, batch[page]);
            Add(writer, cpu, TraceEventKind.Drain, batch[page]);
            Add(writer, cpu, TraceEventKind.Refill, batchBefore[page]);
            Add(writer, cpu, TraceEventKind.Allocate, batchBefore[page]);
        }
    }

    private void Add(TraceWriter writer, ushort cpu, TraceEventKind kind, long page = 0, PteBits pte = 0, ulong mm = 0)
    {
        times[cpu] += random.Next(MostStepNs);
        events++;
        writer.Add(new TraceEvent { Kind = kind, TimeNs = times[cpu], Cpu = cpu, Pid = 100 + cpu, Frame = page, Pte = pte, Mm = mm }, cpuSet);
    }
}
