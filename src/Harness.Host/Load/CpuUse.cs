using System.Globalization;
using Harness.Host.Proc;

namespace Harness.Host.Load;

/// <summary>CPU time used on a host up to one moment, in clock ticks: by everybody, and by each process.</summary>
internal sealed class CpuUse
{
    /// <summary>Clock ticks that passed, summed over the CPUs.</summary>
    public ulong All { get; private init; }

    /// <summary>Clock ticks in which a CPU did something.</summary>
    public ulong Busy { get; private init; }

    /// <summary>Processes by pid.</summary>
    public IReadOnlyDictionary<int, ProcessStat> Processes { get; private init; } = new Dictionary<int, ProcessStat>();

    /// <summary>The use up to now.</summary>
    public static CpuUse Now() => Of(new HostTree("/"));

    internal static CpuUse Of(HostTree tree)
    {
        (ulong all, ulong busy) = Total(tree.Read("/proc/stat"));
        Dictionary<int, ProcessStat> processes = [];
        foreach (string folder in Directory.EnumerateDirectories(tree.PathOf("/proc")))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)) continue;
            if (ProcessStat.Parse(tree.Read($"/proc/{pid}/stat")) is { } use) processes.Add(pid, use);
        }
        return new CpuUse { All = all, Busy = busy, Processes = processes };
    }

    /// <summary>The share of all CPUs' time, 0 to 1, that others than a process and what it started have used since.</summary>
    public double OthersSince(CpuUse earlier, int self)
    {
        if (All <= earlier.All) return 0;
        ulong own = 0;
        foreach ((int pid, ProcessStat use) in Processes)
        {
            if (IsOf(pid, self)) own += Since(earlier, pid, use);
        }
        ulong busy = Busy - Math.Min(Busy, earlier.Busy);
        return (busy - (double)Math.Min(own, busy)) / (All - earlier.All);
    }

    /// <summary>The process that used most since, of those that a process did not start; null when none used any.</summary>
    public (int Pid, string Name)? BusiestSince(CpuUse earlier, int self)
    {
        (int Pid, ulong Ticks) most = (0, 0);
        foreach ((int pid, ProcessStat use) in Processes)
        {
            ulong ticks = Since(earlier, pid, use);
            if (ticks > most.Ticks && !IsOf(pid, self)) most = (pid, ticks);
        }
        return most.Ticks > 0 ? (most.Pid, Processes[most.Pid].Name) : null;
    }

    private static ulong Since(CpuUse earlier, int pid, ProcessStat use)
    {
        // a pid that was given to another process since begins anew
        ulong before = earlier.Processes.TryGetValue(pid, out ProcessStat? old) && old.Ticks <= use.Ticks ? old.Ticks : 0;
        return use.Ticks - before;
    }

    // Up the parents; a ring of parents cannot be, but the files are read one after the other while processes come and go.
    private bool IsOf(int pid, int ancestor)
    {
        for (int steps = 0; steps < Processes.Count && Processes.TryGetValue(pid, out ProcessStat? use); steps++)
        {
            if (pid == ancestor) return true;
            pid = use.Parent;
        }
        return false;
    }

    // Published: proc(5), /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal; guest time is in user and nice already.
    private static (ulong All, ulong Busy) Total(ReadOnlySpan<byte> stat)
    {
        const int Idle = 3, Iowait = 4, Fields = 8;
        if (!Lines.TryFirst(stat, out ReadOnlySpan<byte> rest) || !ByteText.TakeWord(ref rest).SequenceEqual("cpu"u8)) return default;
        ulong all = 0, busy = 0;
        for (int field = 0; field < Fields && ByteText.TryParse(ByteText.TakeWord(ref rest), out ulong ticks); field++)
        {
            all += ticks;
            if (field is not (Idle or Iowait)) busy += ticks;
        }
        return (all, busy);
    }
}
