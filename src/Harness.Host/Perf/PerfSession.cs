using Harness.Records;

namespace Harness.Host.Perf;

/// <summary>The perf events of one run, opened system-wide per CPU, counted between <see cref="Start"/> and <see cref="Stop"/>.</summary>
public sealed class PerfSession : IDisposable
{
    /// <summary>Opens the events. One that cannot be opened is kept as unsupported with the reason; it never ends the run.</summary>
    /// <param name="events">perf's names; a tracepoint as <c>tlb:tlb_flush</c> (also split by reason), others as <c>page-faults</c>, <c>dTLB-load-misses</c>.</param>
    /// <param name="cpus">Online CPU ids, ascending.</param>
    public static PerfSession Open(IReadOnlyList<string> events, IReadOnlyList<int> cpus) => throw new NotImplementedException();

    /// <summary>Resets and enables all events.</summary>
    public void Start() => throw new NotImplementedException();

    /// <summary>Disables all events.</summary>
    public void Stop() => throw new NotImplementedException();

    /// <summary>The counts of the window. Counters: <c>trace.SUBSYS:NAME</c>, <c>trace.tlb:tlb_flush/REASON</c>, <c>perf.NAME</c>.</summary>
    public IReadOnlyList<Counter> Read() => throw new NotImplementedException();

    /// <inheritdoc />
    public void Dispose() { }
}
