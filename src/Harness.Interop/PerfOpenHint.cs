using Mono.Unix.Native;

namespace Harness.Interop;

/// <summary>What would make an event usable that perf_event_open(2) refused, by errno and type of event.</summary>
internal static class PerfOpenHint
{
    private const string ParanoidFile = "/proc/sys/kernel/perf_event_paranoid";

    // One entry for each PMU the kernel knows: "cpu" on most x86, "cpu_core" and "cpu_atom" on hybrid ones, "armv8…" on arm64.
    private const string PmuFolder = "/sys/bus/event_source/devices";

    public static string? For(int error, uint type)
    {
        bool onPmu = type is libc.PERF_TYPE_HARDWARE or libc.PERF_TYPE_HW_CACHE;
        return (Errno)error switch
        {
            Errno.EACCES or Errno.EPERM => Privilege(type),
            Errno.ENOENT or Errno.EOPNOTSUPP or Errno.EINVAL when onPmu && !HasPmu() =>
                "the kernel sees no hardware PMU here; needs bare metal or a guest with a virtual PMU",
            Errno.ENOENT or Errno.EOPNOTSUPP when onPmu => "this processor's PMU has no such event",
            Errno.ENODEV => "the CPU is offline or has no such event",
            Errno.EMFILE => "too many open files; raise the limit (ulimit -n)",
            Errno.EBUSY => "somebody else holds the PMU exclusively",
            Errno.ENOSYS => "the kernel is built without CONFIG_PERF_EVENTS",
            _ => null,
        };
    }

    private static string Privilege(uint type)
    {
        // perf_event_open(2): whole CPUs from level 0 down, tracepoints of all processes at -1 only
        int level = type == libc.PERF_TYPE_TRACEPOINT ? -1 : 0;
        return $"needs root or CAP_PERFMON, or {ParanoidFile} at most {level}{Now()}; a container may forbid the call as well";
    }

    private static string Now()
    {
        try
        {
            return $" (it is {File.ReadAllText(ParanoidFile).Trim()})";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static bool HasPmu() =>
        Directory.Exists(PmuFolder)
        && Directory.EnumerateFileSystemEntries(PmuFolder).Select(Path.GetFileName).Any(pmu =>
            pmu!.StartsWith("cpu", StringComparison.Ordinal) || pmu.StartsWith("arm", StringComparison.Ordinal));
}
