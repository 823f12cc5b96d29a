using Harness.Traces;

namespace Harness.Host.Recording;

/// <summary>Turns the sub-buffers of one CPU, in their order, into events of a trace.</summary>
/// <param name="cpu">The CPU.</param>
internal sealed class CpuPages(int cpu)
{
    private long latest = long.MinValue;

    /// <summary>The CPU.</summary>
    internal int Cpu => cpu;

    /// <summary>Events that pages said were lost before them.</summary>
    internal long Lost { get; private set; }

    /// <summary>Pages that made no sense in part.</summary>
    internal long Damaged { get; private set; }

    /// <summary>Writes the events of a sub-buffer to the trace. Does not allocate.</summary>
    /// <param name="page">What one read gave.</param>
    /// <param name="decoder">Knows the records.</param>
    /// <param name="writer">Takes the events.</param>
    internal void Write(ReadOnlySpan<byte> page, EventDecoder decoder, TraceWriter writer)
    {
        RawPage raw = new(page);
        if (raw.Lost > 0)
        {
            Lost += raw.Lost;
            writer.Lost(cpu, raw.Lost);
        }
        while (raw.MoveNext())
        {
            // The kernel's fast clocks may step back by some nanoseconds while they are adjusted.
            latest = Math.Max(latest, raw.Time);
            if (decoder.TryDecode(raw.Record, latest, cpu, out TraceEvent e)) writer.Add(e, decoder.Cpus);
        }
        if (raw.Damaged) Damaged++;
    }
}
