using System.Globalization;
using Harness.Host.Proc;

namespace Harness.Host.Knobs;

/// <summary>A process that cannot be taken for a later one with the same pid, within one boot.</summary>
/// <param name="Pid">The process id.</param>
/// <param name="StartTicks">Start after boot in clock ticks: field 22 of <c>/proc/PID/stat</c>.</param>
public readonly record struct ProcessIdentity(int Pid, long StartTicks)
{
    /// <summary>This process.</summary>
    internal static ProcessIdentity Current { get; } = Of(Environment.ProcessId) ?? new ProcessIdentity(Environment.ProcessId, 0);

    /// <summary>Whether the process still runs. One that was killed and waits for its parent to reap it does not.</summary>
    internal bool IsAlive => Of(Pid) == this;

    /// <summary>The live process with that pid, or null.</summary>
    internal static ProcessIdentity? Of(int pid)
    {
        byte[] stat;
        try
        {
            stat = File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        return ProcessStat.Parse(stat) is { IsAlive: true } process ? new ProcessIdentity(pid, process.StartTicks) : null;
    }
}
