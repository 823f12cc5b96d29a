using System.Globalization;

namespace Harness.Records;

/// <summary>Counters of one run over the time of its window.</summary>
public sealed record Timeline
{
    /// <summary>The shortest interval, in seconds: 100 samples a second (assumed: at 1 kHz the sampling is the workload).</summary>
    public const double ShortestSeconds = 0.01;

    /// <summary>The longest interval, in seconds: one hour (assumed: beyond, the window's two ends say as much).</summary>
    public const double LongestSeconds = 3600;

    /// <summary>The interval asked for, in seconds: 0.01 to 3600.</summary>
    public required double IntervalSeconds { get; init; }

    /// <summary>Ticks for which no sample was taken, because the sampler got no CPU in time or its room was full.</summary>
    public required int MissedTicks { get; init; }

    /// <summary>
    /// When each sample was taken, in seconds since the window began; ascending. The last is the window's end, which need not be a tick.
    /// </summary>
    public required IReadOnlyList<double> Seconds { get; init; }

    /// <summary>One series a counter.</summary>
    public required IReadOnlyList<TimelineSeries> Series { get; init; }

    /// <summary>The intervals there are, in words.</summary>
    public static string Intervals { get; } =
        string.Create(CultureInfo.InvariantCulture, $"{ShortestSeconds} to {LongestSeconds}");

    /// <summary>Reads an interval as a plan or a command line gives it; false for what no sampler takes.</summary>
    public static bool TryParse(string text, out double seconds) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out seconds) && Takes(seconds);

    /// <summary>True for an interval that a sampler takes: 0 (none), or from the shortest to the longest.</summary>
    public static bool Takes(double seconds) => seconds is 0 or >= ShortestSeconds and <= LongestSeconds;
}

/// <summary>One counter over the samples of a <see cref="Timeline"/>.</summary>
/// <param name="Counter">Its name; see <see cref="Records.Counter.Name"/>.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Values">
/// The total since the window began at each sample, as many as <see cref="Timeline.Seconds"/>; none when one of them could not be read.
/// </param>
public sealed record TimelineSeries(string Counter, string Unit, IReadOnlyList<double> Values)
{
    /// <summary>Why there are no values; null when there are.</summary>
    public string? Note { get; init; }
}
