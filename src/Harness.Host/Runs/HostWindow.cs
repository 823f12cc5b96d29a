using Harness.Host.Perf;
using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Host.Runs;

/// <summary>
/// The /proc counters and perf events of this host. The /proc snapshots enclose the events, the events only the workload. All buffers are made
/// before the window, so that nothing is allocated in it.
/// </summary>
internal sealed class HostWindow(IReadOnlyList<string> events, IReadOnlyList<int> cpus) : IWindow
{
    private readonly PerfSession perf = PerfSession.Open(events, cpus);
    private readonly ProcSnapshot before = ProcSnapshot.Take();
    private readonly ProcSnapshot after = ProcSnapshot.Take();

    public void Begin()
    {
        before.Retake();
        perf.Start();
    }

    public void End()
    {
        perf.Stop();
        after.Retake();
    }

    public IReadOnlyList<Counter> Counters() => [.. ProcSnapshot.Delta(before, after, cpus), .. perf.Read()];

    public void Dispose() => perf.Dispose();
}
