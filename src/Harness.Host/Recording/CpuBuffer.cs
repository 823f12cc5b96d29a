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

    private readonly TraceInstance instance;
    private readonly string stats;
    private readonly string path;
    private readonly SafeFileHandle file;
    private readonly byte[] page = new byte[LargestPage];
    private readonly CpuPages pages;
    private long told;

    /// <summary>Opens the buffer of a CPU.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    internal CpuBuffer(TraceInstance instance, int cpu)
    {
        pages = new CpuPages(cpu);
        this.instance = instance;
        string folder = string.Create(CultureInfo.InvariantCulture, $"per_cpu/cpu{cpu}");
        stats = $"{folder}/stats";
        path = instance.PathOf($"{folder}/trace_pipe_raw");
        file = HostFile.OpenWithoutWaiting(path);
    }

    /// <summary>The CPU.</summary>
    internal int Cpu => pages.Cpu;

    /// <summary>Pages that made no sense in part.</summary>
    internal long DamagedPages => pages.Damaged;

    /// <summary>
    /// Reads what there is, but no more than a whole buffer, so that other CPUs have their turn. Allocates only when that was full.
    /// </summary>
    /// <param name="decoder">Knows the records.</param>
    /// <param name="writer">Takes the events.</param>
    /// <param name="most">Pages of the buffer.</param>
    /// <exception cref="IOException">The kernel refuses, or the trace cannot be written.</exception>
    internal void Drain(EventDecoder decoder, TraceWriter writer, int most)
    {
        int read = 0;
        for (; read < most && HostFile.Read(file, page, path) is > 0 and int bytes; read++)
            pages.Write(page.AsSpan(0, bytes), decoder, writer);
        if (read < most - most / 8) return;

        // It was full, or nearly. Pages do not tell of what then found no room, so the place of a loss is known to a buffer's length.
        long lost = Lost();
        writer.Lost(Cpu, Math.Max(0, lost - Math.Max(told, pages.Lost)));
        told = lost;
    }

    /// <summary>Events that this CPU lost up to now, by the kernel's statistics and by what its pages said.</summary>
    /// <exception cref="IOException">The statistics cannot be read.</exception>
    internal long Lost()
    {
        long lost = 0;
        foreach (string line in instance.Read(stats).Split('\n'))
        {
            // "overrun: 0" were overwritten, "commit overrun: 0" and "dropped events: 0" found no room
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon < 0 || line[..colon] is not ("overrun" or "commit overrun" or "dropped events")) continue;
            if (long.TryParse(line.AsSpan(colon + 2), NumberStyles.None, CultureInfo.InvariantCulture, out long events)) lost += events;
        }
        return Math.Max(lost, pages.Lost);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
