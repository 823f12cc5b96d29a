using Harness.Host.Perf;
using Harness.Host.Proc;
using Harness.Host.Timelines;
using Harness.Records;

namespace Harness.Host.Runs;

/// <summary>
/// The /proc counters and perf events of this host, the CPU time of its kernel threads, and the sampler of the timeline. The threads' times
/// enclose the /proc snapshots, these the events, the events only the workload. What the snapshots enclose allocates nothing.
/// </summary>
internal sealed class HostWindow : IWindow
{
    private readonly IReadOnlyList<int> cpus;
    private readonly PerfSession perf;
    private readonly ProcSnapshot before = ProcSnapshot.Take();
    private readonly ProcSnapshot after = ProcSnapshot.Take();
    private readonly KernelThreads? threads;

    /// <summary>Opens the perf events, without a timeline or the threads' times.</summary>
    public HostWindow(IReadOnlyList<string> events, IReadOnlyList<int> cpus)
    {
        this.cpus = cpus;
        perf = PerfSession.Open(events, cpus);
    }

    /// <summary>Opens what the request asks for.</summary>
    public HostWindow(RunRequest request, IReadOnlyList<int> cpus)
        : this(request.Events, cpus)
    {
        threads = new KernelThreads(new HostTree("/"));
        if (request.TimelineSeconds == 0) return;
        TimelineName[] counters = [.. request.TimelineCounters.Select(name => TimelineName.Parse(name, request.Events))];
        Sampler = new TimelineSampler(
            request.TimelineSeconds, request.DeadlineSeconds, TimelineSources.Open(counters, new HostTree("/"), perf));
    }

    public TimelineSampler? Sampler { get; }

    public void Begin()
    {
        threads?.Begin(); // looks through /proc, so before anything is counted
        before.Retake();
        Sampler?.Zero();
        perf.Start();
        Sampler?.Start();
    }

    public void End()
    {
        perf.Stop();
        Sampler?.Stop();
        after.Retake();
        threads?.End();
    }

    public IReadOnlyList<Counter> Counters() => [.. ProcSnapshot.Delta(before, after, cpus), .. perf.Read(), .. threads?.Counters() ?? []];

    public void Dispose()
    {
        Sampler?.Dispose();
        perf.Dispose();
    }
}
