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
    public static void Write(string path, string text)
    {
        string beside = path + ".new";
        using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }
        File.Move(beside, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Makes a folder's entries last: a file just made in it or renamed survives a power cut.</summary>
    /// <exception cref="IOException">The folder cannot be opened, or its disk failed.</exception>
    public static void SyncFolder(string folder)
    {
        using SafeFileHandle handle = new(Open(folder, ReadOnly), ownsHandle: true);
        if (handle.IsInvalid) throw new IOException($"{folder}: {Marshal.GetLastPInvokeErrorMessage()}");
        RandomAccess.FlushToDisk(handle);
    }

    // .NET opens no folders. This project imports no other, so the one call is declared here.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);
}
