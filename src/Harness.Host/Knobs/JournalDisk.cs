using Harness.Records;
using Microsoft.Win32.SafeHandles;

namespace Harness.Host.Knobs;

/// <summary>
/// What the journal does to its disk, one operation at a time, so that a test can make each of them fail, stop there, or lose what was not
/// synced. Errors are <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>.
/// </summary>
internal class JournalDisk
{
    /// <summary>A file's content, or null when there is no such file.</summary>
    /// <exception cref="IOException">It cannot be read, is no plain file, or is longer than <paramref name="most"/> bytes.</exception>
    internal virtual byte[]? Read(string path, int most)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (RandomAccess.GetLength(file) is var length && length > most) throw new IOException($"it is longer than {most} bytes");
            byte[] bytes = new byte[length];
            int read = 0;
            while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is > 0 and int more) read += more;
            return bytes[..read];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Opens a file for reading and writing, made when it is missing.</summary>
    internal virtual SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Cuts the file off.</summary>
    internal virtual void Cut(SafeFileHandle file, string path, long length) => RandomAccess.SetLength(file, length);

    /// <summary>Writes at a place; after an error any part of it may be there.</summary>
    internal virtual void Write(SafeFileHandle file, string path, ReadOnlySpan<byte> bytes, long at) => RandomAccess.Write(file, bytes, at);

    /// <summary>Returns once the file's content is on disk.</summary>
    internal virtual void Sync(SafeFileHandle file, string path) => DurableFile.Sync(file, path);

    /// <summary>Puts a file in the place of another.</summary>
    internal virtual void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>Deletes a file if it is there.</summary>
    internal virtual void Delete(string path) => File.Delete(path);

    /// <summary>Returns once the folder's entries are on disk.</summary>
    internal virtual void SyncFolder(string folder) => DurableFile.SyncFolder(folder);
}
