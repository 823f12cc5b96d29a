using Harness.Interop;
using Harness.Records;

namespace Harness.Host.Perf;

/// <summary>
/// Events that are counted together: on every CPU one kernel group with the same members, so that they all cover exactly the same time.
/// Everything is allocated before <see cref="Arm"/> returns.
/// </summary>
/// <param name="cpus">The CPUs.</param>
/// <param name="onPmu">Whether the members need hardware counters.</param>
internal sealed class PerfGroup(IReadOnlyList<int> cpus, bool onPmu) : IDisposable
{
    // made here once: a lambda at its place of use would allocate in the window
    private static readonly Action<PerfEvent, PerfGroupReading> ReadLeader = (leader, into) => leader.Read(into);
    private static readonly Action<PerfEvent, PerfGroupReading> EnableLeader = (leader, _) => leader.Enable();
    private static readonly Action<PerfEvent, PerfGroupReading> DisableLeader = (leader, _) => leader.Disable();

    private readonly List<PerfSpec> specs = [];

    // by member, then by CPU; member 0 leads
    private readonly List<PerfEvent[]> opened = [];
    private PerfGroupReading[] before = [];
    private PerfGroupReading[] after = [];
    private PerfGroupReading[] now = [];
    private string? fault;
    private bool lost;

    /// <summary>Whether the members need hardware counters.</summary>
    public bool OnPmu => onPmu;

    /// <summary>How many CPUs it counts on.</summary>
    public int Cpus => cpus.Count;

    /// <summary>Opens an event on every CPU as a member; the first one leads. On an error nothing of it stays open.</summary>
    /// <returns>Its place in the group.</returns>
    /// <exception cref="NativeException">
    /// The kernel refuses on one of the CPUs; EINVAL also when the PMU cannot count it beside the others.
    /// </exception>
    public int Add(PerfSpec spec)
    {
        PerfEvent[] events = new PerfEvent[cpus.Count];
        int done = 0;
        try
        {
            for (; done < events.Length; done++)
            {
                PerfEvent? leader = opened.Count == 0 ? null : opened[0][done];
                events[done] = PerfEvent.Open(Attributes(spec, leads: leader is null), spec.Event, pid: -1, cpus[done], leader);
                if (spec.Filter is not null) events[done].SetFilter(spec.Filter);
            }
        }
        catch (NativeException)
        {
            foreach (PerfEvent? one in events) one?.Dispose();
            throw;
        }
        opened.Add(events);
        specs.Add(spec);
        return specs.Count - 1;
    }

    /// <summary>Makes room for the readings; no member can be added any more.</summary>
    public void Arm()
    {
        before = [.. cpus.Select(_ => new PerfGroupReading(specs.Count))];
        after = [.. cpus.Select(_ => new PerfGroupReading(specs.Count))];
        now = [.. cpus.Select(_ => new PerfGroupReading(specs.Count))];
    }

    /// <summary>Reads where the counts and times stand: the window's zero. The kernel's own reset would leave the times.</summary>
    public void ReadBefore()
    {
        fault = null;
        lost = false;
        OnEveryCpu(ReadLeader, before);
    }

    /// <summary>Reads where they stand at the end.</summary>
    public void ReadAfter() => OnEveryCpu(ReadLeader, after);

    /// <summary>Reads where they stand while they count, beside the readings of the window. One thread at a time.</summary>
    public void ReadNow()
    {
        try
        {
            for (int i = 0; i < now.Length && !lost; i++) opened[0][i].Read(now[i]);
        }
        catch (NativeException)
        {
            // A CPU that left does not come back into the group.
            lost = true;
        }
    }

    /// <summary>
    /// What a member had counted since the window's zero at the last <see cref="ReadNow"/>; NaN when it could not be read.
    /// </summary>
    public double SoFar(int member)
    {
        double sum = 0;
        for (int i = 0; i < now.Length; i++) sum += PerfWindow.Between(before[i], now[i], member).Scaled;
        return lost ? double.NaN : sum;
    }

    /// <summary>Starts all members on all CPUs.</summary>
    public void Enable() => OnEveryCpu(EnableLeader, before);

    /// <summary>Stops all members on all CPUs.</summary>
    public void Disable() => OnEveryCpu(DisableLeader, after);

    /// <summary>What a member counted between the two readings.</summary>
    public Counter Counter(int member) => fault is null
        ? PerfWindow.Counter(specs[member], cpus, [.. before.Zip(after, (from, to) => PerfWindow.Between(from, to, member))])
        : PerfWindow.Without(specs[member], CounterTrust.Lost, fault);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (PerfEvent[] events in opened)
        {
            foreach (PerfEvent one in events) one.Dispose();
        }
    }

    // A CPU that leaves in the window ends its groups: the counter is then lost, the run goes on.
    private void OnEveryCpu(Action<PerfEvent, PerfGroupReading> act, PerfGroupReading[] readings)
    {
        for (int i = 0; i < readings.Length; i++)
        {
            try
            {
                act(opened[0][i], readings[i]);
            }
            catch (NativeException e)
            {
                fault ??= e.Message;
            }
        }
    }

    private static libc.perf_event_attr Attributes(PerfSpec spec, bool leads) => new()
    {
        type = spec.Type,
        config = spec.Config,
        read_format = libc.HARNESS_GROUP_FORMAT,
        // the group counts when its leader does
        flags = leads ? libc.perf_event_attr.disabled : 0,
    };
}
