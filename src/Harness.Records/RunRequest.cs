namespace Harness.Records;

/// <summary>A knob and the value a run wants it to have.</summary>
/// <param name="Knob">The knob's name, as <c>knobs list</c> prints it.</param>
/// <param name="Value">The value as the kernel's file takes it.</param>
public sealed record KnobSetting(string Knob, string Value);

/// <summary>How a workload is started.</summary>
public sealed record WorkloadCommand
{
    /// <summary>The program's file name, never a path: inside the target's workload folder, or of an <see cref="External"/> one.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments, each passed as it stands; no shell reads them.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>
    /// True when the program announces the measured part: it prints <c>ready</c> when warm, waits for <c>go</c> on standard input, prints
    /// its result as one JSON line at the end of the measured part, and waits for the end of standard input before it tears anything down.
    /// Set-up and tear-down then stay outside the window. False: the window is the whole process.
    /// </summary>
    public bool Handshake { get; init; }

    /// <summary>Set when the program is somebody else's: where it is, and what its output says. It has no handshake.</summary>
    public ExternalProgram? External { get; init; }
}

/// <summary>Everything a target needs to execute one run: the unit that is sent to a guest and that the model is given too.</summary>
public sealed record RunRequest
{
    /// <summary>Version of the request's and record's format. Raised when a reader of the old one would misread the new one.</summary>
    public int Version { get; init; } = RunRecord.CurrentVersion;

    /// <summary>The session this run belongs to.</summary>
    public required string Session { get; init; }

    /// <summary>The plan's name.</summary>
    public required string Plan { get; init; }

    /// <summary>The arm's name.</summary>
    public required string Arm { get; init; }

    /// <summary>The pair this run is one side of, from 0.</summary>
    public required int Pair { get; init; }

    /// <summary>Place in the session's order of runs, from 0.</summary>
    public required int Sequence { get; init; }

    /// <summary>Seed of this run's random choices. Both sides of a pair have the same one.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The workload's name.</summary>
    public required string Workload { get; init; }

    /// <summary>The workload's parameters by name, defaults filled in.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>How the workload is started on a real host.</summary>
    public required WorkloadCommand Command { get; init; }

    /// <summary>Units of the metrics that the workload's result object carries, by metric name.</summary>
    public required IReadOnlyDictionary<string, string> MetricUnits { get; init; }

    /// <summary>Knobs to set for the run, restored after it.</summary>
    public IReadOnlyList<KnobSetting> Knobs { get; init => field = value ?? []; } = [];

    /// <summary>Actions before the run: <c>drop_caches</c>.</summary>
    public IReadOnlyList<string> Actions { get; init => field = value ?? []; } = [];

    /// <summary>
    /// perf events to count beside the /proc counters: tracepoints as <c>tlb:tlb_flush</c>, others by perf's name as <c>page-faults</c>.
    /// </summary>
    public IReadOnlyList<string> Events { get; init => field = value ?? []; } = [];

    /// <summary>Seconds between two samples of the timeline, 0.01 to 3600; 0 takes none.</summary>
    public double TimelineSeconds { get; init; }

    /// <summary>
    /// The counters of the timeline: interrupt rows, vmstat and per-node values, perf events that are in <see cref="Events"/>.
    /// </summary>
    public IReadOnlyList<string> TimelineCounters { get; init => field = value ?? []; } = [];

    /// <summary>Deadline for the workload in seconds, warm-up included.</summary>
    public required double DeadlineSeconds { get; init; }

    /// <summary>Set when the run's events are to be recorded.</summary>
    public RecordingRequest? Recording { get; init; }
}
