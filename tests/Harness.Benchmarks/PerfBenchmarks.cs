using BenchmarkDotNet.Attributes;
using Harness.Host.Perf;
using Harness.Interop;
using Harness.Records;

namespace Harness.Benchmarks;

/// <summary>What does opening and closing the window cost? Three software events, which every host has, on each CPU. Needs CAP_PERFMON.</summary>
public class PerfBenchmarks
{
    private PerfSession? session;

    [GlobalSetup]
    public void Open()
    {
        session = PerfSession.Open(["page-faults", "context-switches", "cpu-migrations"], Affinity.Get());
        Start_and_stop();
        Counter? missing = session.Read().FirstOrDefault(counter => counter.Trust == CounterTrust.Unsupported);
        if (missing is not null) throw new InvalidOperationException($"{missing.Name} is not counted here: {missing.Note}");
    }

    [GlobalCleanup]
    public void Close() => session!.Dispose();

    [Benchmark]
    public void Start_and_stop()
    {
        session!.Start();
        session.Stop();
    }

    /// <summary>Outside the window: may allocate.</summary>
    [Benchmark]
    public IReadOnlyList<Counter> Read() => session!.Read();
}
