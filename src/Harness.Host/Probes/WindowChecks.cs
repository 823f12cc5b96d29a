using System.Globalization;
using Harness.Records;

namespace Harness.Host.Probes;

/// <summary>
/// Counters of one window that count the same events from two sides, held against each other as far as the kernel leaves no choice. The
/// /proc snapshots enclose the perf events, so what perf has seen the rows must have counted.
/// </summary>
/// <remarks>
/// Not held against each other: flushes sent and a TLB row at zero (a CPU in lazy mode is skipped), and the sizes of the TLB and CAL rows
/// (several flushes can ride on one function call, and a CPU that polls in idle takes one without an interrupt; the probe's partner never
/// idles, so there the CAL row has to keep up).
/// </remarks>
internal static class WindowChecks
{
    private const string Row = "interrupts.TLB";
    private const string Calls = "interrupts.CAL";
    private const string Flushes = "trace.tlb:tlb_flush";
    private const string Received = Flushes + "/remote_shootdown";
    private const string Sent = Flushes + "/remote_ipi_send";

    /// <summary>Shootdowns a CPU can take between a /proc snapshot and the perf events beside it. Assumed.</summary>
    private const double EdgePerCpu = 64;

    /// <summary>The same for a storm of shootdowns: this share of them all. Assumed.</summary>
    private const double EdgeShare = 0.1;

    /// <summary>What the window's counters say of each other. A failed one makes its counter untrusted in this run.</summary>
    /// <param name="counters">The window's counters.</param>
    /// <param name="cpus">Online CPU ids, ascending: what the parts belong to.</param>
    public static IReadOnlyList<CounterProbe> Of(IReadOnlyList<Counter> counters, IReadOnlyList<int> cpus)
    {
        Counter? row = Counted(counters, Row), calls = Counted(counters, Calls), flushes = Counted(counters, Flushes);
        Counter? received = Counted(counters, Received), sent = Counted(counters, Sent);
        return
        [
            .. row is null || received is null ? [] : Receivers(row, received, cpus),
            .. row is null || sent is null || cpus.Count < 2 ? [] : Senders(row, sent, cpus.Count),
            .. row is null || calls is null ? [] : FunctionCalls(row, calls, cpus.Count),
            .. flushes is null ? [] : Reasons(flushes, counters, cpus.Count),
        ];
    }

    // flush_tlb_func() counts the row before it emits the event (published: arch/x86/mm/tlb.c), so only a handler that straddles the
    // moment when the events are switched on is seen by the event alone: one on each CPU.
    private static IEnumerable<CounterProbe> Receivers(Counter row, Counter received, IReadOnlyList<int> cpus)
    {
        (double interrupts, double events, string where) = (row.Value!.Value, received.Value!.Value, "");
        double edge = cpus.Count;
        for (int i = 0; i < cpus.Count && row.PerCpu is { } rows && received.PerCpu is { } parts; i++)
        {
            if (parts[i] <= rows[i] + 1) continue;
            (interrupts, events, edge, where) = (rows[i], parts[i], 1, string.Create(CultureInfo.InvariantCulture, $" on CPU {cpus[i]}"));
            break;
        }
        return Pair(
            Held(Row, $"an interrupt for every {Received}{where}", events - edge, null, interrupts),
            Held(Received, $"at most one for every {Row}{where}", 0, interrupts + edge, events));
    }

    // native_flush_tlb_multi() emits one event a flush and reaches each other CPU at most once (published: arch/x86/mm/tlb.c).
    private static IEnumerable<CounterProbe> Senders(Counter row, Counter sent, int cpus)
    {
        double others = cpus - 1;
        double edge = EdgePerCpu * cpus;
        return Pair(
            Held(Sent, $"a flush for every {others} {Row}", ((1 - EdgeShare) * row.Value!.Value - edge) / others, null, sent.Value!.Value),
            Held(Row, $"at most {others} for every {Sent}", 0, (sent.Value.Value * others + edge) / (1 - EdgeShare), row.Value.Value));
    }

    private static IEnumerable<CounterProbe> FunctionCalls(Counter row, Counter calls, int cpus) => row.Value > EdgePerCpu * cpus
        ? [Held(Calls, $"moves where {Row} does: a shootdown is a function call", 1, null, calls.Value!.Value)]
        : [];

    // kernels after 6.12 know more reasons, which are in the total only
    private static IEnumerable<CounterProbe> Reasons(Counter flushes, IReadOnlyList<Counter> counters, int cpus)
    {
        double[] parts =
        [
            .. counters.Where(part => part.Name.StartsWith(Flushes + "/", StringComparison.Ordinal))
                .Select(part => part.Value).OfType<double>(),
        ];
        return parts.Length == 0
            ? []
            : [Held(Flushes, $"at least the sum of its {parts.Length} reasons", parts.Sum() - cpus, null, flushes.Value!.Value)];
    }

    /// <summary>Where the first fails, both are in doubt: nothing says which of the two is wrong.</summary>
    private static IEnumerable<CounterProbe> Pair(CounterProbe one, CounterProbe other) => one.Passed ? [one] : [one, other];

    private static CounterProbe Held(string counter, string against, double least, double? most, double seen) => new()
    {
        Counter = counter,
        Work = string.Create(CultureInfo.InvariantCulture, $"the run's window: {against}"),
        Least = Math.Max(0, Math.Ceiling(least)),
        Most = most is { } upper ? Math.Floor(upper) : null,
        Seen = seen,
    };

    private static Counter? Counted(IReadOnlyList<Counter> counters, string name) =>
        counters.FirstOrDefault(counter => counter is { Trust: CounterTrust.Counted, Value: not null } && counter.Name == name);
}
