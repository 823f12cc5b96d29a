using System.Text;
using Harness.Host.Knobs;

namespace Harness.Host.Runs;

/// <summary>Keeps the end of a workload's standard error for the message of a failed run.</summary>
internal sealed class ErrorTail
{
    // 64 KiB: a screenful of any tool's last words. Assumed.
    private readonly byte[] ring = new byte[64 * 1024];
    private readonly Stream stream;
    private readonly Thread reader;
    private long written;

    internal ErrorTail(Stream stream)
    {
        this.stream = stream;
        reader = new Thread(Read) { IsBackground = true, Name = "workload errors" };
        reader.Start();
    }

    /// <summary>The last line that says something, once the workload is gone; empty when there is none.</summary>
    internal string LastLine()
    {
        // A process that the workload left behind may keep the pipe open: what has come within this time is enough. Assumed.
        reader.Join(TimeSpan.FromSeconds(1));
        byte[] tail;
        lock (ring)
        {
            int length = (int)Math.Min(written, ring.Length);
            tail = new byte[length];
            for (int i = 0; i < length; i++) tail[i] = ring[(written - length + i) % ring.Length];
        }
        string[] lines = Encoding.UTF8.GetString(tail).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
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
