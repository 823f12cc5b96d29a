namespace Harness.Records;

/// <summary>A session that a fit used.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Shape">Its shape; null for the plan's own.</param>
/// <param name="Session">The session's id.</param>
/// <param name="HeldOut">True when nothing was fitted to it.</param>
public sealed record FittedSession(string Plan, string? Shape, string Session, bool HeldOut);

/// <summary>One constant of the model after a fit.</summary>
public sealed record FittedConstant
{
    /// <summary>Its name in the model.</summary>
    public required string Name { get; init; }

    /// <summary>Its unit; <c>times</c> is relative to what is assumed.</summary>
    public required string Unit { get; init; }

    /// <summary>Its value; the assumed one when the data could not tell it.</summary>
    public required double Value { get; init; }

    /// <summary>The value before the fit.</summary>
    public required double Assumed { get; init; }

    /// <summary>Lower end of the 95 % interval; null when the data could not tell the constant.</summary>
    public double? Low { get; init; }

    /// <summary>Upper end of it.</summary>
    public double? High { get; init; }

    /// <summary>Why the data cannot tell the constant; null when they can.</summary>
    public string? Untold { get; init; }
}

/// <summary>Weighted errors of a fit, over count rows; null where there was nothing to weigh.</summary>
/// <param name="Before">Over all rows, with the assumed constants.</param>
/// <param name="Fitted">Over the rows fitted to.</param>
/// <param name="HeldOut">Over the rows held out.</param>
/// <param name="Folds">Over the fitted shapes, each predicted by a fit without it.</param>
public sealed record FittedErrors(double? Before, double? Fitted, double? HeldOut, double? Folds);

/// <summary>Constants of the model that were fitted to measured runs, with how and on what.</summary>
public sealed record FittedConstants
{
    /// <summary>The format's current version.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Version of the format.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>How the runs came to be that they describe: emulated guests or hardware.</summary>
    public required Origin Origin { get; init; }

    /// <summary>When they were fitted (UTC).</summary>
    public required DateTimeOffset Fitted { get; init; }

    /// <summary>The build of the model.</summary>
    public required string Model { get; init; }

    /// <summary>How they were fitted: one line.</summary>
    public required string Method { get; init; }

    /// <summary>Processors that the kernels saw.</summary>
    public required IReadOnlyList<string> Cpus { get; init; }

    /// <summary>CPUs of the host that ran the sessions.</summary>
    public required int HostCores { get; init; }

    /// <summary>The kernels' releases.</summary>
    public required IReadOnlyList<string> Kernels { get; init; }

    /// <summary>The sessions used and held out.</summary>
    public required IReadOnlyList<FittedSession> Sessions { get; init; }

    /// <summary>The constants, told and untold.</summary>
    public required IReadOnlyList<FittedConstant> Constants { get; init; }

    /// <summary>The errors.</summary>
    public required FittedErrors Wmape { get; init; }

    /// <summary>True when a session of that plan and shape was fitted to.</summary>
    public bool IsFittedTo(string plan, string? shape) =>
        Sessions.Any(session => session.Plan == plan && session.Shape == shape && !session.HeldOut);
}
