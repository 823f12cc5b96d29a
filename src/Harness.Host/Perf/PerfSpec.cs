namespace Harness.Host.Perf;

/// <summary>One event to open on every CPU, and the counter it becomes.</summary>
/// <param name="Counter">The counter's name: <c>perf.page-faults</c>, <c>trace.tlb:tlb_flush/remote_ipi_send</c>.</param>
/// <param name="Type">One of <c>PERF_TYPE_*</c>.</param>
/// <param name="Config">Which event of that type.</param>
/// <param name="Filter">A tracepoint's filter, or null for all.</param>
/// <param name="Problem">Why it is known beforehand that it cannot be opened; null when it can be tried.</param>
internal sealed record PerfSpec(string Counter, uint Type, ulong Config, string? Filter = null, string? Problem = null)
{
    /// <summary>The event in messages: the counter's name without its source.</summary>
    public string Event => Counter[(Counter.IndexOf('.', StringComparison.Ordinal) + 1)..];

    /// <summary>True for events that need hardware counters, of which there are few.</summary>
    public bool OnPmu => Type is Interop.libc.PERF_TYPE_HARDWARE or Interop.libc.PERF_TYPE_HW_CACHE;
}
