using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Harness.Records;

/// <summary>Writes a file so that after a kill or a power cut either the old or the new content is there, whole.</summary>
public static partial class DurableFile
{
    private const int ReadOnly = 0;

    /// <summary>Writes beside the file, fsyncs, renames over it, fsyncs the folder.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">Its new content.</param>
    /// <exception cref="IOException">It cannot be written: a full disk. The old content is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission. The old content is as it was.</exception>
    public static void Write(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)), bufferBytes: 0);

    /// <summary>The same for what is written in parts.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its new content.</param>
    /// <param name="bufferBytes">How much is gathered before it is handed to the system; 0 hands every part on.</param>
    /// <exception cref="IOException">It cannot be written: a full disk. The old content is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission. The old content is as it was.</exception>
    public static void Write(string path, Action<FileStream> write, int bufferBytes)
    {
        string beside = path + ".new";
        using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.Read, bufferBytes))
        {
            write(stream);
            stream.Flush();
            Sync(stream.SafeFileHandle, beside);
        }
        File.Move(beside, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>
    /// fsync(2). .NET's own flush says nothing of EROFS, EINVAL and ENOTSUP, and EROFS is what a file system answers that has gone
    /// read-only after an error: the data is not on disk then.
    /// </summary>
    /// <param name="file">The open file.</param>
    /// <param name="path">Its path, for the message.</param>
    /// <exception cref="IOException">What was written may not be on disk.</exception>
    public static void Sync(SafeFileHandle file, string path)
    {
        if (Fsync(file) != 0) throw new IOException($"fsync {path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Makes a folder's entries last: a file just made in it or renamed survives a power cut.</summary>
    /// <exception cref="IOException">The folder cannot be opened, or its disk failed.</exception>
    public static void SyncFolder(string folder)
    {
        using SafeFileHandle handle = new(Open(folder, ReadOnly), ownsHandle: true);
        if (handle.IsInvalid) throw new IOException($"{folder}: {Marshal.GetLastPInvokeErrorMessage()}");
        Sync(handle, folder);
    }

    // .NET opens no folders. This project imports no other, so the two calls are declared here.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);
}
