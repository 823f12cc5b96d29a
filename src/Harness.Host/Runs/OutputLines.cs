using System.Collections.Concurrent;
using System.Text;
using Harness.Records;

namespace Harness.Host.Runs;

/// <summary>
/// A workload's standard output in lines. A thread of its own reads them, so a deadline holds even where the pipe never ends.
/// </summary>
internal sealed class OutputLines : IDisposable
{
    /// <summary>The longest line taken, in bytes. Assumed: a result object is a few hundred bytes.</summary>
    internal const int LongestLine = 1024 * 1024;

    // Few, so that a workload that never stops printing is held back by its pipe and not kept in memory.
    private readonly BlockingCollection<string> lines = new(boundedCapacity: 4);
    private readonly CancellationTokenSource abandoned = new();
    private readonly Stream stream;
    private volatile bool tooLong;
    private volatile bool discard;

    internal OutputLines(Stream stream)
    {
        this.stream = stream;
        new Thread(Read) { IsBackground = true, Name = "workload output" }.Start();
    }

    /// <summary>The next line, or null at the end.</summary>
    /// <exception cref="OperationCanceledException">The deadline or an interruption came first.</exception>
    /// <exception cref="RunFailedException">A line is longer than <see cref="LongestLine"/>.</exception>
    internal string? Next(CancellationToken end)
    {
        if (lines.TryTake(out string? line, Timeout.Infinite, end)) return line;
        if (!tooLong) return null;
        throw new RunFailedException(FailureKind.WorkloadExit, $"the workload printed a line of more than {LongestLine} bytes");
    }

    /// <summary>Reads on to the end and keeps nothing more.</summary>
    /// <exception cref="OperationCanceledException">The deadline or an interruption came first.</exception>
    internal void Drain(CancellationToken end)
    {
        discard = true;
        while (lines.TryTake(out _, Timeout.Infinite, end))
        {
        }
    }

    /// <summary>Lets the reading thread go; what is left unread stays so.</summary>
    public void Dispose() => abandoned.Cancel();

    private void Read()
    {
        byte[] buffer = new byte[LongestLine];
        int length = 0;
        try
        {
            while (stream.Read(buffer, length, buffer.Length - length) is > 0 and int read)
            {
                int start = 0;
                int scanned = length;
                length += read;
                while (buffer.AsSpan(scanned, length - scanned).IndexOf((byte)'\n') is >= 0 and int found)
                {
                    if (!discard) lines.Add(Encoding.UTF8.GetString(buffer, start, scanned + found - start), abandoned.Token);
                    start = scanned = scanned + found + 1;
                }
                buffer.AsSpan(start, length - start).CopyTo(buffer);
                length -= start;
                if (discard) length = 0;
                if (length < buffer.Length) continue;
                tooLong = true;
                return;
            }
            if (length > 0 && !discard) lines.Add(Encoding.UTF8.GetString(buffer, 0, length), abandoned.Token);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The run is over: the same as the end of the pipe.
        }
        finally
        {
            lines.CompleteAdding();
        }
    }
}
