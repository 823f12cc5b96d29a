namespace Harness.Records;

/// <summary>
/// What the harness process itself used between the two snapshots of a window. Null stands for what was not had: the record is of an
/// earlier version, or there was no sampler. Interrupts that merely arrive while a thread of the harness runs are not counted: that would
/// take a tracepoint in the interrupt paths of all CPUs, which the workload would feel.
/// </summary>
public sealed record OwnCost
{
    /// <summary>CPU time of all threads, in seconds.</summary>
    public required double CpuSeconds { get; init; }

    /// <summary>CPU time of the timeline's thread, in seconds: a part of <see cref="CpuSeconds"/>.</summary>
    public double? SamplerCpuSeconds { get; init; }

    /// <summary>Times a thread gave up its CPU to wait. Each wake-up that ended a wait took at most one reschedule interrupt.</summary>
    public long? VoluntarySwitches { get; init; }

    /// <summary>Times a thread's CPU was taken from it.</summary>
    public long? InvoluntarySwitches { get; init; }

    /// <summary>Page faults, with and without I/O.</summary>
    public long? PageFaults { get; init; }

    /// <summary>Timer interrupts that the timeline's ticks caused.</summary>
    public long? TimerInterrupts { get; init; }

    /// <summary>
    /// Function-call interrupts (row <c>CAL</c>) that reading perf events of other CPUs caused, one a group, CPU and sample.
    /// </summary>
    public long? FunctionCallInterrupts { get; init; }

    /// <summary>Garbage collections.</summary>
    public long? Collections { get; init; }

    /// <summary>Time the .NET runtime paused for garbage collection, in seconds.</summary>
    public required double GcPauseSeconds { get; init; }

    /// <summary>The longest pause, in seconds; only a trace knows it.</summary>
    public double? LongestGcPauseSeconds { get; init; }

    /// <summary>Bytes the harness allocated, to the next allocation block (8 KiB) of each thread.</summary>
    public required long AllocatedBytes { get; init; }

    /// <summary>Methods that the JIT compiler compiled.</summary>
    public long? MethodsCompiled { get; init; }

    /// <summary>Time it took for them, in seconds.</summary>
    public double? CompileSeconds { get; init; }

    /// <summary>
    /// True when collections, pauses and compilations are those of the runtime's event trace; false when they are the runtime's own
    /// counters, as in a guest, whose agent has no event tracing.
    /// </summary>
    public bool Traced { get; init; }

    /// <summary>One line each on what of this may have disturbed the run, and on what could not be measured.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
