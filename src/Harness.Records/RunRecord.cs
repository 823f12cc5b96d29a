using System.Text.Json.Serialization;

namespace Harness.Records;

/// <summary>Where a run stands.</summary>
[JsonConverter(typeof(WordConverter<RunState>))]
public enum RunState
{
    /// <summary>In the plan, not started.</summary>
    Planned,

    /// <summary>Started, not over (or the machine went down in the middle).</summary>
    Running,

    /// <summary>Over, with a record.</summary>
    Done,

    /// <summary>Over without a result; the failure kind says why.</summary>
    Failed,

    /// <summary>
    /// Over, but the setting or the workload provably did not act; the sentence says what was expected to move and did not.
    /// </summary>
    Invalid,
}

/// <summary>The result of one run on any target.</summary>
public sealed record RunRecord
{
    /// <summary>The format's current version.</summary>
    public const int CurrentVersion = 1;

    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    // A list that is missing in a file of an earlier version comes as null, past its initial value: hence the setters that take null.

    /// <summary>Version of the format this record was written in.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>What was asked.</summary>
    public required RunRequest Request { get; init; }

    /// <summary>The target as the user named it: <c>vm:6.12</c>, <c>local</c>, <c>model:6.1</c>.</summary>
    public required string Target { get; init; }

    /// <summary>How the numbers came to be.</summary>
    public required Origin Origin { get; init; }

    /// <summary>A caution that belongs beside every number of this record, or null.</summary>
    public string? Caution { get; init; }

    /// <summary>Where the run stands.</summary>
    public required RunState State { get; init; }

    /// <summary>The named failure when <see cref="State"/> is <see cref="RunState.Failed"/>.</summary>
    public FailureKind? Failure { get; init; }

    /// <summary>One sentence on a failed or invalid run.</summary>
    public string? Why { get; init; }

    /// <summary>The kept log as a path, or null.</summary>
    public string? Log { get; init; }

    /// <summary>When the run began (UTC).</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Length of the measured window in seconds, by the target's monotonic clock.</summary>
    public required double WindowSeconds { get; init; }

    /// <summary>The host it ran on; null for the model.</summary>
    public HostDescription? Host { get; init; }

    /// <summary>Knobs in force during the run.</summary>
    public IReadOnlyList<KnobSetting> KnobsInForce { get; init => field = value ?? []; } = [];

    /// <summary>The workload's checksum: the same seed and parameters give the same one on every target.</summary>
    public string? Checksum { get; init; }

    /// <summary>The counters.</summary>
    public required IReadOnlyList<Counter> Counters { get; init; }

    /// <summary>Whether each setting of the run provably acted; empty where nothing was set.</summary>
    public IReadOnlyList<ModeProof> Proofs { get; init => field = value ?? []; } = [];

    /// <summary>
    /// What the host's counters made of work of known cost, done before the first run of this boot or process, and then how the counters
    /// of this run's window agree with each other; empty for the model.
    /// </summary>
    public IReadOnlyList<CounterProbe> Probes { get; init => field = value ?? []; } = [];

    /// <summary>The counters over the window's time; null when none was asked for.</summary>
    public Timeline? Timeline { get; init; }

    /// <summary>
    /// What else of the host can change a result, by name: <c>cpu.governor</c>, <c>vulnerability.meltdown</c>, <c>harness.version</c>;
    /// empty for the model. Two sessions are compared only with the difference shown.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; init => field = value ?? Nothing; } = Nothing;

    /// <summary>Lines the kernel logged during the run, oldest first.</summary>
    public IReadOnlyList<string> KernelMessages { get; init => field = value ?? []; } = [];

    /// <summary>What the harness itself used in the window; null for the model.</summary>
    public OwnCost? OwnCost { get; init; }

    /// <summary>What was recorded of the run's events; null when nothing was.</summary>
    public RecordingSummary? Recording { get; init; }

    /// <summary>The counter of that name, or null.</summary>
    public Counter? Find(string name)
    {
        foreach (Counter counter in Counters)
        {
            if (string.Equals(counter.Name, name, StringComparison.Ordinal)) return counter;
        }
        return null;
    }
}
