namespace Harness.Host.Probes;

/// <summary>A work whose cost in events is known beforehand. It takes its memory and threads only when it is first made ready.</summary>
internal interface IKnownWork : IDisposable
{
    /// <summary>What is done, and where: <c>2,048 fresh pages touched on CPU 0</c>.</summary>
    string Words { get; }

    /// <summary>The perf events that its claims need.</summary>
    IReadOnlyList<string> Events { get; }

    /// <summary>What the counters must make of it.</summary>
    IReadOnlyList<Claim> Claims { get; }

    /// <summary>Why it cannot be done here at all; null when it can.</summary>
    string? WhyNot { get; }

    /// <summary>Makes ready for one try, outside the window.</summary>
    void Prepare();

    /// <summary>Does the work once, inside the window.</summary>
    /// <returns>Null when it was done as claimed; else what the host did meanwhile that makes this try worth nothing.</returns>
    string? Perform();
}
