namespace Harness.Host.Proc;

/// <summary>The bytes of one file at one moment, in a buffer that is kept and grows only when the file has grown.</summary>
internal sealed class FileImage
{
    // Assumed: holds every /proc/interrupts of a few dozen CPUs and every vmstat at the first read.
    private const int FirstSize = 64 * 1024;

    // Assumed: 8,192 CPUs times two thousand interrupt rows fit; a longer "file" is not one of the kernel's.
    private const int LargestSize = 256 * 1024 * 1024;

    private byte[] buffer = new byte[FirstSize];
    private int length;

    /// <summary>The bytes; empty when <see cref="Error"/> is set.</summary>
    public ReadOnlySpan<byte> Text => buffer.AsSpan(0, length);

    /// <summary>Why the file could not be read, as one line; null when it was.</summary>
    public string? Error { get; private set; }

    /// <summary>
    /// Reads the file from its start to its end. Each read asks for all the room there is: the kernel writes /proc files one page or one
    /// row at a time and the number of reads is then its choice, but no byte is read twice. Does not allocate when the buffer is long
    /// enough.
    /// </summary>
    public void Fill(ProcFile file)
    {
        length = 0;
        Error = file.Error;
        if (file.Handle is not { } handle) return;
        try
        {
            while (true)
            {
                if (length == buffer.Length && !Grow())
                {
                    Fail($"{file.Path}: longer than {LargestSize} bytes");
                    return;
                }
                int read = RandomAccess.Read(handle, buffer.AsSpan(length), length);
                if (read == 0) return;
                length += read;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A node that went offline answers with ENODEV; part of a file is as good as none.
            Fail($"{file.Path}: {e.Message}");
        }
    }

    private bool Grow()
    {
        if (buffer.Length >= LargestSize) return false;
        Array.Resize(ref buffer, buffer.Length * 2);
        return true;
    }

    private void Fail(string why)
    {
        length = 0;
        Error = why;
    }
}
