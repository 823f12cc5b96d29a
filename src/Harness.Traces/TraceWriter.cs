using Harness.Records;

namespace Harness.Traces;

/// <summary>
/// Writes a trace file, block by block: the header at once, a CPU's events when its block is full, the trailer at the end. Without
/// <see cref="Finish"/> the file is a recording that was cut. For one thread. Memory: 70 KB a CPU, taken at the beginning.
/// </summary>
public sealed class TraceWriter : IDisposable
{
    private readonly Stream output;
    private readonly BlockEncoder?[] ofCpu = new BlockEncoder?[TraceFormat.MostCpus];
    private readonly BlockEncoder[] encoders;
    private readonly uint file;

    /// <param name="output">Where to; it gets one write a block and is disposed of with the writer.</param>
    /// <param name="header">What is recorded.</param>
    /// <exception cref="ArgumentException">The header says what cannot be.</exception>
    public TraceWriter(Stream output, TraceHeader header)
    {
        if (TraceJson.Problem(header) is { } problem) throw new ArgumentException($"the trace's header: {problem}", nameof(header));
        this.output = output;
        encoders = [.. header.Cpus.Select(cpu => ofCpu[cpu] = new BlockEncoder(cpu, header.CpuWords))];
        byte[] block = JsonBlock(BlockContent.Header, TraceJson.Write(header));
        file = BlockHead.ChecksumOf(block);
        Write(block);
    }

    /// <summary>Bytes written so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Events added so far.</summary>
    public long Events { get; private set; }

    /// <summary>Adds an event. What its kind does not speak of is not kept.</summary>
    /// <param name="e">The event; not before the latest of the same CPU.</param>
    /// <param name="cpus">The set of CPUs that it speaks of, lowest first; missing words are 0.</param>
    /// <exception cref="ArgumentException">The format cannot hold it: a time that goes back, an unknown CPU, a frame beyond 2^40. Nothing
    /// is added.</exception>
    public void Add(in TraceEvent e, ReadOnlySpan<ulong> cpus)
    {
        BlockEncoder encoder = Of(e.Cpu);
        if (encoder.IsFull) Close(encoder);
        encoder.Add(e, cpus);
        Events++;
    }

    /// <summary>Says that events of a CPU were lost between the latest that was added and the next.</summary>
    /// <param name="cpu">The CPU.</param>
    /// <param name="events">How many; 0 says nothing.</param>
    /// <exception cref="ArgumentException">An unknown CPU, or a negative number.</exception>
    public void Lost(int cpu, long events)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(events);
        BlockEncoder encoder = Of(cpu);
        if (encoder.HasEvents && events > 0) Close(encoder);
        encoder.Lost(events);
    }

    /// <summary>Writes the open blocks of all CPUs, so that a cut after this costs none of what was added.</summary>
    public void Flush()
    {
        foreach (BlockEncoder encoder in encoders)
        {
            if (encoder.IsOpen) Close(encoder);
        }
        output.Flush();
    }

    /// <summary>Writes the open blocks and the trailer. Nothing may be added afterwards.</summary>
    /// <param name="trailer">How the recording ended; its <see cref="TraceTrailer.Events"/> is filled in here.</param>
    public void Finish(TraceTrailer trailer)
    {
        Flush();
        Write(JsonBlock(BlockContent.Trailer, TraceJson.Write(trailer with { Events = Events })));
        output.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => output.Dispose();

    private BlockEncoder Of(int cpu) =>
        (uint)cpu < (uint)ofCpu.Length && ofCpu[cpu] is { } encoder
            ? encoder
            : throw new ArgumentException($"CPU {cpu} is not in the trace's header");

    private void Close(BlockEncoder encoder) => Write(encoder.Close(file));

    private byte[] JsonBlock(BlockContent content, byte[] json)
    {
        byte[] block = new byte[BlockHead.Size + json.Length];
        json.CopyTo(block, BlockHead.Size);
        new BlockHead(content, 0, json.Length, 0, 0, 0, 0, Crc32C.Of(json)).Write(block, file);
        return block;
    }

    private void Write(ReadOnlySpan<byte> block)
    {
        output.Write(block);
        Bytes += block.Length;
    }
}
