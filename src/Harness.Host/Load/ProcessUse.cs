using Harness.Host.Proc;

namespace Harness.Host.Load;

/// <summary>What one process has used.</summary>
/// <param name="Name">Its command name, as the kernel cuts it (15 bytes).</param>
/// <param name="Parent">Its parent's pid.</param>
/// <param name="Ticks">CPU time of all its threads in clock ticks, in user space and in the kernel.</param>
internal sealed record ProcessUse(string Name, int Parent, ulong Ticks)
{
    // Published: proc(5), /proc/PID/stat: fields 4 (ppid), 14 (utime) and 15 (stime); the first after the command is field 3.
    private const int Parents = 1, Utime = 11, Stime = 12;

    /// <summary>Reads <c>/proc/PID/stat</c>; null when it is no such file.</summary>
    public static ProcessUse? Parse(ReadOnlySpan<byte> stat)
    {
        // the command in parentheses may hold spaces and parentheses itself
        int open = stat.IndexOf((byte)'('), close = stat.LastIndexOf((byte)')');
        if (open < 0 || close < open) return null;
        ReadOnlySpan<byte> rest = stat[(close + 1)..];
        rest = rest.TrimEnd((byte)'\n');
        ulong parent = 0, ticks = 0;
        for (int field = 0; field <= Stime; field++)
        {
            ReadOnlySpan<byte> word = ByteText.TakeWord(ref rest);
            if (field is not (Parents or Utime or Stime)) continue;
            if (!ByteText.TryParse(word, out ulong value)) return null;
            if (field == Parents) parent = value;
            else ticks += value;
        }
        return parent <= int.MaxValue ? new ProcessUse(ByteText.ToText(stat[(open + 1)..close]), (int)parent, ticks) : null;
    }
}
