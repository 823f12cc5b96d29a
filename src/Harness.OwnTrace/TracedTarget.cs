using Harness.Experiments;
using Harness.Records;

namespace Harness.OwnTrace;

/// <summary>
/// A target whose runs are executed in this very process, so that its runtime sits beside the workload: what the trace saw of each window
/// goes into the record in place of the runtime's counters.
/// </summary>
/// <param name="inner">The target; it becomes this one's.</param>
/// <param name="trace">The session's trace, which stays the caller's.</param>
public sealed class TracedTarget(ITarget inner, SessionTrace trace) : ITarget
{
    /// <inheritdoc />
    public string Name => inner.Name;

    /// <inheritdoc />
    public async Task<RunRecord> RunAsync(RunRequest request, string logs, CancellationToken cancel)
    {
        RunRecord record = await inner.RunAsync(request, logs, cancel);
        return await trace.CutAsync() is { } window && record.OwnCost is { } cost ? record with { OwnCost = Traced(cost, window) } : record;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private static OwnCost Traced(OwnCost cost, PhaseCost window)
    {
        OwnCost traced = cost with
        {
            Traced = true,
            Collections = window.Collections,
            GcPauseSeconds = window.GcPauseSeconds,
            LongestGcPauseSeconds = window.LongestGcPauseSeconds,
            MethodsCompiled = window.MethodsCompiled,
            CompileSeconds = window.CompileSeconds,
        };
        return traced with { Notes = OwnCostNotes.Of(traced) };
    }
}
