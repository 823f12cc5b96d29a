namespace Harness.Traces.Tests;

/// <summary>How many bytes does an event of a real workload's shape take, and does adding or reading one allocate?</summary>
public sealed class SizeTests
{
    private const int Cpus = 4;
    private const int Events = 200_000;
    private static readonly TraceEvent[] Reclaim = ReclaimEvents.Draw(Events, Cpus, memory: 1 << 22);
    private static readonly ulong[] Set = ReclaimEvents.Set(Cpus);

    [Fact]
    public void An_event_of_a_reclaim_takes_5_to_8_bytes()
    {
        using var stream = new MemoryStream();
        using var writer = new TraceWriter(stream, Sample.Header());
        foreach (TraceEvent e in Reclaim) writer.Add(e, Set);
        writer.Finish(Sample.Trailer);
        Assert.InRange((double)writer.Bytes / Events, 5, 8);
    }

    [Fact]
    public void Adding_and_reading_allocate_nothing()
    {
        using var file = new Scratch();
        var stream = new FileStream(file.Path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        using (var writer = new TraceWriter(stream, Sample.Header()))
        {
            ReadOnlySpan<TraceEvent> events = Reclaim;
            foreach (ref readonly TraceEvent e in events[..(Events / 2)]) writer.Add(e, Set);
            long before = GC.GetAllocatedBytesForCurrentThread();
            foreach (ref readonly TraceEvent e in events[(Events / 2)..]) writer.Add(e, Set);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
            writer.Finish(Sample.Trailer);
        }
        using TraceReader reader = TraceReader.Open(file.Path);
        for (int i = 0; i < Events / 2; i++) reader.Next(out _);
        long beforeReading = GC.GetAllocatedBytesForCurrentThread();
        while (reader.Next(out _))
        {
        }
        Assert.Equal(beforeReading, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(Events, reader.EventsRead);
    }
}
