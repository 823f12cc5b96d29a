using Harness.Analysis;

namespace Harness.Reports;

/// <summary>What one call of <c>nightly</c> ran and judged: the object of its <c>--json</c> and of <c>nightly.json</c>.</summary>
public sealed record NightlyReport
{
    /// <summary>The box.</summary>
    public required string Box { get; init; }

    /// <summary>When it began (UTC).</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>The code that the process leaves with: the worst of all plans.</summary>
    public required int ExitCode { get; init; }

    /// <summary>The plans, in the order in which they were named.</summary>
    public required IReadOnlyList<NightlyPlan> Plans { get; init; }
}

/// <summary>One plan of a <see cref="NightlyReport"/>.</summary>
public sealed record NightlyPlan
{
    /// <summary>The plan as it was named.</summary>
    public required string Plan { get; init; }

    /// <summary>The shape; null for the plan's own.</summary>
    public string? Shape { get; init; }

    /// <summary>0; 1 when a counter regressed; what else the run ended with.</summary>
    public required int ExitCode { get; init; }

    /// <summary>Why the plan was not run, or not to its end; null when it was.</summary>
    public string? Problem { get; init; }

    /// <summary>The runs of each arm tonight; empty when there is no night.</summary>
    public required IReadOnlyList<NightlyRuns> Runs { get; init; }

    /// <summary>The history with tonight as its last night; null when there is no night.</summary>
    public PlanHistory? History { get; init; }

    /// <summary>The plan and its shape in words.</summary>
    internal string Name => Shape is null ? Plan : $"{Plan} {Shape}";
}

/// <summary>How an arm's runs ended.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Planned">How many were planned.</param>
/// <param name="Done">How many gave a result.</param>
/// <param name="Problems">What became of the others, a sentence each.</param>
public sealed record NightlyRuns(string Arm, int Planned, int Done, IReadOnlyList<string> Problems);
