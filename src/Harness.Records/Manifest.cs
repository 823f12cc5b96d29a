namespace Harness.Records;

/// <summary>One arm of a session as its manifest names it.</summary>
/// <param name="Name">The arm's name.</param>
/// <param name="Target">The target it runs on in this session; the command line may have changed the plan's.</param>
public sealed record ManifestArm(string Name, string Target);

/// <summary>One run of a session and where it stands.</summary>
public sealed record ManifestRun
{
    /// <summary>Place in the order of runs, from 0.</summary>
    public required int Sequence { get; init; }

    /// <summary>The pair, from 0.</summary>
    public required int Pair { get; init; }

    /// <summary>The arm's name.</summary>
    public required string Arm { get; init; }

    /// <summary>Seed of the run; the same for the whole pair.</summary>
    public required ulong Seed { get; init; }

    /// <summary>
    /// Where the run stands. <see cref="RunState.Running"/> with no process at work means that the session ended in the middle of it.
    /// </summary>
    public required RunState State { get; init; }

    /// <summary>The named failure of the last attempt when <see cref="State"/> is <see cref="RunState.Failed"/>.</summary>
    public FailureKind? Failure { get; init; }

    /// <summary>How many attempts at this run have failed.</summary>
    public int Failures { get; init; }

    /// <summary>How many attempts ended with the harness or its host: killed, panicked, without power.</summary>
    public int Interruptions { get; init; }

    /// <summary>One sentence when the run failed or is invalid.</summary>
    public string? Why { get; init; }

    /// <summary>The newest record's file, relative to the session's folder; null before there is one.</summary>
    public string? Record { get; init; }
}

/// <summary>
/// What a session set out to do and how far it has come: the file <c>manifest.json</c> of its folder. It is replaced as a whole, before and
/// after each run, so that a kill or a power cut costs at most the run in progress.
/// </summary>
public sealed record Manifest
{
    /// <summary>The format's current version.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Version of the format this manifest was written in.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The session's id: UTC time and plan, of a night the box too; also its folder's name. Sorts by time.</summary>
    public required string Session { get; init; }

    /// <summary>The plan's name.</summary>
    public required string Plan { get; init; }

    /// <summary>The plan's title.</summary>
    public required string Title { get; init; }

    /// <summary>Where the experiment comes from, or null.</summary>
    public string? Source { get; init; }

    /// <summary>The command that repeats the session.</summary>
    public required string Command { get; init; }

    /// <summary>The plan's text as it was when the session began.</summary>
    public required string PlanText { get; init; }

    /// <summary>
    /// SHA-256, in lower-case hexadecimal, of <see cref="PlanText"/> and of the parameters and machine in force; only such a session is
    /// resumed.
    /// </summary>
    public required string PlanChecksum { get; init; }

    /// <summary>The plan's arm that both sides of an A/A session are; null for a session that compares different arms.</summary>
    public string? SameArm { get; init; }

    /// <summary>The plan's shape; null for the plan's own, or when <see cref="Altered"/>.</summary>
    public string? Shape { get; init; }

    /// <summary>
    /// True when the command line changed parameters or the machine, so that the session is of none of the plan's shapes.
    /// </summary>
    public bool Altered { get; init; }

    /// <summary>The machine its guests have; null in a manifest of an earlier version.</summary>
    public MachineShape? Machine { get; init; }

    /// <summary>When the session began (UTC).</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When its last run was over (UTC); null while runs are left.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The arms; the first two are compared as before and after.</summary>
    public required IReadOnlyList<ManifestArm> Arms { get; init; }

    /// <summary>The counters to show and judge.</summary>
    public required IReadOnlyList<JudgedCounter> Counters { get; init; }

    /// <summary>The runs, in their order.</summary>
    public required IReadOnlyList<ManifestRun> Runs { get; init; }

    /// <summary>
    /// The box that ran the session: its host name, or what it was called with <c>--box</c>; null in a manifest of an earlier version. A
    /// history is a box's own.
    /// </summary>
    public string? Box { get; init; }

    /// <summary>True for a session of <c>nightly</c>, whose plan's history it belongs to.</summary>
    public bool Nightly { get; init; }

    /// <summary>Why the levels of this session were accepted as the new normal of its history; null when they were not.</summary>
    public string? Accepted { get; init; }
}
