using Harness.Records;

namespace Harness.Analysis;

/// <summary>One arm of a stored session, as a side of a comparison of two sessions.</summary>
public sealed record SessionSide
{
    /// <summary>
    /// Sessions looked at for drift, the newest. Assumed: a spread of twenty is known to 16 %, and reading more takes seconds.
    /// </summary>
    public const int MostOthers = 20;

    /// <summary>The side.</summary>
    /// <param name="session">The session.</param>
    /// <param name="arm">The arm's name.</param>
    /// <param name="records">The session's records.</param>
    /// <exception cref="UsageException">No run of the arm has a result.</exception>
    public SessionSide(Manifest session, string arm, IReadOnlyList<RunRecord> records)
    {
        Session = session;
        Arm = arm;
        RunRecord[] own = [.. records.Where(run => run.Request.Arm == arm)];
        Example = own.Where(run => run.State is RunState.Done or RunState.Invalid).MinBy(run => run.Origin == Origin.Modelled)
            ?? throw new UsageException($"no run of {Name} has a result: {Without(session)}");
        Named = [.. own.Select(run => run with { Request = run.Request with { Arm = Name } })];
    }

    /// <summary>The session.</summary>
    public Manifest Session { get; }

    /// <summary>The arm's name.</summary>
    public string Arm { get; }

    /// <summary>The side's name: <c>SESSION:ARM</c>, as <c>compare</c> takes it.</summary>
    public string Name => $"{Session.Session}:{Arm}";

    /// <summary>
    /// The records of other sessions that ran the same (<see cref="IsAlike"/>), one list a session: what drift between sessions is measured
    /// from. None when it is to be assumed.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<RunRecord>> Others { get; init; } = [];

    /// <summary>How the side's numbers came to be: modelled when it ran on the model alone.</summary>
    internal Origin Origin => Example.Origin;

    /// <summary>A run that stands for all of them.</summary>
    internal RunRecord Example { get; }

    /// <summary>The arm's records with the side's name as their arm, so that arms of one name in two sessions are told apart.</summary>
    internal IReadOnlyList<RunRecord> Named { get; }

    /// <summary>
    /// True for another session in which this arm ran the same: of the same plan and shape (of the same parameters and machine, when the
    /// command line changed them), with the arm on the same target, on the same box.
    /// </summary>
    public bool IsAlike(Manifest other)
    {
        bool sameWork = Session.Altered || other.Altered ? other.PlanChecksum == Session.PlanChecksum : other.Shape == Session.Shape;
        return other.Session != Session.Session && other.Plan == Session.Plan && sameWork
            && other.SameArm == Session.SameArm && other.Box == Session.Box
            && other.Arms.Contains(Session.Arms.First(arm => arm.Name == Arm));
    }

    /// <summary>How far the arm's level of a counter differs between sessions; runs of this side's origin alone tell.</summary>
    internal Drift DriftOf(CounterPart part) => Drift.Of(Others.Select(records =>
        ArmRuns.Of(records.Where(run => run.Origin == Origin), Arm).Values(part).Values));

    private static string Without(Manifest session) =>
        string.Join(", ", session.Runs.GroupBy(run => run.State).Select(state => $"{state.Count()} {state.Key}")).ToLowerInvariant();
}
