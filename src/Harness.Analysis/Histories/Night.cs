namespace Harness.Analysis;

/// <summary>One session of a history.</summary>
public sealed record Night
{
    /// <summary>The session's id.</summary>
    public required string Session { get; init; }

    /// <summary>When it began (UTC).</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Why its level was accepted as the new normal; null when it was not.</summary>
    public string? Accepted { get; init; }

    /// <summary>What differs from the night before, by arm; empty for the first night and when nothing is known to differ.</summary>
    public required IReadOnlyList<NightDifference> Differences { get; init; }
}

/// <summary>One name of an arm's environment that changed since the night before.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Difference">The name and its two values; <see cref="EnvironmentDifference.Before"/> is the night before.</param>
public sealed record NightDifference(string Arm, EnvironmentDifference Difference);
