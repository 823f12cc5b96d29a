using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Mono.Unix.Native;

namespace Harness.Interop;

/// <summary>What .NET does not offer for files. Errors are <see cref="IOException"/>, as those of the files .NET opens.</summary>
public static class HostFile
{
    private const UnixFileMode OwnerWritesAllRead =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>
    /// Opens a file for reading and writing, made when it is missing; on a file system that has gone read-only, for reading. Unlike
    /// <see cref="FileStream"/> it takes no lock of its own.
    /// </summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle Open(string path)
    {
        int file = libc.open(path, libc.O_RDWR | libc.O_CREAT | libc.O_CLOEXEC, (uint)OwnerWritesAllRead);
        if (file < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EROFS) file = libc.open(path, libc.O_CLOEXEC, 0);
        return file >= 0 ? new SafeFileHandle(file, ownsHandle: true) : throw LastError("open", path);
    }

    /// <summary>Opens a file for reading such that a read with nothing to read returns at once, and goes to its end.</summary>
    /// <exception cref="IOException">It cannot be opened, or has no end.</exception>
    public static SafeFileHandle OpenAtEnd(string path)
    {
        int file = libc.open(path, libc.O_RDONLY | libc.O_NONBLOCK | libc.O_CLOEXEC, 0);
        if (file < 0) throw LastError("open", path);
        SafeFileHandle handle = new(file, ownsHandle: true);
        if (libc.lseek(handle, 0, libc.SEEK_END) >= 0) return handle;
        IOException error = LastError("lseek", path);
        handle.Dispose();
        throw error;
    }

    /// <summary>Opens a file for reading such that a read with nothing to read returns at once.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle OpenWithoutWaiting(string path)
    {
        int file = libc.open(path, libc.O_RDONLY | libc.O_NONBLOCK | libc.O_CLOEXEC, 0);
        return file >= 0 ? new SafeFileHandle(file, ownsHandle: true) : throw LastError("open", path);
    }

    /// <summary>
    /// Opens a file or block device for writing past the page cache, a file made when it is missing; where the file system cannot do that,
    /// as any other file. Writes must be whole, aligned blocks.
    /// </summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle OpenDirect(string path)
    {
        const int Flags = libc.O_RDWR | libc.O_CREAT | libc.O_CLOEXEC;
        int file = libc.open(path, Flags | libc.O_DIRECT, (uint)OwnerWritesAllRead);
        if (file < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINVAL) file = libc.open(path, Flags, (uint)OwnerWritesAllRead);
        return file >= 0 ? new SafeFileHandle(file, ownsHandle: true) : throw LastError("open", path);
    }

    /// <summary>Gives a file a length.</summary>
    /// <returns>False when it is a device, which has its own.</returns>
    /// <exception cref="IOException">The file system refuses.</exception>
    public static bool TrySetLength(SafeFileHandle file, long length, string path)
    {
        if (libc.ftruncate(file, length) == 0) return true;
        return Marshal.GetLastPInvokeError() == (int)Errno.EINVAL ? false : throw LastError("ftruncate", path);
    }

    /// <summary>Where the last data of a file with holes ends, in bytes: what follows is a hole up to the file's length.</summary>
    /// <exception cref="IOException">The file system does not tell.</exception>
    public static long EndOfData(SafeFileHandle file, string path)
    {
        long end = 0;
        while (libc.lseek(file, end, libc.SEEK_DATA) is >= 0 and long data)
        {
            end = libc.lseek(file, data, libc.SEEK_HOLE);
            if (end < 0) throw LastError("lseek", path);
        }
        return Marshal.GetLastPInvokeError() == (int)Errno.ENXIO ? end : throw LastError("lseek", path);
    }

    /// <summary>Reads once from where the file stands.</summary>
    /// <param name="file">From <see cref="OpenAtEnd"/> or <see cref="OpenWithoutWaiting"/>.</param>
    /// <param name="into">Takes what there is.</param>
    /// <param name="path">Its path, for the message.</param>
    /// <returns>Bytes read; 0 when there is nothing now.</returns>
    /// <exception cref="IOException">The read failed; its <see cref="Exception.HResult"/> is the errno.</exception>
    public static unsafe int Read(SafeFileHandle file, Span<byte> into, string path)
    {
        fixed (byte* buffer = into)
        {
            nint read = libc.read(file, buffer, (nuint)into.Length);
            if (read >= 0) return (int)read;
        }
        return Marshal.GetLastPInvokeError() == (int)Errno.EAGAIN ? 0 : throw LastError("read", path);
    }

    /// <summary>Takes the file's flock, which ends with the process however that ends.</summary>
    /// <param name="file">The open file.</param>
    /// <param name="path">Its path, for the message.</param>
    /// <returns>False when another open file holds it.</returns>
    /// <exception cref="IOException">The file system has no locks.</exception>
    public static bool TryLock(SafeFileHandle file, string path)
    {
        if (libc.flock(file, libc.LOCK_EX | libc.LOCK_NB) == 0) return true;
        return Marshal.GetLastPInvokeError() == (int)Errno.EAGAIN ? false : throw LastError("flock", path);
    }

    /// <summary>Gives the lock back, also on behalf of copies of the open file that a child just being started may still have.</summary>
    public static void Unlock(SafeFileHandle file) => libc.flock(file, libc.LOCK_UN);

    /// <summary>Whether this process may write the file: its permissions, and whether it is mounted read-only.</summary>
    public static bool MayWrite(string path) => libc.access(path, libc.W_OK) == 0;

    /// <summary>Whether this process may execute the file.</summary>
    public static bool MayExecute(string path) => libc.access(path, libc.X_OK) == 0;

    /// <summary>Writes everything out that the page cache holds for any file of the host.</summary>
    public static void SyncAll() => libc.sync();

    private static IOException LastError(string call, string path)
    {
        int errno = Marshal.GetLastPInvokeError();
        return new IOException($"{call} {path}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})", errno);
    }
}
