namespace Harness.Store;

/// <summary>Which sessions to list. What is null does not matter.</summary>
public sealed record SessionFilter
{
    /// <summary>The plan's name.</summary>
    public string? Plan { get; init; }

    /// <summary>The shape's name, <c>own</c> for the plan's own. Sessions that the command line altered are of no shape.</summary>
    public string? Shape { get; init; }

    /// <summary>The box.</summary>
    public string? Box { get; init; }

    /// <summary>Begins the release of a kernel that one of the session's runs had: <c>6.12</c>, <c>6.12.117+deb12</c>.</summary>
    public string? Kernel { get; init; }

    /// <summary>True for sessions of <c>nightly</c> alone.</summary>
    public bool NightlyOnly { get; init; }

    /// <summary>Sessions that began at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Sessions that began before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>At most so many, the newest.</summary>
    public int? Limit { get; init; }
}
