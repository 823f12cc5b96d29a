using Harness.Host.Perf;

namespace Harness.Host.Timelines;

/// <summary>
/// The run's own perf events, read while they count: the window's readings and the counting are not touched. The kernel reads an event that
/// counts on another CPU by interrupting that CPU with a function call (row <c>CAL</c> of <c>/proc/interrupts</c>): each reading costs one
/// such interrupt for each group on each CPU but the reader's.
/// </summary>
internal sealed class PerfSource : ITimelineSource
{
    private const string Unit = "events";

    private readonly PerfSession.Entry?[] places;
    private readonly PerfGroup[] groups;

    /// <summary>Finds the events in the session, which the caller keeps open.</summary>
    public PerfSource(PerfSession session, IReadOnlyList<TimelineName> wanted)
    {
        places = [.. wanted.Select(name => session.Find(name.Counter))];
        groups = [.. places.Select(place => place?.Group).OfType<PerfGroup>().Distinct()];
        Series = [.. wanted.Select(name => (name.Counter, Unit))];
    }

    public IReadOnlyList<(string Counter, string Unit)> Series { get; }

    public int Calls => groups.Sum(group => group.Cpus - 1);

    // The session's start is the zero.
    public void Zero()
    {
    }

    public void Read(Span<double> totals)
    {
        foreach (PerfGroup group in groups) group.ReadNow();
        for (int i = 0; i < places.Length; i++)
            totals[i] = places[i] is { Group: { } group } place ? group.SoFar(place.Member) : double.NaN;
    }

    public string WhyNot(int series) => places[series] is { } place
        ? place.Group is null ? place.Why : "the event could not be read all the time: its CPU left, or it got no hardware counter"
        : "the event has no such part";

    public void Dispose()
    {
    }
}
