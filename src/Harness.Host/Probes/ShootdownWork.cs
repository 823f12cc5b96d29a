using System.Globalization;
using Harness.Interop;

namespace Harness.Host.Probes;

/// <summary>
/// Forces TLB shootdowns: one thread gives a page it has touched back to the kernel, while a partner runs in the same address space on
/// another CPU, so that the kernel has to interrupt that CPU. One such call is one flush sent (<c>remote_ipi_send</c>), done here
/// (<c>local_mm_shootdown</c>) and received there (<c>interrupts.TLB</c>, <c>remote_shootdown</c>, a function-call interrupt). A new one
/// begins only after the partner has been seen running since the last, so that each time the partner loses its CPU costs one interrupt at
/// most.
/// </summary>
internal sealed class ShootdownWork : IKnownWork
{
    /// <summary>Enough to tell one interrupt a flush from none and from two. Assumed.</summary>
    private const int Flushes = 32;

    /// <summary>A try in which the partner lost its CPU more often is worth nothing. Assumed.</summary>
    private const int MostSwitches = Flushes / 8;

    private const double Least = Flushes - MostSwitches;

    /// <summary>What else flushes this process meanwhile (its runtime, NUMA balancing, reclaim) counts too. Assumed.</summary>
    private const double Most = 1.5 * Flushes;

    /// <summary>
    /// Seconds one try may take: well below a millisecond on hardware, and seconds where twenty others want the two CPUs that emulate a
    /// guest (measured; the hardware half assumed).
    /// </summary>
    private const double TrySeconds = 4;

    private readonly int? other;
    private FreshPages? page;
    private Partner? partner;
    private Deadline deadline;

    /// <param name="cpu">The CPU of the thread that flushes.</param>
    /// <param name="other">The partner's; null when there is none.</param>
    public ShootdownWork(int cpu, int? other)
    {
        this.other = other;
        string whom = other is null ? "another CPU" : $"CPU {other}";
        Words = string.Create(CultureInfo.InvariantCulture, $"{Flushes} forced shootdowns of {whom} from CPU {cpu}");
        WhyNot = other is null ? $"this process may run on CPU {cpu} alone: there is no other to interrupt" : null;
        Claims =
        [
            new("interrupts.TLB", Least, Most, other),
            // carries every other function call too, so it has no upper bound
            new("interrupts.CAL", Least, Cpu: other),
            // also every address-space switch of every CPU
            new("trace.tlb:tlb_flush", 3 * Least),
            new("trace.tlb:tlb_flush/remote_ipi_send", Least, Most, cpu),
            new("trace.tlb:tlb_flush/local_mm_shootdown", Least, Most, cpu),
            new("trace.tlb:tlb_flush/remote_shootdown", Least, Most, other),
        ];
    }

    public string Words { get; }

    public IReadOnlyList<string> Events { get; } = ["tlb:tlb_flush"];

    public IReadOnlyList<Claim> Claims { get; }

    public string? WhyNot { get; }

    public void Prepare()
    {
        page ??= new FreshPages(1);
        partner ??= new Partner(other!.Value);
        deadline = Deadline.In(TrySeconds);
        partner.WaitUntilItRuns(deadline);
    }

    public string? Perform()
    {
        long? before = partner!.Switches(deadline);
        for (int i = 0; i < Flushes; i++)
        {
            page!.Touch(0);
            if (!partner.WaitUntilItRuns(deadline)) return partner.Failure ?? "the partner thread hardly got its CPU: others hold it";
            page.Drop(0);
        }
        long? after = partner.Switches(deadline);
        return after - before <= MostSwitches ? null : "the partner thread lost its CPU too often: others want it";
    }

    public void Dispose()
    {
        partner?.Dispose();
        page?.Dispose();
    }
}
