using System.Diagnostics;

namespace Harness.Host.Probes;

/// <summary>A moment after which nothing is waited for any more.</summary>
internal readonly struct Deadline
{
    private readonly long end;

    private Deadline(long end)
    {
        this.end = end;
    }

    /// <summary>True when it has passed.</summary>
    public bool IsOver => Stopwatch.GetTimestamp() >= end;

    /// <summary>The moment so many seconds from now.</summary>
    public static Deadline In(double seconds) => new(Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency));
}
