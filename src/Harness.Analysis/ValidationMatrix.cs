namespace Harness.Analysis;

/// <summary>One session of a matrix.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Shape">Its shape; null for the plan's own.</param>
/// <param name="Session">The session's id.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Wmape">Its weighted error.</param>
public sealed record MatrixSession(string Plan, string? Shape, string Session, IReadOnlyList<ValidationRow> Rows, WeightedError Wmape);

/// <summary>The weighted error of a plan over all its shapes.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Wmape">The error.</param>
public sealed record PlanError(string Plan, WeightedError Wmape);

/// <summary>The model held against the stored sessions of several plans and their shapes.</summary>
/// <param name="Sessions">The sessions, plan by plan.</param>
/// <param name="Missing">Plans and shapes without a session, as <c>PLAN</c> or <c>PLAN SHAPE</c>.</param>
/// <param name="Constants">What the model's constants rest on: one line.</param>
public sealed record ValidationMatrix(IReadOnlyList<MatrixSession> Sessions, IReadOnlyList<string> Missing, string Constants)
{
    /// <summary>The weighted error of each plan.</summary>
    public IReadOnlyList<PlanError> Plans { get; } =
    [
        .. Sessions.GroupBy(session => session.Plan)
            .Select(plan => new PlanError(plan.Key, WeightedError.Of(plan.SelectMany(session => session.Rows)))),
    ];

    /// <summary>The weighted error over all plans.</summary>
    public WeightedError Wmape { get; } = WeightedError.Of(Sessions.SelectMany(session => session.Rows));

    /// <summary>Every row with an error, the largest first.</summary>
    public IEnumerable<(MatrixSession Session, ValidationRow Row)> Worst() => Sessions
        .SelectMany(session => session.Rows.Where(row => row.Error is not null).Select(row => (session, row)))
        .OrderByDescending(one => Math.Abs(one.row.Error!.Value));
}
