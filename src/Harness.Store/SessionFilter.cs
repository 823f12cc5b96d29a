namespace Harness.Store;

/// <summary>Which sessions to list. What is null does not matter.</summary>
public sealed record SessionFilter
{
    /// <summary>The word for the plan's own shape.</summary>
    public const string Own = "own";

    /// <summary>The plan's name.</summary>
    public string? Plan { get; init; }

    /// <summary>
    /// The shape's name, <see cref="Own"/> for the plan's own. Sessions that the command line altered, and those of one arm on both sides,
    /// are of no shape.
    /// </summary>
    public string? Shape { get; init; }

    /// <summary>The box.</summary>
    public string? Box { get; init; }

    /// <summary>
    /// Begins the release of a kernel that one of the session's runs had: <c>6.12</c>, <c>6.12.117+deb12</c>. A number is whole: <c>6.1</c>
    /// is not the beginning of 6.12.
    /// </summary>
    public string? Kernel { get; init; }

    /// <summary>True for sessions of <c>nightly</c> alone.</summary>
    public bool NightlyOnly { get; init; }

    /// <summary>True for sessions with a run that is done.</summary>
    public bool WithResult { get; init; }

    /// <summary>Sessions that began at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Sessions that began before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>At most so many, the newest.</summary>
    public int? Limit { get; init; }
}
