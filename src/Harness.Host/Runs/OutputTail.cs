using System.Text;
using Harness.Host.Knobs;

namespace Harness.Host.Runs;

/// <summary>
/// Keeps the end of one of a workload's output streams. A thread of its own reads it, so that the workload is never held up.
/// </summary>
internal sealed class OutputTail
{
    /// <summary>Enough for the last words of any tool: 64 KiB. Assumed.</summary>
    internal const int LastWords = 64 * 1024;

    private readonly byte[] ring;
    private readonly Stream stream;
    private readonly Thread reader;
    private long written;

    /// <summary>Begins to read.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">The thread's name.</param>
    /// <param name="ring">Where the end of it is kept, as much as there is room.</param>
    internal OutputTail(Stream stream, string name, byte[] ring)
    {
        this.stream = stream;
        this.ring = ring;
        reader = new Thread(Read) { IsBackground = true, Name = name };
        reader.Start();
    }

    /// <summary>Waits for the end of the stream, at most so long.</summary>
    internal void Wait(TimeSpan most) => reader.Join(most);

    /// <summary>What is kept so far; begins at a line's beginning when what came before it was dropped.</summary>
    internal string Text()
    {
        byte[] tail;
        bool cut;
        lock (ring)
        {
            int length = (int)Math.Min(written, ring.Length);
            cut = written > ring.Length;
            tail = new byte[length];
            for (int i = 0; i < length; i++) tail[i] = ring[(written - length + i) % ring.Length];
        }
        int start = cut ? tail.AsSpan().IndexOf((byte)'\n') + 1 : 0;
        return Encoding.UTF8.GetString(tail, start, tail.Length - start);
    }

    /// <summary>The last line that says something, once the workload is gone; empty when there is none.</summary>
    internal string LastLine()
    {
        // A process that the workload left behind may keep the pipe open: what has come within this time is enough. Assumed.
        Wait(TimeSpan.FromSeconds(1));
        string[] lines = Text().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? "" : PlainText.OneLine(lines[^1], 300);
    }

    private void Read()
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (stream.Read(buffer, 0, buffer.Length) is > 0 and int read)
            {
                lock (ring)
                {
                    for (int i = 0; i < read; i++) ring[written++ % ring.Length] = buffer[i];
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Closed because the run is over.
        }
    }
}
