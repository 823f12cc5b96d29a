using Harness.Host.Probes;
using Harness.Interop;


namespace Harness.Host.Tests;

/// <summary>Do this host's own counters move by what work of known cost must move them?</summary>
public sealed class ProbeWorkTests
{
    private static readonly int[] Cpus = Affinity.Get();

    [Fact]
    public void Dump()
    {
        for (int i = 0; i < 5; i++)
        {
            var w = System.Diagnostics.Stopwatch.StartNew();
            var p = CounterProbes.Run(Cpus);
            Console.WriteLine($"{w.Elapsed.TotalMilliseconds} ms");
            foreach (var x in p) Console.WriteLine($"{x.Counter} {x.Least}..{x.Most} seen {x.Seen} {x.Passed} {x.Why}");
        }
    }
}
