using Harness.Host.Perf;
using Harness.Host.Probes;
using Harness.Host.Runs;
using Harness.Interop;
using Harness.Records;

namespace Harness.Host.Doctor;

/// <summary>The trust table of this host's counters.</summary>
public static class TrustTable
{
    /// <summary>
    /// Long enough for events that share a hardware counter to take several turns (the kernel turns them every few ms). Assumed.
    /// </summary>
    private const double WindowSeconds = 0.05;

    private const int Pages = 256;

    /// <summary>
    /// Tries all known counters: opens every known event at once for a moment and does the works of known cost. Changes nothing; takes a
    /// fraction of a second.
    /// </summary>
    public static IReadOnlyList<TrustRow> Of(HostDescription host)
    {
        IReadOnlyList<CounterProbe> probes = CounterProbes.Run(host.Cpus);
        return Of(HarnessNative.Missing is null ? TogetherOpen(host) : [], probes, host);
    }

    /// <summary>The table from what was seen.</summary>
    /// <param name="counters">All known events, opened at once.</param>
    /// <param name="probes">The probes.</param>
    /// <param name="host">The host.</param>
    internal static IReadOnlyList<TrustRow> Of(IReadOnlyList<Counter> counters, IReadOnlyList<CounterProbe> probes, HostDescription host)
    {
        Dictionary<string, CounterProbe> byName = probes.ToDictionary(probe => probe.Counter);
        IEnumerable<string> names = probes.Where(probe => !IsEvent(probe.Counter)).Select(probe => probe.Counter)
            .Concat(counters.Where(counter => IsEvent(counter.Name)).Select(counter => counter.Name));
        IEnumerable<string> unseen = probes.Select(probe => probe.Counter);
        return
        [
            .. names.Concat(unseen).Distinct()
                .Select(name => Row(name, counters.FirstOrDefault(counter => counter.Name == name), byName.GetValueOrDefault(name), host)),
        ];
    }

    private static TrustRow Row(string name, Counter? counter, CounterProbe? probe, HostDescription host)
    {
        (TrustVerdict verdict, string? why) = (counter, probe) switch
        {
            (null, { Seen: null }) => (TrustVerdict.Unsupported, probe.Why),
            ({ Value: null }, _) => (TrustVerdict.Unsupported, counter.Note),
            ({ Trust: CounterTrust.Untrusted }, _) => (TrustVerdict.Untrusted, counter.Note),
            (_, { Seen: not null, Passed: false }) => (TrustVerdict.Untrusted, TrustMarks.Sentence(probe, host)),
            (_, { Passed: true }) => (TrustVerdict.Trusted, IsEvent(name) ? counter?.Note : null),
            (_, null) => (TrustVerdict.Unproven, counter?.Note),
            _ => (TrustVerdict.Unproven, probe.Why),
        };
        return new TrustRow { Counter = name, Verdict = verdict, RunningShare = counter?.RunningShare, Probe = probe, Why = why };
    }

    private static List<Counter> TogetherOpen(HostDescription host)
    {
        using FreshPages pages = new(Pages);
        using HostWindow window = new(PerfEvents.Known, host.Cpus);
        Deadline end = Deadline.In(WindowSeconds);
        window.Begin();
        // something to count: faults, flushes and TLB misses
        for (int i = 0; !end.IsOver; i = (i + 1) % Pages)
        {
            pages.Touch(i);
            pages.Drop(i);
        }
        window.End();
        return [.. window.Counters()];
    }

    private static bool IsEvent(string counter) =>
        counter.StartsWith("perf.", StringComparison.Ordinal) || counter.StartsWith("trace.", StringComparison.Ordinal);
}
