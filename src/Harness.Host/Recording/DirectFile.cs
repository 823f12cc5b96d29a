using System.Runtime.InteropServices;
using Harness.Interop;
using Microsoft.Win32.SafeHandles;

namespace Harness.Host.Recording;

/// <summary>
/// A file or block device that is written from its start, past the page cache: what is recorded must not take the memory whose reclaim is
/// recorded. Writes gather in an aligned buffer and leave it as whole blocks. Writing allocates nothing.
/// </summary>
internal sealed unsafe class DirectFile : Stream
{
    // Published: the largest logical block of disks in use. A page too.
    private const int BlockBytes = 4096;

    // Assumed: enough that the way to the disk costs little for each byte.
    private const int BufferBytes = 64 * BlockBytes;

    private readonly SafeFileHandle file;
    private readonly string path;
    private readonly bool isFile;
    private byte* buffer;
    private long start;
    private int used;

    /// <summary>Opens it; what it held is overwritten, and what is left of that is cut off at the end.</summary>
    /// <param name="path">The file, made when it is missing, or a block device.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    internal DirectFile(string path)
    {
        // Made in /dev, a file would take the very memory that is recorded.
        if (path.StartsWith("/dev/", StringComparison.Ordinal) && !File.Exists(path)) throw new IOException($"there is no device {path}");
        this.path = path;
        file = HostFile.OpenDirect(path);
        try
        {
            isFile = HostFile.TrySetLength(file, 0, path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        buffer = (byte*)NativeMemory.AlignedAlloc(BufferBytes, BlockBytes);
        NativeMemory.Clear(buffer, BufferBytes);
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <summary>Bytes written to it.</summary>
    public override long Length => start + used;

    /// <inheritdoc/>
    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int part = Math.Min(bytes.Length, BufferBytes - used);
            bytes[..part].CopyTo(new Span<byte>(buffer + used, part));
            used += part;
            bytes = bytes[part..];
            if (used == BufferBytes) WriteOut(BufferBytes);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] bytes, int offset, int count) => Write(bytes.AsSpan(offset, count));

    /// <summary>Writes out what has gathered, the last block filled up with zeros, which later bytes take the place of.</summary>
    public override void Flush() => WriteOut((used + BlockBytes - 1) & -BlockBytes);

    /// <inheritdoc/>
    public override int Read(byte[] bytes, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        try
        {
            if (buffer is null) return;
            Flush();
            if (isFile) HostFile.TrySetLength(file, Length, path);
        }
        finally
        {
            NativeMemory.AlignedFree(buffer);
            buffer = null;
            file.Dispose();
            base.Dispose(disposing);
        }
    }

    private void WriteOut(int bytes)
    {
        if (bytes == 0) return;
        RandomAccess.Write(file, new ReadOnlySpan<byte>(buffer, bytes), start);
        int whole = used & -BlockBytes;
        int rest = used - whole;
        new Span<byte>(buffer + whole, rest).CopyTo(new Span<byte>(buffer, rest));
        new Span<byte>(buffer + rest, bytes - rest).Clear();
        start += whole;
        used = rest;
    }
}
