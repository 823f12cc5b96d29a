using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports;

/// <summary>A session as reports show it: its records, compared and held against the model.</summary>
/// <param name="records">All records of the session, the model's among them.</param>
/// <param name="before">Name of the arm before.</param>
/// <param name="after">Name of the arm after.</param>
/// <param name="counters">The counters to show and judge.</param>
/// <param name="rules">The numbers the verdicts hang on; the defaults when null.</param>
/// <param name="apart">The two sessions, when the arms are of two: <paramref name="records"/> and the names are then its own.</param>
/// <exception cref="UsageException">There is no record, or none of such an arm.</exception>
public sealed class SessionReport(
    IReadOnlyList<RunRecord> records, string before, string after, IReadOnlyList<JudgedCounter> counters,
    JudgingRules? rules = null, TwoSessions? apart = null)
{
    /// <summary>The plan's title.</summary>
    public required string Title { get; init; }

    /// <summary>Where the experiment comes from, or null.</summary>
    public string? Source { get; init; }

    /// <summary>The command that repeats the session.</summary>
    public required string Command { get; init; }

    /// <summary>What the session set out to do; null when the records are of several sessions, or nothing is known of it.</summary>
    public Manifest? Manifest { get; init; }

    /// <summary>The noise floor, when both sides of the session are one arm; null otherwise.</summary>
    public NoiseFloor? NoiseFloor { get; init; }

    /// <summary>What the harness's own runtime did in the session; empty when it was not traced.</summary>
    public SessionCost OwnCost { get; init; } = new();

    /// <summary>The two sessions, when the arms are of two; null for one session.</summary>
    public TwoSessions? Apart { get; } = apart;

    /// <summary>All records, in the order in which they were made; of two sessions, those before first.</summary>
    public IReadOnlyList<RunRecord> Records { get; } =
        [.. records.OrderBy(record => apart is not null && record.Request.Arm == after)
            .ThenBy(record => record.Request.Sequence).ThenBy(record => record.Started)];

    /// <summary>The comparison that the table shows: of what ran on real kernels, or of the model when nothing did.</summary>
    public Comparison Comparison { get; } = records.Any(IsReal)
        ? Comparison.Of(records, before, after, counters, rules, apart)
        : Comparison.OfModel(records, before, after, counters, rules, apart);

    /// <summary>The model's own comparison; null when the model did not run, and when it is all there is.</summary>
    public Comparison? Modelled { get; } = records.Any(IsReal) && records.Any(record => !IsReal(record))
        ? Comparison.OfModel(records, before, after, counters, rules, apart) : null;

    /// <summary>Measured against modelled; null when one of the two is missing.</summary>
    public Validation? Validation { get; } = records.Any(IsReal) && records.Any(record => !IsReal(record))
        ? Validation.Of(records, records, counters) : null;

    /// <summary>True when runs on real kernels gave results and the model, which is asked for each of them, had none.</summary>
    internal bool LacksModel => Modelled is null && Records.Any(record => IsReal(record) && record.State == RunState.Done);

    /// <summary>The records behind <see cref="Comparison"/>, in order.</summary>
    internal IEnumerable<RunRecord> Shown => Records.Where(record => IsReal(record) == Records.Any(IsReal));

    /// <summary>True for a run of one of the two arms that are compared.</summary>
    internal bool IsOfTwoArms(RunRecord run) => run.Request.Arm == Comparison.Before.Name || run.Request.Arm == Comparison.After.Name;

    /// <summary>True when something speaks against the counter's value in one of the shown runs.</summary>
    internal bool IsUntrusted(ComparisonRow row)
    {
        string name = row.Cpu is null ? row.Counter : row.Counter[..row.Counter.LastIndexOf('/')];
        return Shown.Any(record => record.State == RunState.Done && record.Find(name)?.Trust == CounterTrust.Untrusted);
    }

    /// <summary>The host that an arm's shown runs were on; null for the model or when none came so far.</summary>
    internal HostDescription? HostOf(string arm) =>
        Shown.FirstOrDefault(record => record.Request.Arm == arm && record.Host is not null)?.Host;

    /// <summary>The runs of an arm that the table stands for, in order: done, and of several for one pair the last.</summary>
    internal IReadOnlyList<RunRecord> DoneRuns(string arm) =>
    [
        .. Shown.Where(run => run.Request.Arm == arm).GroupBy(run => run.Request.Pair)
            .Select(pair => pair.MaxBy(run => run.Started)!).Where(run => run.State == RunState.Done).OrderBy(run => run.Request.Sequence),
    ];

    private static bool IsReal(RunRecord record) => record.Origin != Origin.Modelled;
}
