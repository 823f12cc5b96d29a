using System.Globalization;
using Harness.Records;

namespace Harness.Host.Probes;

/// <summary>Marks the counters that failed a probe.</summary>
internal static class TrustMarks
{
    /// <summary>The counters of one window, with those untrusted that failed; their values stay.</summary>
    /// <param name="counters">The counters.</param>
    /// <param name="probes">What they were held against.</param>
    /// <param name="host">The host, for what is known to fool a counter on such a one.</param>
    public static IReadOnlyList<Counter> Apply(IReadOnlyList<Counter> counters, IReadOnlyList<CounterProbe> probes, HostDescription host)
    {
        Dictionary<string, CounterProbe> failed = new(StringComparer.Ordinal);
        foreach (CounterProbe probe in probes)
        {
            if (probe is { Seen: not null, Passed: false }) failed.TryAdd(probe.Counter, probe);
        }
        return failed.Count == 0 ? counters : [.. counters.Select(counter => Marked(counter, failed, host))];
    }

    /// <summary>
    /// What a failed probe says: <c>64 forced shootdowns of CPU 1 from CPU 0 must move it by 56 to 96, it moved by 0</c>.
    /// </summary>
    public static string Sentence(CounterProbe probe, HostDescription host)
    {
        string sentence = string.Create(CultureInfo.InvariantCulture, $"{probe.Work}: {probe.Expected} expected, {probe.Seen:N0} seen");
        return probe.Seen < probe.Least && Fooled(probe.Counter, host) is { } how ? $"{sentence}; {how}" : sentence;
    }

    private static Counter Marked(Counter counter, Dictionary<string, CounterProbe> failed, HostDescription host)
    {
        if (counter.Value is null || counter.Trust == CounterTrust.Lost || !failed.TryGetValue(counter.Name, out CounterProbe? probe))
            return counter;
        return counter.Doubted(Sentence(probe, host));
    }

    private static string? Fooled(string counter, HostDescription host)
    {
        bool shootdown = counter is "interrupts.TLB" or "interrupts.CAL" || counter.StartsWith("trace.tlb:", StringComparison.Ordinal);
        return !shootdown || host.Hypervisor is null or "tcg"
            ? null
            : $"under {host.Hypervisor} a remote flush may be a call of the hypervisor in place of an interrupt";
    }
}
