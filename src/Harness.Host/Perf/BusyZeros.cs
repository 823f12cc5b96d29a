using System.Globalization;
using Harness.Records;

namespace Harness.Host.Perf;

/// <summary>Hardware events that stand at zero on a CPU that was provably busy.</summary>
internal static class BusyZeros
{
    /// <summary>
    /// So many events of another kind on the same CPU, and it was busy: a third of a second of cycles at 3 GHz, with its timer interrupts
    /// and what they touch. Assumed.
    /// </summary>
    private const double Busy = 1e9;

    /// <summary>The counters, with those untrusted that missed a busy CPU.</summary>
    /// <param name="counters">The counters of one session.</param>
    /// <param name="onPmu">For each, whether it needs hardware counters.</param>
    /// <param name="cpus">What the parts per CPU belong to.</param>
    public static IReadOnlyList<Counter> Doubt(IReadOnlyList<Counter> counters, IReadOnlyList<bool> onPmu, IReadOnlyList<int> cpus)
    {
        Counter[] events = [.. counters.Where((counter, i) => onPmu[i] && counter.PerCpu is not null)];
        return [.. counters.Select(counter => events.Contains(counter) ? Judged(counter, events, cpus) : counter)];
    }

    private static Counter Judged(Counter counter, Counter[] events, IReadOnlyList<int> cpus)
    {
        // zero on every CPU has been judged before
        if (counter.Trust == CounterTrust.Untrusted) return counter;
        for (int i = 0; i < cpus.Count; i++)
        {
            if (counter.PerCpu![i] != 0) continue;
            if (Array.Find(events, other => other.PerCpu![i] >= Busy) is { } busy)
            {
                return counter.Doubted(string.Create(CultureInfo.InvariantCulture,
                    $"stood at zero on CPU {cpus[i]}, where {busy.Name} counted {busy.PerCpu![i]:N0}"));
            }
        }
        return counter;
    }
}
