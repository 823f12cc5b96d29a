using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Harness.Host.Runs;

/// <summary>
/// An environment variable that a workload and everything it starts carry, so that processes which outlive their parent are ended too.
/// </summary>
internal sealed class RunMark
{
    private const string Variable = "HARNESS_RUN";

    // A process that forks while it is being looked for needs another look. Assumed: one that forks faster than this is not a workload.
    private const int MostLooks = 10;

    private static int runs;

    private readonly byte[] entry;

    private RunMark(string value) => entry = System.Text.Encoding.ASCII.GetBytes($"{Variable}={value}\0");

    /// <summary>Puts a fresh mark on a process that is about to start.</summary>
    internal static RunMark Put(ProcessStartInfo start)
    {
        int run = Interlocked.Increment(ref runs);
        string value = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Stopwatch.GetTimestamp()}-{run}");
        start.Environment[Variable] = value;
        return new RunMark(value);
    }

    /// <summary>Ends every process that carries the mark.</summary>
    internal void KillBearers()
    {
        for (int look = 0; look < MostLooks && KillOnce(); look++)
        {
        }
    }

    private bool KillOnce()
    {
        bool found = false;
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            string name = Path.GetFileName(folder);
            if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) || !Bears(folder)) continue;
            found = true;
            Kill(pid);
        }
        return found;
    }

    private bool Bears(string folder)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan().IndexOf(entry) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or another user's.
            return false;
        }
    }

    private static void Kill(int pid)
    {
        try
        {
            using Process process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // Gone meanwhile.
        }
    }
}
