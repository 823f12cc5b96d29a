using System.Globalization;
using Harness.Interop;

namespace Harness.Host.Probes;

/// <summary>
/// Follows pointers, one in each page, in a random cycle over more pages than the second-level TLB holds: every load has to wait for
/// the one before it, and most have to walk the page table.
/// </summary>
internal sealed unsafe class ChaseWork(int cpu) : IKnownWork
{
    /// <summary>
    /// Entries of the largest second-level data TLB for 4 KiB pages known to us: 4,096 in Zen 5 (published: AMD, Software Optimization
    /// Guide for the Zen 5 Microarchitecture, 58455); Golden Cove has 2,048 (published: Intel 64 and IA-32 Architectures Optimization
    /// Reference Manual).
    /// </summary>
    private const int LargestTlb = 4096;

    /// <summary>
    /// Four times as many. A cache of C entries cannot hit in more than about C of the N steps of a cycle, whatever it replaces: here a
    /// quarter. 64 MiB.
    /// </summary>
    private const int Pages = 4 * LargestTlb;

    /// <summary>
    /// Three quarters must miss; half is asked for, since a processor may hold neighbouring pages in one entry where their frames happen to
    /// be neighbours too. Assumed.
    /// </summary>
    private const double Least = 0.5 * Pages;

    private FreshPages? pages;

    public string Words { get; } = string.Create(CultureInfo.InvariantCulture,
        $"{Pages:N0} dependent loads on CPU {cpu}, each from another page (the largest second-level TLB known holds {LargestTlb:N0})");

    public IReadOnlyList<string> Events { get; } = ["dTLB-load-misses", "dTLB-loads"];

    // no upper bound: a counter of the PMU counts all that runs on the CPU, and speculative walks with it
    public IReadOnlyList<Claim> Claims { get; } = [new("perf.dTLB-load-misses", Least, Cpu: cpu), new("perf.dTLB-loads", Least, Cpu: cpu)];

    public string? WhyNot => null;

    public void Prepare() => pages ??= Linked();

    public string? Perform()
    {
        nint start = pages![0], at = start;
        for (int i = 0; i < Pages; i++) at = *(nint*)at;
        // also keeps the loads from being left out
        return at == start ? null : "the cycle of pointers was not closed";
    }

    public void Dispose() => pages?.Dispose();

    // The pages are touched first in the cycle's order, so that neighbours in the mapping do not become neighbours in memory.
    private static FreshPages Linked()
    {
        FreshPages pages = new(Pages);
        int[] order = [.. Enumerable.Range(0, Pages)];
        new Random(1).Shuffle(order.AsSpan(1));
        for (int i = 0; i < Pages; i++) *(nint*)pages[order[i]] = pages[order[(i + 1) % Pages]];
        return pages;
    }
}
