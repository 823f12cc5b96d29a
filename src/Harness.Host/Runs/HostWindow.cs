using Harness.Host.Perf;
using Harness.Host.Proc;
using Harness.Host.Timelines;
using Harness.Records;

namespace Harness.Host.Runs;

/// <summary>
/// The /proc counters and perf events of this host, and the sampler of the timeline. The /proc snapshots enclose the events, the events only
/// the workload. All buffers are made before the window, so that nothing is allocated in it.
/// </summary>
internal sealed class HostWindow : IWindow
{
    private readonly IReadOnlyList<int> cpus;
    private readonly PerfSession perf;
    private readonly ProcSnapshot before = ProcSnapshot.Take();
    private readonly ProcSnapshot after = ProcSnapshot.Take();

    /// <summary>Opens the perf events, without a timeline.</summary>
    public HostWindow(IReadOnlyList<string> events, IReadOnlyList<int> cpus)
    {
        this.cpus = cpus;
        perf = PerfSession.Open(events, cpus);
    }

    /// <summary>Opens what the request asks for.</summary>
    public HostWindow(RunRequest request, IReadOnlyList<int> cpus)
        : this(request.Events, cpus)
    {
        if (request.TimelineSeconds == 0) return;
        TimelineName[] counters = [.. request.TimelineCounters.Select(name => TimelineName.Parse(name, request.Events))];
        Sampler = new TimelineSampler(
            request.TimelineSeconds, request.DeadlineSeconds, TimelineSources.Open(counters, new HostTree("/"), perf));
    }

    public TimelineSampler? Sampler { get; }

    public void Begin()
    {
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
    }

    public IReadOnlyList<Counter> Counters() => [.. ProcSnapshot.Delta(before, after, cpus), .. perf.Read()];

    public void Dispose()
    {
        Sampler?.Dispose();
        perf.Dispose();
    }
}
