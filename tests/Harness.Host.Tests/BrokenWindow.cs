using Harness.Host.Runs;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>The counters of a real window, of which one is read wrongly.</summary>
internal sealed class BrokenWindow(IWindow real, string counter, double times) : IWindow
{
    public void Begin() => real.Begin();

    public void End() => real.End();

    public IReadOnlyList<Counter> Counters() =>
    [
        .. real.Counters().Select(read => read.Name != counter
            ? read
            : read with { Value = read.Value * times, PerCpu = read.PerCpu is { } parts ? [.. parts.Select(part => part * times)] : null }),
    ];

    public void Dispose() => real.Dispose();
}
