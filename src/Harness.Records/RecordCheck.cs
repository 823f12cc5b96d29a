namespace Harness.Records;

/// <summary>Checks what the JSON serializer lets through: a newer format, nulls inside lists, numbers too large to be one.</summary>
internal static class RecordCheck
{
    /// <summary>Null when the value can be used, else a clause on what is wrong with it.</summary>
    public static string? Problem(object value) => value switch
    {
        RunRecord record => Newer(record.Version, RunRecord.CurrentVersion) ?? Problem(record.Request) ?? HasNull(record.Counters)
            ?? HasNull(record.KnobsInForce) ?? HasNull(record.Proofs) ?? HasNull(record.Probes) ?? HasNull(record.KernelMessages)
            ?? Problem(record.Timeline) ?? (record.OwnCost is { } cost ? HasNull(cost.Notes) : null)
            ?? (double.IsFinite(record.WindowSeconds) && record.Counters.All(IsFinite) && record.Probes.All(IsFinite)
                ? null : "a number is too large"),
        RunRequest request => Newer(request.Version, RunRecord.CurrentVersion) ?? HasNull(request.Knobs)
            ?? HasNull(request.Command.Arguments)
            ?? (request.Command.External?.Patterns.Values.Contains(null!) == true ? "a pattern is null" : null)
            ?? HasNull(request.Actions) ?? HasNull(request.Events) ?? HasNull(request.TimelineCounters)
            ?? (double.IsFinite(request.DeadlineSeconds) && double.IsFinite(request.TimelineSeconds) ? null : "a number is too large"),
        Manifest manifest => Newer(manifest.Version, Manifest.CurrentVersion) ?? HasNull(manifest.Arms) ?? HasNull(manifest.Runs)
            ?? HasNull(manifest.Counters),
        ScaledResult result => Newer(result.Version, ScaledResult.CurrentVersion) ?? HasNull(result.Arms) ?? HasNull(result.Counters)
            ?? HasNull(result.Assumptions) ?? (result.Fraction is > 0 and <= 1 ? null : "its fraction is none")
            ?? result.Arms.Select(Problem).FirstOrDefault(problem => problem is not null),
        ScaledArm arm => Problem(arm.Record) ?? (double.IsFinite(arm.WallSeconds) ? null : "a number is too large"),
        StateHeader header => (double.IsFinite(header.WallSeconds) ? null : "a number is too large")
            ?? (header.Over is null ? null : Problem(header.Over)),
        SessionCost cost => Newer(cost.Version, SessionCost.CurrentVersion) ?? HasNull(cost.Phases) ?? HasNull(cost.Notes),
        FittedConstants fitted => (fitted.Version == FittedConstants.CurrentVersion
                ? null : $"is of format {fitted.Version}, this Harness reads {FittedConstants.CurrentVersion}; fit again with calibrate")
            ?? HasNull(fitted.Cpus) ?? HasNull(fitted.Kernels) ?? HasNull(fitted.Sessions) ?? HasNull(fitted.Constants)
            ?? fitted.Constants.Select(Problem).FirstOrDefault(problem => problem is not null),
        FittedConstant constant => double.IsFinite(constant.Value) && constant.Value > 0
            ? null : $"its constant '{constant.Name}' is no positive number",
        _ => null,
    };

    private static string? Problem(Timeline? timeline)
    {
        if (timeline is null) return null;
        if (HasNull(timeline.Series) is { } problem) return problem;
        return timeline.Series.All(series => series.Values.Count == 0 || series.Values.Count == timeline.Seconds.Count)
            ? null
            : "a series of the timeline is not as long as its times";
    }

    private static string? Newer(int version, int known) =>
        version > known ? "was written by a newer Harness; read it with that one" : null;

    private static string? HasNull<T>(IReadOnlyList<T> list)
        where T : class => list.Contains(null!) ? "a list holds null" : null;

    private static bool IsFinite(Counter counter) =>
        double.IsFinite(counter.Value ?? 0) && double.IsFinite(counter.RunningShare ?? 0) && (counter.PerCpu?.All(double.IsFinite) ?? true);

    private static bool IsFinite(CounterProbe probe) =>
        double.IsFinite(probe.Least) && double.IsFinite(probe.Most ?? 0) && double.IsFinite(probe.Seen ?? 0);
}
