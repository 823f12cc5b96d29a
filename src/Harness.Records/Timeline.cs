namespace Harness.Records;

/// <summary>Counters of one run over the time of its window.</summary>
public sealed record Timeline
{
    /// <summary>The interval asked for, in seconds: 0.01 to 3600.</summary>
    public required double IntervalSeconds { get; init; }

    /// <summary>Ticks for which no sample was taken, because the sampler got no CPU in time or its room was full.</summary>
    public required int MissedTicks { get; init; }

    /// <summary>When each sample was taken, in seconds since the window began; ascending.</summary>
    public required IReadOnlyList<double> Seconds { get; init; }

    /// <summary>One series a counter.</summary>
    public required IReadOnlyList<TimelineSeries> Series { get; init; }
}

/// <summary>One counter over the samples of a <see cref="Timeline"/>.</summary>
/// <param name="Counter">Its name; see <see cref="Records.Counter.Name"/>.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Values">The total since the window began at each sample, as many as <see cref="Timeline.Seconds"/>.</param>
public sealed record TimelineSeries(string Counter, string Unit, IReadOnlyList<double> Values);
