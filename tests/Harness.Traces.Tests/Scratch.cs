using Harness.Records;

namespace Harness.Traces.Tests;

/// <summary>A file for one test.</summary>
internal sealed class Scratch : IDisposable
{
    internal string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"harness-{Guid.NewGuid():N}.trace");

    public void Dispose() => File.Delete(Path);

    /// <summary>A whole file's bytes. Events come in the order of CPUs' streams given; a flush after each so many.</summary>
    internal static byte[] Bytes(TraceHeader header, IEnumerable<Recorded> events, int flushEach = int.MaxValue, bool finish = true)
    {
        using var stream = new MemoryStream();
        using var writer = new TraceWriter(stream, header);
        int count = 0;
        foreach (Recorded recorded in events)
        {
            writer.Add(recorded.Event, recorded.Cpus);
            if (++count % flushEach == 0) writer.Flush();
        }
        writer.Flush();
        if (finish) writer.Finish(Sample.Trailer);
        Assert.Equal(stream.Length, writer.Bytes);
        return stream.ToArray();
    }

    internal TraceReader Open(ReadOnlySpan<byte> bytes)
    {
        File.WriteAllBytes(Path, bytes);
        return TraceReader.Open(Path);
    }

    /// <summary>The events that can be read, whether the trailer was there, and the line in which reading ended, if any.</summary>
    internal (List<Recorded> Events, bool Complete, string? Problem) Read(ReadOnlySpan<byte> bytes)
    {
        List<Recorded> read = [];
        bool complete = false;
        try
        {
            using TraceReader reader = Open(bytes);
            complete = reader.Trailer is not null;
            while (reader.Next(out TraceEvent e)) read.Add(new Recorded(e, reader.Cpus.ToArray()));
            Assert.Equal(reader.Events, read.Count);
            return (read, complete, null);
        }
        catch (UsageException e)
        {
            Assert.StartsWith(Path + ": ", e.Message);
            Assert.DoesNotContain('\n', e.Message);
            return (read, complete, e.Message);
        }
    }
}
