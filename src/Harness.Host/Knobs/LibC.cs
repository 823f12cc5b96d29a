using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Harness.Host.Knobs;

/// <summary>
/// The libc calls of the journal and the host lock that .NET does not offer. The values are those of Linux on x86-64 and arm64.
/// </summary>
internal static partial class LibC
{
    internal const int O_RDONLY = 0;
    internal const int O_RDWR = 2;
    internal const int O_CREAT = 0x40;
    internal const int O_CLOEXEC = 0x80000;
    internal const int LOCK_EX = 2;
    internal const int LOCK_NB = 4;
    internal const int LOCK_UN = 8;
    internal const int X_OK = 1;
    internal const int W_OK = 2;
    internal const int EAGAIN = 11;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int access(string path, int mode);

    [LibraryImport("libc")]
    internal static partial void sync();

    /// <summary>Opens a file or a folder. Unlike <see cref="FileStream"/> it takes no lock of its own.</summary>
    /// <exception cref="IOException">With the errno in <see cref="Exception.HResult"/>.</exception>
    internal static SafeFileHandle Open(string path, int flags)
    {
        int file = open(path, flags | O_CLOEXEC, 0x1A4 /* rw-r--r-- */);
        return file >= 0 ? new SafeFileHandle(file, ownsHandle: true) : throw LastError("open", path);
    }

    /// <summary>Makes a folder's entries durable: a file just created or renamed in it survives a power cut.</summary>
    internal static void SyncFolder(string folder)
    {
        using SafeFileHandle handle = Open(folder, O_RDONLY);
        if (fsync(handle) != 0) throw LastError("fsync", folder);
    }

    /// <summary>The errno of the last call as an exception that says what was tried.</summary>
    internal static IOException LastError(string call, string path)
    {
        int errno = Marshal.GetLastPInvokeError();
        return new IOException($"{call} {path}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})", errno);
    }
}
