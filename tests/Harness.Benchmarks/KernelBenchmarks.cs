using BenchmarkDotNet.Attributes;
using Harness.Model;

namespace Harness.Benchmarks;

/// <summary>How long does an access in the simulated kernel take: answered by the TLB, by a walk, or by a fault?</summary>
public class KernelBenchmarks
{
    private const int Accesses = 1 << 16;
    private const int Faults = 1 << 10;

    // fewer than the first level of the TLB below holds, and far more than the second
    private const int FewPages = 32;
    private const int ManyPages = 4_096;

    private Kernel kernel = null!;

    [Params(false, true)]
    public bool Oracle { get; set; }

    [GlobalSetup]
    public void Build()
    {
        kernel = new Kernel(
            new KernelShape
            {
                Memory = new AllocatorShape
                {
                    Zones = [new ZoneShape(0, 0, 2 * ManyPages)],
                    CpuNodes = [0],
                    Tuning = PerCpuTuning.Automatic,
                },
                TaskCpus = [0],
                TaskMms = [0],
                Pages = ManyPages,
                FilePages = ManyPages,
                Tlb = TlbGeometry.GoldenCove,
                Oracle = Oracle,
            },
            Profile.Parse("6.12"), Costs.Hardware);
        kernel.Shootdown.Enter(0, 0);
        kernel.Spaces.Add(0, new Vma(0, ManyPages, VmaFlags.Read | VmaFlags.Shared, 0, 0));
        for (int page = 0; page < ManyPages; page++) kernel.Run(0, new KernelCall(CallKind.Access, page));
    }

    [Benchmark(OperationsPerInvoke = Accesses)]
    public long TlbHit() => Touch(FewPages);

    [Benchmark(OperationsPerInvoke = Accesses)]
    public long TlbMiss() => Touch(ManyPages);

    /// <summary>As <see cref="TlbHit"/>, by way of the step machine that every other call takes.</summary>
    [Benchmark(OperationsPerInvoke = Accesses)]
    public long TlbHitInSteps()
    {
        for (int access = 0; access < Accesses; access++) kernel.Run(0, new KernelCall(CallKind.Access, access & (FewPages - 1)));
        return kernel.Answer(0);
    }

    /// <summary>Faults on pages of a file that reclaim has just freed, their reclaim included.</summary>
    [Benchmark(OperationsPerInvoke = Faults)]
    public long ReclaimAndFault()
    {
        kernel.Run(0, new KernelCall(CallKind.Reclaim, 0, 0, Faults));
        for (int page = 0; page < Faults; page++)
        {
            if (!kernel.TryAccess(0, page, write: false, 0)) kernel.Finish(0);
        }
        return kernel.Answer(0);
    }

    private long Touch(int pages)
    {
        for (int access = 0; access < Accesses; access++) kernel.TryAccess(0, access & (pages - 1), write: false, 0);
        return kernel.Answer(0);
    }
}
