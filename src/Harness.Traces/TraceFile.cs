using Harness.Records;
using Microsoft.Win32.SafeHandles;

namespace Harness.Traces;

/// <summary>The bytes of a trace file, read at any place.</summary>
internal sealed class TraceFile : IDisposable
{
    private readonly SafeFileHandle handle;

    /// <exception cref="UsageException">The file cannot be opened, or has no places to read at (a pipe).</exception>
    internal TraceFile(string path)
    {
        Path = path;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Length = RandomAccess.GetLength(handle);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            handle?.Dispose();
            throw Unreadable(e);
        }
    }

    /// <summary>As it was given.</summary>
    internal string Path { get; }

    /// <summary>Its bytes when it was opened.</summary>
    internal long Length { get; }

    /// <summary>Reads as much as there is; gives how much that was.</summary>
    internal int Read(long position, Span<byte> into)
    {
        try
        {
            int read = 0;
            while (read < into.Length && RandomAccess.Read(handle, into[read..], position + read) is > 0 and int more) read += more;
            return read;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e);
        }
    }

    /// <summary>That the file does not hold what it should.</summary>
    /// <param name="position">Where.</param>
    /// <param name="what">What is wrong.</param>
    internal UsageException Refuse(long position, string what) =>
        new($"{Path}: damaged at byte {position}: {what}; see TRACE.md, and record again");

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private UsageException Unreadable(Exception e) => new($"{Path}: cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
}
