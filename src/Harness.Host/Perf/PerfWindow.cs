using System.Globalization;
using Harness.Interop;
using Harness.Records;

namespace Harness.Host.Perf;

/// <summary>What one event did on one CPU between start and stop.</summary>
/// <param name="Events">Events counted.</param>
/// <param name="Enabled">Time it was enabled, in nanoseconds.</param>
/// <param name="Running">Time it really counted, in nanoseconds.</param>
internal readonly record struct PerfWindow(double Events, double Enabled, double Running)
{
    private const string Unit = "events";
    private const string Dead = "stood at zero on every CPU: the (virtual) PMU accepts the event but does not count it";
    private const string Holders = "others hold them all (the NMI watchdog has one: /proc/sys/kernel/nmi_watchdog)";

    /// <summary>The difference of two readings of a group, for one member.</summary>
    public static PerfWindow Between(PerfGroupReading before, PerfGroupReading after, int member) =>
        new(after[member] - before[member], after.Enabled - before.Enabled, after.Running - before.Running);

    /// <summary>
    /// An event's counter from its windows on all CPUs. A share of the time is scaled; what never counted is no number; a hardware event
    /// that stands at zero on all CPUs is not to be trusted.
    /// </summary>
    public static Counter Counter(PerfSpec spec, IReadOnlyList<int> cpus, PerfWindow[] windows)
    {
        double enabled = windows.Sum(window => window.Enabled), running = windows.Sum(window => window.Running);
        int without = Array.FindIndex(windows, window => window is { Enabled: > 0, Running: 0 });
        if (without >= 0)
            return Without(spec, CounterTrust.Unsupported, $"got no hardware counter on cpu {cpus[without]}: {Holders}");
        double[] perCpu = [.. windows.Select(window => window.Scaled)];
        bool shared = running < enabled;
        bool dead = spec.OnPmu && enabled > 0 && perCpu.Sum() == 0;
        return new Counter
        {
            Name = spec.Counter,
            Unit = Unit,
            Value = perCpu.Sum(),
            PerCpu = perCpu,
            Trust = dead ? CounterTrust.Untrusted : shared ? CounterTrust.Multiplexed : CounterTrust.Counted,
            RunningShare = enabled > 0 ? running / enabled : null,
            Note = dead ? Dead : shared ? Share(running / enabled) : null,
        };
    }

    /// <summary>A counter without a value, and why.</summary>
    public static Counter Without(PerfSpec spec, CounterTrust trust, string why) =>
        new() { Name = spec.Counter, Unit = Unit, Trust = trust, Note = why };

    /// <summary>Events, scaled to all of the enabled time (published: perf_event_open(2)); NaN when it never counted.</summary>
    internal double Scaled => Running < Enabled ? Events * Enabled / Running : Events;

    private static string Share(double share) =>
        string.Create(CultureInfo.InvariantCulture, $"counted for {100 * share:F1} % of the window and scaled to all of it");
}
