namespace Harness.Records;

/// <summary>
/// What the runtime of the harness did in one phase of its own work, by its event trace; phases inside it are not included.
/// </summary>
/// <param name="Phase">The phase's name; see <see cref="Phases"/>. <c>other</c> for what lies between phases.</param>
/// <param name="Seconds">How long it took, all times together.</param>
/// <param name="Collections">Garbage collections that began in it.</param>
/// <param name="GcPauseSeconds">Time the runtime paused for them, in seconds.</param>
/// <param name="LongestGcPauseSeconds">The longest pause, in seconds.</param>
/// <param name="MethodsCompiled">Methods that the JIT compiler finished in it.</param>
/// <param name="CompileSeconds">Time it took for them, in seconds.</param>
public sealed record PhaseCost(
    string Phase, double Seconds, long Collections, double GcPauseSeconds, double LongestGcPauseSeconds, long MethodsCompiled,
    double CompileSeconds)
{
    /// <summary>The name of what lies between phases.</summary>
    public const string Other = "other";

    /// <summary>Both together, under this one's name.</summary>
    public PhaseCost Plus(PhaseCost more) => new(
        Phase,
        Seconds + more.Seconds,
        Collections + more.Collections,
        GcPauseSeconds + more.GcPauseSeconds,
        Math.Max(LongestGcPauseSeconds, more.LongestGcPauseSeconds),
        MethodsCompiled + more.MethodsCompiled,
        CompileSeconds + more.CompileSeconds);
}

/// <summary>What the harness's own runtime did in a session, phase by phase: <c>own-cost.json</c> of the session's folder.</summary>
public sealed record SessionCost
{
    /// <summary>The format's current version.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Version of the format it was written in.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The phases, in the order in which they first began.</summary>
    public IReadOnlyList<PhaseCost> Phases { get; init; } = [];

    /// <summary>One line each on what could not be traced, and why.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Both together; a phase of both is added up.</summary>
    public SessionCost Plus(SessionCost more) => new()
    {
        Phases = [.. Phases.Concat(more.Phases).GroupBy(phase => phase.Phase).Select(same => same.Aggregate((sum, one) => sum.Plus(one)))],
        Notes = [.. Notes.Union(more.Notes)],
    };
}
