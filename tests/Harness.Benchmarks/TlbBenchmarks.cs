using BenchmarkDotNet.Attributes;
using Harness.Model;

namespace Harness.Benchmarks;

/// <summary>How long does an access of the model's TLB take, walks answered at once, and how long a flush?</summary>
public class TlbBenchmarks
{
    private const int Accesses = 1 << 20;
    private const int Flushes = 1 << 8;

    // far more pages than a second level holds, and a power of two
    private const int ManyPages = 1 << 20;

    private readonly Tlb goldenCove = new(new StateArrays(), new StateArrays(), 1, TlbGeometry.GoldenCove);
    private readonly Tlb zen4 = new(new StateArrays(), new StateArrays(), 1, TlbGeometry.Zen4);
    private long page;

    [Params("GoldenCove", "Zen4")]
    public string Cpu { get; set; } = "";

    private Tlb Tlb => Cpu == "Zen4" ? zen4 : goldenCove;

    [Benchmark(OperationsPerInvoke = Accesses)]
    [Arguments(64)]
    [Arguments(1)]
    public long Stream(int touchesOfAPage)
    {
        Tlb tlb = Tlb;
        for (int left = Accesses; left > 0; left -= touchesOfAPage)
        {
            page = (page + 1) & (ManyPages - 1);
            for (int touch = 0; touch < touchesOfAPage; touch++) Access(tlb, page);
        }
        return tlb.Walks(0, TlbAccess.Load);
    }

    [Benchmark(OperationsPerInvoke = Accesses)]
    [Arguments(32)]
    [Arguments(1_024)]
    [Arguments(ManyPages)]
    public long Scattered(int pages)
    {
        Tlb tlb = Tlb;
        ulong start = TouchOrder.Start(1, 0);
        for (int touch = 0; touch < Accesses; touch++) Access(tlb, TouchOrder.Page(start, touch, pages));
        return tlb.Walks(0, TlbAccess.Load);
    }

    // With the fills, which only rows of other counts can tell apart.
    [Benchmark(OperationsPerInvoke = Flushes)]
    [Arguments(0)]
    [Arguments(16)]
    [Arguments(2_048)]
    public void FillAndFlush(int pages)
    {
        Tlb tlb = Tlb;
        for (int flush = 0; flush < Flushes; flush++)
        {
            for (int filled = 0; filled < pages; filled++) tlb.Fill(0, 0, filled, TlbAccess.Load, 1, huge: false, global: false);
            tlb.FlushAsid(0, 0);
        }
    }

    [Benchmark(OperationsPerInvoke = Accesses)]
    public void FlushPage()
    {
        Tlb tlb = Tlb;
        for (int flush = 0; flush < Accesses; flush++) tlb.FlushPage(0, 0, flush & (ManyPages - 1));
    }

    private static void Access(Tlb tlb, long vpn)
    {
        if (!tlb.Lookup(0, 0, vpn, TlbAccess.Load, out _)) tlb.Fill(0, 0, vpn, TlbAccess.Load, (ulong)vpn, huge: false, global: false);
    }
}
