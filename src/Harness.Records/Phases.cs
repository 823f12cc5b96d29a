using System.Diagnostics.Tracing;

namespace Harness.Records;

/// <summary>
/// The phases of the harness's own work, as events for whoever traces the process (provider <c>Harness-Phases</c>): what the runtime's
/// collector and compiler do can then be laid to a phase. While nobody traces, a phase costs the look at one flag; the guest's agent is
/// built without event tracing.
/// </summary>
[EventSource(Name = ProviderName)]
public sealed class Phases : EventSource
{
    /// <summary>The provider's name.</summary>
    public const string ProviderName = "Harness-Phases";

    /// <summary>Number of the event that begins a phase; its payload is the phase's name.</summary>
    public const int BeginId = 1;

    /// <summary>Number of the event that ends one.</summary>
    public const int EndId = 2;

    /// <summary>A target is opened: a kernel found, an image built.</summary>
    public const string Open = "open";

    /// <summary>The counters are tried on work of known cost.</summary>
    public const string Probe = "probe";

    /// <summary>A run from its request to its record.</summary>
    public const string Run = "run";

    /// <summary>The measured part of a run, when it is on this host.</summary>
    public const string Window = "window";

    /// <summary>The model's prediction and the comparison.</summary>
    public const string Compare = "compare";

    /// <summary>The report is written.</summary>
    public const string Report = "report";

    private static readonly Phases Log = new();

    private Phases()
    {
    }

    /// <summary>A phase begins. Phases nest; they may begin and end on different threads.</summary>
    [NonEvent]
    public static void Begin(string phase)
    {
        if (Log.IsEnabled()) Log.PhaseBegin(phase);
    }

    /// <summary>It ends.</summary>
    [NonEvent]
    public static void End(string phase)
    {
        if (Log.IsEnabled()) Log.PhaseEnd(phase);
    }

    [Event(BeginId)]
    private void PhaseBegin(string phase) => WriteEvent(BeginId, phase);

    [Event(EndId)]
    private void PhaseEnd(string phase) => WriteEvent(EndId, phase);
}
