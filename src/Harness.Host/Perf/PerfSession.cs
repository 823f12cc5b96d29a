using Harness.Interop;
using Harness.Records;
using Mono.Unix.Native;

namespace Harness.Host.Perf;

/// <summary>The perf events of one run, opened system-wide per CPU, counted between <see cref="Start"/> and <see cref="Stop"/>.</summary>
public sealed class PerfSession : IDisposable
{
    private readonly List<Entry> entries = [];
    private readonly List<PerfGroup> groups = [];
    private readonly IReadOnlyList<int> cpus;
    private bool stopped;

    private PerfSession(IReadOnlyList<int> cpus)
    {
        this.cpus = cpus;
    }

    /// <summary>Opens the events. One that cannot be opened is kept as unsupported with the reason; it never ends the run.</summary>
    /// <param name="events">
    /// perf's names; a tracepoint as <c>tlb:tlb_flush</c> (also split by reason), others as <c>page-faults</c>, <c>dTLB-load-misses</c>.
    /// </param>
    /// <param name="cpus">Online CPU ids, ascending; at least one.</param>
    /// <exception cref="UsageException">There is no event of that name.</exception>
    /// <exception cref="HostCannotException">The native library is missing or of another build.</exception>
    public static PerfSession Open(IReadOnlyList<string> events, IReadOnlyList<int> cpus)
    {
        ArgumentOutOfRangeException.ThrowIfZero(cpus.Count);
        PerfSpec[] specs = [.. events.Distinct().SelectMany(name => PerfEvents.Resolve(name, Tracefs.Usual))];
        if (HarnessNative.Missing is { } missing) throw new HostCannotException(missing);
        PerfSession session = new(cpus);
        foreach (PerfSpec spec in specs) session.entries.Add(session.Place(spec));
        foreach (PerfGroup group in session.groups) group.Arm();
        return session;
    }

    /// <summary>Takes the present counts as zero and enables all events. Does not allocate.</summary>
    public void Start()
    {
        stopped = false;
        foreach (PerfGroup group in groups) group.ReadBefore();
        foreach (PerfGroup group in groups) group.Enable();
    }

    /// <summary>Disables all events and reads them. Does not allocate.</summary>
    public void Stop()
    {
        foreach (PerfGroup group in groups) group.Disable();
        foreach (PerfGroup group in groups) group.ReadAfter();
        stopped = true;
    }

    /// <summary>
    /// The counts of the window, in the order asked for. Counters: <c>perf.NAME</c>, <c>trace.SUBSYSTEM:NAME</c>,
    /// <c>trace.tlb:tlb_flush/REASON</c>; per CPU in the order of the CPUs given to <see cref="Open"/>. A hardware event that stands at
    /// zero where it cannot is untrusted, one whose CPU left within the window is lost.
    /// </summary>
    /// <exception cref="InvalidOperationException">There was no window yet.</exception>
    public IReadOnlyList<Counter> Read() =>
        stopped
            ? BusyZeros.Doubt([.. entries.Select(Count)], [.. entries.Select(entry => entry.Spec.OnPmu)], cpus)
            : throw new InvalidOperationException("the perf events have not been started and stopped");

    /// <summary>Where the event of a counter is counted; null when no event becomes that counter.</summary>
    internal Entry? Find(string counter) => entries.Find(entry => entry.Spec.Counter == counter);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (PerfGroup group in groups) group.Dispose();
    }

    private static Counter Count(Entry entry) =>
        entry.Group?.Counter(entry.Member) ?? PerfWindow.Without(entry.Spec, CounterTrust.Unsupported, entry.Why);

    // Software events and tracepoints fit into one group. Hardware events join the last group while the PMU can count them all at once.
    private Entry Place(PerfSpec spec)
    {
        if (spec.Problem is not null) return new Entry(spec, null, 0, spec.Problem);
        PerfGroup? group = groups.FindLast(group => group.OnPmu == spec.OnPmu);
        try
        {
            if (group is not null) return new Entry(spec, group, group.Add(spec));
        }
        catch (NativeException e) when (e.Errno == Errno.EINVAL && spec.OnPmu)
        {
            // no room beside the others: a group of its own, which the kernel then multiplexes with them
        }
        catch (NativeException e)
        {
            return new Entry(spec, null, 0, e.Message);
        }
        return PlaceAlone(spec);
    }

    private Entry PlaceAlone(PerfSpec spec)
    {
        PerfGroup group = new(cpus, spec.OnPmu);
        try
        {
            Entry entry = new(spec, group, group.Add(spec));
            groups.Add(group);
            return entry;
        }
        catch (NativeException e)
        {
            return new Entry(spec, null, 0, e.Message);
        }
    }

    /// <summary>An event and where it is counted, or why it is not.</summary>
    internal sealed record Entry(PerfSpec Spec, PerfGroup? Group, int Member, string Why = "");
}
