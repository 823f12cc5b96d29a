using Harness.Host.Perf;
using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Host.Runs;

/// <summary>
/// The /proc counters and perf events of this host. The /proc snapshots enclose the events, the events only the workload.
/// </summary>
internal sealed class HostWindow(IReadOnlyList<string> events, IReadOnlyList<int> cpus) : IWindow
{
    private readonly PerfSession perf = PerfSession.Open(events, cpus);
    private ProcSnapshot? before;
    private ProcSnapshot? after;

    public void Begin()
    {
        before = ProcSnapshot.Take();
        perf.Start();
    }

    public void End()
    {
        perf.Stop();
        after = ProcSnapshot.Take();
    }

    public IReadOnlyList<Counter> Counters() => [.. ProcSnapshot.Delta(before!, after!, cpus), .. perf.Read()];

    public void Dispose() => perf.Dispose();
}
