namespace Harness.Records;

/// <summary>What simulating a plan on its full machine, or on a share of it, gave: one run an arm.</summary>
public sealed record ScaledResult
{
    /// <summary>The format's current version.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Version of the format this result was written in.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The plan's name.</summary>
    public required string Plan { get; init; }

    /// <summary>The plan's title.</summary>
    public required string Title { get; init; }

    /// <summary>The share as the user gave it: <c>full</c>, <c>1/64</c>.</summary>
    public required string Scale { get; init; }

    /// <summary>The share as a number, above 0 and at most 1.</summary>
    public required double Fraction { get; init; }

    /// <summary>The machine's name.</summary>
    public required string Machine { get; init; }

    /// <summary>The machine's values that nobody published: key, value and why, a line each.</summary>
    public required IReadOnlyList<string> Assumptions { get; init; }

    /// <summary>The workload's parameters at full size, those of single arms not applied.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>The counters that the plan judges, in its order.</summary>
    public required IReadOnlyList<JudgedCounter> Counters { get; init; }

    /// <summary>Which build of the model it was; equal builds give equal results.</summary>
    public required string Model { get; init; }

    /// <summary>When the last arm ended (UTC).</summary>
    public required DateTimeOffset Finished { get; init; }

    /// <summary>The arms, in the plan's order.</summary>
    public required IReadOnlyList<ScaledArm> Arms { get; init; }

    /// <summary>Most memory that the process held at any time, in bytes, whatever it did besides.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>The arm of that name, or null.</summary>
    public ScaledArm? Find(string arm) => Arms.FirstOrDefault(other => other.Record.Request.Arm == arm);
}

/// <summary>One arm of a <see cref="ScaledResult"/>.</summary>
/// <param name="Record">Its run.</param>
/// <param name="WallSeconds">How long the simulation of it took, all parts of an interrupted one together.</param>
public sealed record ScaledArm(RunRecord Record, double WallSeconds);
