namespace Harness.Records;

/// <summary>A simulation that published figures are held against.</summary>
public sealed record PublishedRun
{
    /// <summary>The plan.</summary>
    public required string Plan { get; init; }

    /// <summary>Workload parameters on top of the plan's full size.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The scale it is simulated at when no result at full size is kept.</summary>
    public required string Scale { get; init; }

    /// <summary>The arm that stands for the published side before the change.</summary>
    public required string Before { get; init; }

    /// <summary>The arms that stand for the side after it: more than one where it is open which of them was measured.</summary>
    public required IReadOnlyList<string> After { get; init; }

    /// <summary>Whether a result is one of this run: its plan's, with these parameters.</summary>
    public bool Is(ScaledResult result) =>
        result.Plan == Plan
        && Parameters.All(wanted => result.Parameters.TryGetValue(wanted.Key, out string? value) && value == wanted.Value);
}

/// <summary>What of the model a published figure is held against: a counter of a run, a constant, or nothing.</summary>
public sealed record PublishedModel
{
    /// <summary>The run, or null.</summary>
    public PublishedRun? Run { get; init; }

    /// <summary>A counter of the run, or a sum of counters (<see cref="CounterSum"/>).</summary>
    public string? Counter { get; init; }

    /// <summary>What the counter is divided by: a counter, or a sum of counters; null for nothing.</summary>
    public string? Per { get; init; }

    /// <summary>What the quotient is multiplied by: test sets added up, another unit.</summary>
    public double Times { get; init; } = 1;

    /// <summary>The name of one of the model's constants, or null.</summary>
    public string? Constant { get; init; }

    /// <summary>Why the model cannot give it, or null.</summary>
    public string? Reason { get; init; }
}

/// <summary>A figure that somebody published of one of the experiments, and what of the model it is held against.</summary>
public sealed record PublishedFigure
{
    /// <summary>The heading it stands under: its file's title.</summary>
    public required string Group { get; init; }

    /// <summary>A short name that stays.</summary>
    public required string Id { get; init; }

    /// <summary>The quantity, in one line.</summary>
    public required string What { get; init; }

    /// <summary>The unit of all values but <see cref="Change"/>.</summary>
    public required string Unit { get; init; }

    /// <summary>The value before the change, or null.</summary>
    public double? Before { get; init; }

    /// <summary>The value after the change, or null.</summary>
    public double? After { get; init; }

    /// <summary>The relative change: −0.053 for 5.3 % less; null when none is stated.</summary>
    public double? Change { get; init; }

    /// <summary>A value without a before and an after, or null.</summary>
    public double? Value { get; init; }

    /// <summary>The lower end of a published range, or null.</summary>
    public double? Low { get; init; }

    /// <summary>The upper end of a published range, or null.</summary>
    public double? High { get; init; }

    /// <summary>The source's own spread, in its words, or null.</summary>
    public string? Spread { get; init; }

    /// <summary>Where it was published.</summary>
    public required string Source { get; init; }

    /// <summary>True when a constant of the model was fitted on it, so that it is no prediction.</summary>
    public bool Fit { get; init; }

    /// <summary>What it is held against.</summary>
    public required PublishedModel Model { get; init; }
}
