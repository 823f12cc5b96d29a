using Harness.Records;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;

namespace Harness.OwnTrace;

/// <summary>What a trace of this process tells.</summary>
/// <param name="Phases">The phases it saw.</param>
/// <param name="Open">Phases that had begun and not ended, the innermost last.</param>
/// <param name="Lost">Events that found no room in the runtime's buffer.</param>
internal sealed record TraceReading(IReadOnlyList<PhaseCost> Phases, IReadOnlyList<string> Open, long Lost);

/// <summary>Reads a trace in the runtime's nettrace format and lays collections, pauses and compilations to the innermost phase.</summary>
internal sealed class TraceReader
{
    private readonly Dictionary<string, PhaseCost> phases = [];
    private readonly List<string> open;
    private readonly Dictionary<int, double> compiling = [];
    private double phaseSince;
    private (string Phase, double Since)? pause;

    private TraceReader(IReadOnlyList<string> open) => this.open = [.. open];

    private string Phase => open.Count > 0 ? open[^1] : PhaseCost.Other;

    /// <summary>Reads a whole trace.</summary>
    /// <param name="trace">The trace, from its first byte.</param>
    /// <param name="open">Phases that were open when it began.</param>
    /// <exception cref="Exception">What stands there is no trace; of which type is not documented.</exception>
    public static TraceReading Read(Stream trace, IReadOnlyList<string> open)
    {
        TraceReader reader = new(open);
        using EventPipeEventSource source = new(trace);
        source.Clr.GCStart += one => reader.Add(reader.Phase, new PhaseCost("", 0, 1, 0, 0, 0, 0));
        source.Clr.GCSuspendEEStart += reader.Suspend;
        source.Clr.GCRestartEEStop += reader.Restart;
        source.Clr.MethodJittingStarted += one => reader.compiling[one.ThreadID] = one.TimeStampRelativeMSec;
        source.Clr.MethodLoadVerbose += reader.Compiled;
        source.Dynamic.AddCallbackForProviderEvent(Records.Phases.ProviderName, null, reader.Change);
        source.Process();
        reader.Pass(source.SessionDuration.TotalMilliseconds);
        return new TraceReading([.. reader.phases.Values], reader.open, source.EventsLost);
    }

    private void Change(TraceEvent one)
    {
        if (one.PayloadByName("phase") is not string phase) return;
        Pass(one.TimeStampRelativeMSec);
        if ((int)one.ID == Records.Phases.BeginId)
        {
            open.Add(phase);
        }
        else if (open.LastIndexOf(phase) is >= 0 and int place)
        {
            // A run that failed did not end its window.
            open.RemoveRange(place, open.Count - place);
        }
    }

    private void Pass(double now)
    {
        Add(Phase, new PhaseCost("", (now - phaseSince) / 1000, 0, 0, 0, 0, 0));
        phaseSince = now;
    }

    private void Suspend(GCSuspendEETraceData one)
    {
        bool collects = one.Reason is GCSuspendEEReason.SuspendForGC or GCSuspendEEReason.SuspendForGCPrep;
        pause = collects ? (Phase, one.TimeStampRelativeMSec) : null;
    }

    private void Restart(GCNoUserDataTraceData one)
    {
        if (pause is not (string phase, double since)) return;
        pause = null;
        // At the edges of a window its thread may be the one that was still running, or runs again already.
        string where = Phase == Records.Phases.Window ? Phase : phase;
        double seconds = (one.TimeStampRelativeMSec - since) / 1000;
        Add(where, new PhaseCost("", 0, 0, seconds, seconds, 0, 0));
    }

    private void Compiled(MethodLoadUnloadVerboseTraceData one)
    {
        // Methods that were compiled before they were shipped load without having been started.
        if (!compiling.Remove(one.ThreadID, out double since)) return;
        Add(Phase, new PhaseCost("", 0, 0, 0, 0, 1, (one.TimeStampRelativeMSec - since) / 1000));
    }

    private void Add(string phase, PhaseCost cost) =>
        phases[phase] = (phases.TryGetValue(phase, out PhaseCost? sum) ? sum : new PhaseCost(phase, 0, 0, 0, 0, 0, 0)).Plus(cost);
}
