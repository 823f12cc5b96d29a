using System.Globalization;
using System.Text;
using Harness.Interop;
using Harness.Records;
using Microsoft.Win32.SafeHandles;

namespace Harness.Host.Knobs;

/// <summary>
/// Holds this host for one session: an flock on <c>HARNESS_HOME/lock</c>, so it ends with the process however that ends. Within a process
/// it may be taken again (a session holds it, and so does each of its runs); the last release frees the host.
/// </summary>
public sealed class HostLock : IDisposable
{
    private static readonly Dictionary<string, Holding> Held = new(StringComparer.Ordinal);

    private readonly string path;
    private bool released;

    private HostLock(string path) => this.path = path;

    /// <summary>Takes the host.</summary>
    /// <exception cref="HostCannotException">Another session holds it (the message names it), or the lock file cannot be
    /// written.</exception>
    public static HostLock Take(Folders folders) => Take(folders.Home);

    internal static HostLock Take(string home) => TryTake(home, out string holder)
        ?? throw new HostCannotException($"another session ({holder}) holds this host; wait for it or end it");

    /// <summary>Takes the host if no other process holds it.</summary>
    /// <param name="home">The folder of the lock file.</param>
    /// <param name="holder">What the holder wrote about itself, when null is returned.</param>
    internal static HostLock? TryTake(string home, out string holder)
    {
        string path = Path.Combine(home, "lock");
        holder = "";
        lock (Held)
        {
            if (Held.TryGetValue(path, out Holding? holding))
            {
                holding.Count++;
                return new HostLock(path);
            }
            try
            {
                Directory.CreateDirectory(home);

                // flock itself and not FileShare.None, which an environment variable can turn off without a word.
                SafeFileHandle file = HostFile.Open(path);
                bool taken = false;
                try
                {
                    taken = HostFile.TryLock(file, path);
                    if (!taken)
                    {
                        holder = ReadHolder(file);
                        return null;
                    }
                    WriteHolder(file);
                    Held.Add(path, new Holding(file));
                    return new HostLock(path);
                }
                finally
                {
                    if (!taken) file.Dispose();
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new HostCannotException(
                    $"the lock that keeps sessions apart cannot be taken: {e.Message}; set HARNESS_HOME to a folder you can write", e);
            }
        }
    }

    /// <summary>Releases it.</summary>
    public void Dispose()
    {
        lock (Held)
        {
            if (released) return;
            released = true;
            Holding holding = Held[path];
            if (--holding.Count > 0) return;
            Held.Remove(path);

            // Closing alone would leave the lock with a child that is just being started and has not closed its copy yet.
            HostFile.Unlock(holding.File);
            holding.File.Dispose();
        }
    }

    private static string ReadHolder(SafeFileHandle file)
    {
        byte[] text = new byte[1024];
        string holder = PlainText.OneLine(Encoding.UTF8.GetString(text, 0, RandomAccess.Read(file, text, 0)), 400);
        return holder.Length > 0 ? holder : "which left no name";
    }

    private static void WriteHolder(SafeFileHandle file)
    {
        string holder = string.Create(CultureInfo.InvariantCulture,
            $"pid {Environment.ProcessId}, started {DateTime.UtcNow:yyyy-MM-dd HH:mm:ss} UTC, ")
            + $"command {PlainText.OneLine(Environment.CommandLine, 200)}";
        try
        {
            RandomAccess.SetLength(file, 0);
            RandomAccess.Write(file, Encoding.UTF8.GetBytes(holder), 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // On a full or read-only disk the lock holds all the same, nameless; knobs must be restorable there.
        }
    }

    private sealed class Holding(SafeFileHandle file)
    {
        internal SafeFileHandle File { get; } = file;

        internal int Count { get; set; } = 1;
    }
}
