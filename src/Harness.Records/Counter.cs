using System.Text.Json.Serialization;

namespace Harness.Records;

/// <summary>How far a counter's value can be taken at its word.</summary>
[JsonConverter(typeof(WordConverter<CounterTrust>))]
public enum CounterTrust
{
    /// <summary>Counted over the whole window.</summary>
    Counted,

    /// <summary>The event shared its hardware counter; the value is scaled by enabled/running time.</summary>
    Multiplexed,

    /// <summary>
    /// There is a value, and something speaks against it: its probe failed, it stood at zero where it cannot, or counters that count the
    /// same disagree. The note says what. Never judged.
    /// </summary>
    Untrusted,

    /// <summary>The kernel or the processor cannot count it here; there is no value.</summary>
    Unsupported,

    /// <summary>
    /// It counted when the window began and not to its end: a CPU or a node went off line, its row vanished, somebody set it back. A
    /// value, if there is one, lacks a part. A run that judges it has failed (<see cref="FailureKind.CounterLost"/>).
    /// </summary>
    Lost,
}

/// <summary>A named quantity with a unit, over the measured window of one run.</summary>
public sealed record Counter
{
    /// <summary>
    /// The kernel's own name after its source: <c>interrupts.TLB</c>, <c>vmstat.pgmigrate_success</c>, <c>node0.vmstat.pgdemote_kswapd</c>,
    /// <c>trace.tlb:tlb_flush</c>, <c>trace.tlb:tlb_flush/remote_ipi_send</c>, <c>perf.dTLB-load-misses</c>, <c>threads.kswapd</c>,
    /// <c>workload.elapsed</c>.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>The unit of <see cref="Value"/>: <c>interrupts</c>, <c>events</c>, <c>pages</c>, <c>s</c>, <c>pages/s</c>, ….</summary>
    public required string Unit { get; init; }

    /// <summary>
    /// The total over all CPUs or nodes; null when <see cref="Trust"/> is <see cref="CounterTrust.Unsupported"/>, and mostly when it is
    /// <see cref="CounterTrust.Lost"/>.
    /// </summary>
    public double? Value { get; init; }

    /// <summary>The parts per CPU, in the order of <see cref="HostDescription.Cpus"/>; null where the source has no such parts.</summary>
    public IReadOnlyList<double>? PerCpu { get; init; }

    /// <summary>How far the value can be taken at its word.</summary>
    public CounterTrust Trust { get; init; } = CounterTrust.Counted;

    /// <summary>
    /// For a perf event, the share of the window in which it really counted (running / enabled time), 0 to 1; null for others.
    /// </summary>
    public double? RunningShare { get; init; }

    /// <summary>How it was obtained, or why it was not: one line.</summary>
    public string? Note { get; init; }

    /// <summary>The same counter, untrusted; its value stays, and the note begins with why.</summary>
    public Counter Doubted(string why) =>
        this with { Trust = CounterTrust.Untrusted, Note = string.IsNullOrEmpty(Note) ? why : $"{why}; {Note}" };
}
