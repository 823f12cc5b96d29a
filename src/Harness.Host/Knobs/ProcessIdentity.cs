using System.Globalization;

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
        string text;
        try
        {
            text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // The command in parentheses may hold spaces and parentheses itself; after its last ')' the fields begin with the third, the state.
        string[] fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19 && fields[0] is not ("Z" or "X" or "x")
            && long.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
            ? new ProcessIdentity(pid, ticks)
            : null;
    }
}
