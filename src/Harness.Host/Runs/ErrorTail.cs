using System.Text;
using Harness.Host.Knobs;

namespace Harness.Host.Runs;

/// <summary>Keeps the end of a workload's standard error for the message of a failed run.</summary>
internal sealed class ErrorTail
{
    // 64 KiB: a screenful of any tool's last words. Assumed.
    private readonly byte[] _ring = new byte[64 * 1024];
    private readonly Stream _stream;
    private readonly Thread _reader;
    private long _written;

    internal ErrorTail(Stream stream)
    {
        _stream = stream;
        _reader = new Thread(Read) { IsBackground = true, Name = "workload errors" };
        _reader.Start();
    }

    /// <summary>The last line that says something, once the workload is gone; empty when there is none.</summary>
    internal string LastLine()
    {
        // A process that the workload left behind may keep the pipe open: what has come within this time is enough. Assumed.
        _reader.Join(TimeSpan.FromSeconds(1));
        byte[] tail;
        lock (_ring)
        {
            int length = (int)Math.Min(_written, _ring.Length);
            tail = new byte[length];
            for (int i = 0; i < length; i++) tail[i] = _ring[(_written - length + i) % _ring.Length];
        }
        string[] lines = Encoding.UTF8.GetString(tail).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? "" : PlainText.OneLine(lines[^1], 300);
    }

    private void Read()
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (_stream.Read(buffer, 0, buffer.Length) is > 0 and int read)
            {
                lock (_ring)
                {
                    for (int i = 0; i < read; i++) _ring[_written++ % _ring.Length] = buffer[i];
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Closed because the run is over.
        }
    }
}
