using BenchmarkDotNet.Attributes;
using Harness.Host.Proc;
using Harness.Records;

namespace Harness.Benchmarks;

/// <summary>The difference of two snapshots of a 512-CPU host, which is made after the window and may allocate.</summary>
public class LargeHostBenchmarks
{
    private const int Cpus = 512;

    private readonly int[] cpus = [.. Enumerable.Range(0, Cpus)];
    private readonly string folder = Directory.CreateTempSubdirectory("harness-benchmarks-").FullName;
    private ProcFileSet? files;
    private ProcSnapshot? before;
    private ProcSnapshot? after;

    [GlobalSetup]
    public void SaveHost()
    {
        string interrupts = Path.Join(Directory.CreateDirectory(Path.Join(folder, "proc")).FullName, "interrupts");
        File.Copy(Path.Join(AppContext.BaseDirectory, "vmstat"), Path.Join(folder, "proc", "vmstat"));
        File.WriteAllBytes(interrupts, SyntheticInterrupts.Render(Cpus));
        files = new ProcFileSet(new HostTree(folder));
        before = new ProcSnapshot(files);
        File.WriteAllBytes(interrupts, SyntheticInterrupts.Render(Cpus, moved: 1000));
        after = new ProcSnapshot(files);
    }

    [GlobalCleanup]
    public void RemoveHost()
    {
        files!.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Benchmark]
    public IReadOnlyList<Counter> Delta_of_512_CPUs() => ProcSnapshot.Delta(before!, after!, cpus);
}
