using Harness.Host.Perf;
using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Host.Runs;

/// <summary>The /proc counters and perf events of this host. The /proc snapshots enclose the events, the events only the workload.</summary>
internal sealed class HostWindow(IReadOnlyList<string> events, IReadOnlyList<int> cpus) : IWindow
{
    private readonly PerfSession _perf = PerfSession.Open(events, cpus);
    private ProcSnapshot? _before;
    private ProcSnapshot? _after;

    public void Begin()
    {
        _before = ProcSnapshot.Take();
        _perf.Start();
    }

    public void End()
    {
        _perf.Stop();
        _after = ProcSnapshot.Take();
    }

    public IReadOnlyList<Counter> Counters() => [.. ProcSnapshot.Delta(_before!, _after!, cpus), .. _perf.Read()];

    public void Dispose() => _perf.Dispose();
}
