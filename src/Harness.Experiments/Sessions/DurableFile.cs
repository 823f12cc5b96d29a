using System.Runtime.InteropServices;
using System.Text;
using Harness.Records;
using Microsoft.Win32.SafeHandles;

namespace Harness.Experiments;

/// <summary>Writes a file so that after a kill or a power cut either the old or the new content is there, whole.</summary>
internal static partial class DurableFile
{
    private const int ReadOnly = 0;

    /// <summary>Writes beside the file, fsyncs, renames over it, fsyncs the folder.</summary>
    /// <exception cref="HostCannotException">The file cannot be written: a full disk, no permission. The old content is as it
    /// was.</exception>
    public static void Write(string path, string text)
    {
        string beside = path + ".new";
        try
        {
            using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0))
            {
                stream.Write(Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }
            File.Move(beside, path, overwrite: true);
            SyncFolder(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, e);
        }
    }

    /// <summary>Creates the folder and those above it.</summary>
    /// <exception cref="HostCannotException">It cannot be created.</exception>
    public static void CreateFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, e);
        }
    }

    /// <summary>The line for a path that does not take what should be written.</summary>
    public static HostCannotException CannotWrite(string path, Exception e) => new(
        $"cannot write {path}: {e.Message.ReplaceLineEndings(" ")}; what was written before is intact; "
        + "make room there or set HARNESS_HOME to another folder, then run again with --resume", e);

    /// <summary>Makes a rename in the folder last. .NET opens no folders, so this one call is made directly.</summary>
    public static void SyncFolder(string folder)
    {
        using SafeFileHandle handle = new(Open(folder, ReadOnly), ownsHandle: true);
        if (handle.IsInvalid) throw new IOException($"{folder}: {Marshal.GetLastPInvokeErrorMessage()}");
        RandomAccess.FlushToDisk(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);
}
