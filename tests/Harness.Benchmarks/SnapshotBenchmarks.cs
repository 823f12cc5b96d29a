using BenchmarkDotNet.Attributes;
using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Benchmarks;

/// <summary>What do the two snapshots cost a window of this host, and what their difference after it?</summary>
public class SnapshotBenchmarks
{
    private readonly ProcSnapshot before = ProcSnapshot.Take();
    private readonly ProcSnapshot after = ProcSnapshot.Take();
    private readonly int[] cpus = [.. ThisHost.Describe().Cpus];

    /// <summary>Both snapshots of a window, into buffers that are there: most of the time is the kernel's.</summary>
    [Benchmark]
    public void Take_two()
    {
        before.Retake();
        after.Retake();
    }

    [Benchmark]
    public IReadOnlyList<Counter> Delta() => ProcSnapshot.Delta(before, after, cpus);
}
