namespace Harness.Host.Proc;

/// <summary><c>/proc/PID/stat</c>, as far as it is used here.</summary>
/// <param name="Name">The command name, as the kernel cuts it (15 bytes).</param>
/// <param name="State">The state's letter.</param>
/// <param name="Parent">The parent's pid.</param>
/// <param name="Ticks">CPU time of all its threads in clock ticks, in user space and in the kernel.</param>
/// <param name="StartTicks">Start after boot in clock ticks.</param>
internal sealed record ProcessStat(string Name, char State, int Parent, ulong Ticks, long StartTicks)
{
    // Published: proc(5), fields 3 (state), 4 (ppid), 14 (utime), 15 (stime) and 22 (starttime), counted from the one after the command.
    private const int StateField = 0, ParentField = 1, Utime = 11, Stime = 12, Start = 19;

    /// <summary>True while it runs: one that was killed and waits for its parent to reap it does not.</summary>
    public bool IsAlive => State is not ('Z' or 'X' or 'x');

    /// <summary>Reads the file's text; null when it is no such file.</summary>
    public static ProcessStat? Parse(ReadOnlySpan<byte> stat)
    {
        // the command in parentheses may hold spaces and parentheses itself
        int open = stat.IndexOf((byte)'('), close = stat.LastIndexOf((byte)')');
        if (open < 0 || close < open) return null;
        ReadOnlySpan<byte> rest = stat[(close + 1)..].TrimEnd((byte)'\n');
        char state = '\0';
        ulong parent = 0, ticks = 0, start = 0;
        for (int field = 0; field <= Start; field++)
        {
            ReadOnlySpan<byte> word = ByteText.TakeWord(ref rest);
            if (field == StateField && word.Length == 1) state = (char)word[0];
            if (field is not (ParentField or Utime or Stime or Start)) continue;
            if (!ByteText.TryParse(word, out ulong value) || value > long.MaxValue) return null;
            if (field == ParentField) parent = value;
            else if (field == Start) start = value;
            else ticks += value;
        }
        return state != '\0' && parent <= int.MaxValue
            ? new ProcessStat(ByteText.ToText(stat[(open + 1)..close]), state, (int)parent, ticks, (long)start)
            : null;
    }
}
