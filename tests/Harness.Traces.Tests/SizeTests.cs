namespace Harness.Traces.Tests;

/// <summary>How many bytes does an event of a real workload's shape take, and does adding or reading one allocate?</summary>
public sealed class SizeTests
{
    [Fact]
    public void An_event_of_a_reclaim_takes_5_to_8_bytes()
    {
        const int Events = 200_000;
        using var file = new Scratch();
        using (var writer = new TraceWriter(new FileStream(file.Path, FileMode.Create), Sample.Header()))
        {
            new ReclaimStream(frames: 1 << 22, cpus: 4).Add(writer, Events);
            writer.Finish(Sample.Trailer);
        }
        double each = TraceInspection.Of(file.Path).BytesPerEvent!.Value;
        Assert.InRange(each, 5, 8);
    }

    [Fact]
    public void Adding_and_reading_allocate_nothing()
    {
        const int Events = 100_000;
        using var file = new Scratch();
        long before;
        using (var writer = new TraceWriter(new FileStream(file.Path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0), Sample.Header()))
        {
            var stream = new ReclaimStream(frames: 1 << 22, cpus: 4);
            stream.Add(writer, Events);
            before = GC.GetAllocatedBytesForCurrentThread();
            stream.Add(writer, Events);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
            writer.Finish(Sample.Trailer);
        }
        using TraceReader reader = TraceReader.Open(file.Path);
        for (int i = 0; i < Events; i++) reader.Next(out _);
        before = GC.GetAllocatedBytesForCurrentThread();
        while (reader.Next(out _))
        {
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
