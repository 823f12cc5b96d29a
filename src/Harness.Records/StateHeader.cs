namespace Harness.Records;

/// <summary>What stands before the state of an interrupted simulation.</summary>
public sealed record StateHeader
{
    /// <summary>What the state belongs to: a hash over everything that decides the future.</summary>
    public required string Key { get; init; }

    /// <summary>How long the simulation has taken so far, in seconds.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>The arm when it is over; no state follows then.</summary>
    public ScaledArm? Over { get; init; }
}
