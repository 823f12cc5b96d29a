using System.Globalization;
using Harness.Interop;
using Harness.Traces;
using Microsoft.Win32.SafeHandles;

namespace Harness.Host.Recording;

/// <summary>The ring buffer of one CPU: read sub-buffer by sub-buffer, decoded, written to the trace.</summary>
internal sealed class CpuBuffer : IDisposable
{
    // Assumed: the largest sub-buffer a kernel is set to (a page on every stock kernel, 64 KiB on some of arm64).
    private const int LargestPage = 64 * 1024;

    private readonly int cpu;
    private readonly string stats;
    private readonly string path;
    private readonly SafeFileHandle file;
    private readonly byte[] page = new byte[LargestPage];
    private long last = long.MinValue;

    /// <summary>Opens the buffer of a CPU.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    internal CpuBuffer(TraceInstance instance, int cpu)
    {
        this.cpu = cpu;
        string folder = string.Create(CultureInfo.InvariantCulture, $"per_cpu/cpu{cpu}");
        stats = $"{folder}/stats";
        path = instance.PathOf($"{folder}/trace_pipe_raw");
        file = HostFile.OpenWithoutWaiting(path);
    }

    /// <summary>The CPU.</summary>
    internal int Cpu => cpu;

    /// <summary>Events that pages said were lost before them.</summary>
    internal long LostBeforePages { get; private set; }

    /// <summary>Pages that made no sense in part.</summary>
    internal long DamagedPages { get; private set; }

    /// <summary>Reads what there is, but no more than a whole buffer, so that other CPUs have their turn. Does not allocate.</summary>
    /// <param name="decoder">Knows the records.</param>
    /// <param name="writer">Takes the events.</param>
    /// <param name="most">Pages to read at most.</param>
    /// <exception cref="IOException">The kernel refuses, or the trace cannot be written.</exception>
    internal void Drain(EventDecoder decoder, TraceWriter writer, int most)
    {
        for (int i = 0; i < most; i++)
        {
            int bytes = HostFile.Read(file, page, path);
            if (bytes == 0) return;
            Decode(page.AsSpan(0, bytes), decoder, writer);
        }
    }

    /// <summary>Writes the events of a sub-buffer to the trace. Does not allocate.</summary>
    internal void Decode(ReadOnlySpan<byte> bytes, EventDecoder decoder, TraceWriter writer)
    {
        RawPage raw = new(bytes);
        if (raw.Lost > 0)
        {
            LostBeforePages += raw.Lost;
            writer.Lost(cpu, raw.Lost);
        }
        while (raw.MoveNext())
        {
            // The kernel's fast clocks may step back by some nanoseconds while they are adjusted.
            last = Math.Max(last, raw.Time);
            if (decoder.TryDecode(raw.Record, last, cpu, out TraceEvent e)) writer.Add(e, decoder.Cpus);
        }
        if (raw.Damaged) DamagedPages++;
    }

    /// <summary>Events that this CPU lost up to now, by the kernel's statistics and by what its pages said.</summary>
    /// <exception cref="IOException">The statistics cannot be read.</exception>
    internal long Lost(TraceInstance instance)
    {
        long lost = 0;
        foreach (string line in instance.Read(stats).Split('\n'))
        {
            // "overrun: 0" were overwritten, "commit overrun: 0" and "dropped events: 0" found no room
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon < 0 || line[..colon] is not ("overrun" or "commit overrun" or "dropped events")) continue;
            if (long.TryParse(line.AsSpan(colon + 2), NumberStyles.None, CultureInfo.InvariantCulture, out long events)) lost += events;
        }
        return Math.Max(lost, LostBeforePages);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
