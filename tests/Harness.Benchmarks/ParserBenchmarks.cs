using BenchmarkDotNet.Attributes;
using Harness.Host.Proc;

namespace Harness.Benchmarks;

/// <summary>What does walking a file cost once its buffers are there? Nothing may be allocated.</summary>
public class ParserBenchmarks
{
    private const int Cpus = 512;

    private readonly byte[] interrupts = SyntheticInterrupts.Render(Cpus);
    private readonly byte[] vmstat = File.ReadAllBytes(Path.Join(AppContext.BaseDirectory, "vmstat"));
    private readonly int[] cpus = new int[Cpus];
    private readonly ulong[] counts = new ulong[Cpus];

    /// <summary>300 rows of 512 counts, 1.7 MB.</summary>
    [Benchmark]
    public ulong Interrupts_of_512_CPUs()
    {
        var rows = new InterruptRows(interrupts, cpus, counts);
        ulong sum = 0;
        while (rows.MoveNext()) sum += rows.Counts[^1];
        return rows.Malformed == 0 ? sum : throw new InvalidOperationException("the file made here is not read in full");
    }

    /// <summary>The vmstat of a Debian 6.12 guest: 182 names.</summary>
    [Benchmark]
    public ulong Vmstat_of_Debian_6_12()
    {
        var rows = new NameValueRows(vmstat);
        ulong sum = 0;
        while (rows.MoveNext()) sum += rows.Value;
        return rows.Malformed == 0 ? sum : throw new InvalidOperationException("the saved file is not read in full");
    }
}
