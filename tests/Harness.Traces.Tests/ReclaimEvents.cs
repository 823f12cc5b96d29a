namespace Harness.Traces.Tests;

/// <summary>The events of a recording that nobody made, of a real one's shape. The benchmarks use them too.</summary>
internal static class ReclaimEvents
{
    private const int Batch = 25;
    private const int MostStepNs = 400;
    private const long StartNs = 1_000_000_000_000;
    private const ulong FirstSpace = 0xffff888004500000;
    private const int Spaces = 3;

    /// <summary>
    /// The events of CPUs that reclaim at once, in the order of time: 25 pages are unmapped, one flush, they are freed and go to the
    /// buddy lists, and pages of the batch before come from there and are allocated. Half of the pages are next to the one before, the
    /// others anywhere.
    /// </summary>
    /// <param name="count">Events.</param>
    /// <param name="cpus">CPUs.</param>
    /// <param name="memory">Frames of memory.</param>
    internal static TraceEvent[] Draw(int count, int cpus, long memory)
    {
        var random = new Random(1);
        var events = new List<TraceEvent>();
        for (int cpu = 0; cpu < cpus; cpu++) AddCpu(events, (count + cpus - 1) / cpus, (ushort)cpu, random, memory);
        return [.. events.OrderBy(e => e.TimeNs).Take(count)];
    }

    /// <summary>The set of all those CPUs, of which every unmap and flush speaks.</summary>
    internal static ulong[] Set(int cpus)
    {
        ulong[] set = new ulong[(cpus + 63) / 64];
        for (int cpu = 0; cpu < cpus; cpu++) set[cpu / 64] |= 1UL << cpu % 64;
        return set;
    }

    private static void AddCpu(List<TraceEvent> events, int count, ushort cpu, Random random, long memory)
    {
        long[] before = new long[Batch];
        long[] batch = new long[Batch];
        long time = StartNs;
        long frame = 0;
        for (int end = events.Count + count; events.Count < end;)
        {
            (before, batch) = (batch, before);
            foreach (ref long page in batch.AsSpan())
            {
                frame = random.Next(2) == 0 ? random.NextInt64(memory) : Math.Min(memory - 1, frame + 1);
                page = frame;
            }
            foreach (long page in batch) Add(TraceEventKind.UnmapDeferred, page, FirstSpace + ((ulong)random.Next(Spaces) << 12));
            Add(TraceEventKind.UnmapFlush, 0, 0);
            Add(TraceEventKind.BatchFlush, 0, 0);
            for (int page = 0; page < Batch; page++)
            {
                Add(TraceEventKind.Free, batch[page], 0);
                Add(TraceEventKind.Drain, batch[page], 0);
                Add(TraceEventKind.Refill, before[page], 0);
                Add(TraceEventKind.Allocate, before[page], 0);
            }
        }

        void Add(TraceEventKind kind, long page, ulong mm)
        {
            time += random.Next(MostStepNs);
            PteBits pte = mm == 0 ? PteBits.None : PteBits.Present | PteBits.Accessed;
            events.Add(new TraceEvent { Kind = kind, TimeNs = time, Cpu = cpu, Pid = 100 + cpu, Frame = page, Mm = mm, Pte = pte });
        }
    }
}
