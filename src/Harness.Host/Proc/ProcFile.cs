using Microsoft.Win32.SafeHandles;

namespace Harness.Host.Proc;

/// <summary>A /proc or /sys file opened once and read many times from its start.</summary>
internal sealed class ProcFile : IDisposable
{
    /// <summary>Opens the file; one that cannot be opened is kept with <see cref="Error"/> set.</summary>
    public ProcFile(string path)
    {
        Path = path;
        try
        {
            // FileShare.ReadWrite: no advisory lock is taken on a file of the kernel.
            Handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Error = $"{path}: {(e is FileNotFoundException or DirectoryNotFoundException ? "not there" : e.Message)}";
        }
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The open file; null when <see cref="Error"/> is set.</summary>
    public SafeFileHandle? Handle { get; }

    /// <summary>Why it could not be opened, as one line; null when it could.</summary>
    public string? Error { get; }

    /// <inheritdoc />
    public void Dispose() => Handle?.Dispose();
}
