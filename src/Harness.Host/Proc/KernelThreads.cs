using System.Globalization;
using System.Text;
using Harness.Records;

namespace Harness.Host.Proc;

/// <summary>
/// CPU time of the kernel's own threads that move, scan or reclaim memory: what a policy costs outside of the tasks that it serves. Summed
/// by name, whatever CPU or node a thread has: <c>threads.kswapd</c>. The threads are those that there are at the beginning; those of a
/// knob (DAMON's) have been started by then.
/// </summary>
internal sealed class KernelThreads(HostTree tree)
{
    /// <summary>What the counters' names begin with.</summary>
    internal const string Prefix = "threads.";

    private const int LongestFile = 256;    // three numbers of at most 20 digits, or a name of 15 letters

    // Published (kernel source): kswapd0, kcompactd0, khugepaged, kdamond.0; kmmscand and kmmmigrated of the patches that bring them.
    private static readonly string[] Names = ["kswapd", "kcompactd", "khugepaged", "kdamond", "kmmscand", "kmmmigrated"];

    private readonly List<(int Name, string File, long Before)> threads = [];
    private readonly double[] seconds = new double[Names.Length];
    private readonly bool[] unreadable = new bool[Names.Length];

    /// <summary>Finds the threads and notes their times.</summary>
    internal void Begin()
    {
        threads.Clear();
        Array.Clear(unreadable);
        foreach (string folder in Directory.EnumerateDirectories(tree.PathOf("/proc")))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _)) continue;
            string comm = Read($"{folder}/comm").TrimEnd('\n');
            int name = Array.FindIndex(Names, known => comm.TrimEnd('.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9') == known);

            // A task may call itself what it likes; a kernel thread has no command line.
            if (name < 0 || Read($"{folder}/cmdline").Length > 0) continue;
            if (Time($"{folder}/schedstat") is { } before) threads.Add((name, $"{folder}/schedstat", before));
            else unreadable[name] = true;
        }
    }

    /// <summary>Adds up what the threads have used since.</summary>
    internal void End()
    {
        Array.Clear(seconds);
        foreach ((int name, string file, long before) in threads)
        {
            if (Time(file) is { } after) seconds[name] += (after - before) / 1e9;
            else unreadable[name] = true;
        }
    }

    /// <summary>A counter for each name; 0 where there was no such thread, none where a thread's time could not be read.</summary>
    internal IEnumerable<Counter> Counters() => Enumerable.Range(0, Names.Length).Select(name => new Counter
    {
        Name = Prefix + Names[name],
        Unit = "s",
        Value = unreadable[name] ? null : seconds[name],
        Note = unreadable[name] ? "a thread's schedstat could not be read, or the thread ended" : null,
    });

    /// <summary>Nanoseconds on a CPU: the first number of schedstat; null when the thread is gone or the kernel has no such file.</summary>
    private static long? Time(string file) =>
        long.TryParse(Read(file).Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long time) ? time : null;

    private static string Read(string file)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            Span<byte> text = stackalloc byte[LongestFile];
            return Encoding.UTF8.GetString(text[..stream.Read(text)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // it has ended since, or is not for this user
        }
    }
}
