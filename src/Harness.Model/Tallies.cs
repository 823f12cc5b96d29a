namespace Harness.Model;

/// <summary>The reasons of the kernel's event <c>tlb:tlb_flush</c>, in the kernel's order.</summary>
internal enum FlushReason
{
    /// <summary>A switch of address spaces, or back from lazy mode.</summary>
    TaskSwitch,

    /// <summary>On a CPU that was interrupted.</summary>
    RemoteShootdown,

    /// <summary>On the sending CPU, for a batch.</summary>
    LocalShootdown,

    /// <summary>On the sending CPU, for one address space.</summary>
    LocalMmShootdown,

    /// <summary>The send itself, once whatever the number of CPUs.</summary>
    RemoteIpiSend,
}

/// <summary>How much one <c>tlb:tlb_flush</c> flushed: its field <c>pages</c>.</summary>
internal enum FlushedPages
{
    /// <summary>−1: all of an address space.</summary>
    All,

    /// <summary>0: nothing, the CPU was up to date.</summary>
    None,

    /// <summary>A number of pages.</summary>
    Range,
}

/// <summary>
/// What is counted. It can be saved and resumed with the state, and is no part of it: two states that differ here are equal.
/// </summary>
internal sealed class Tallies
{
    internal const int Reasons = 5;
    internal const int Kinds = 3;

    private readonly StateArrays arrays = new();
    private readonly int cpus;

    internal Tallies(int cpus)
    {
        this.cpus = cpus;
        Interrupts = arrays.Array<long>(cpus);
        CallInterrupts = arrays.Array<long>(cpus);
        Flushes = arrays.Array<long>(cpus * Reasons * Kinds);
        counts = arrays.Array<long>((int)Tally.Last);
    }

    private readonly long[] counts;

    /// <summary><c>/proc/interrupts</c> TLB per CPU.</summary>
    internal long[] Interrupts { get; }

    /// <summary>
    /// The part of <c>/proc/interrupts</c> CAL that carried flushes, per CPU: an interrupt is raised only for a CPU with nothing queued.
    /// </summary>
    internal long[] CallInterrupts { get; }

    /// <summary><c>tlb:tlb_flush</c> per CPU, reason and kind: see <see cref="At"/>.</summary>
    internal long[] Flushes { get; }

    internal StateArrays Arrays => arrays;

    internal ref long this[Tally tally] => ref counts[(int)tally];

    internal static int At(int cpu, FlushReason reason, FlushedPages pages) => (cpu * Reasons + (int)reason) * Kinds + (int)pages;

    /// <summary>An array that is saved with the tallies.</summary>
    internal T[] Array<T>(int length)
        where T : unmanaged => arrays.Array<T>(length);

    internal void Flush(int cpu, FlushReason reason, FlushedPages pages) => Flushes[At(cpu, reason, pages)]++;

    /// <summary>Flushes of a reason over all CPUs.</summary>
    internal long Total(FlushReason reason)
    {
        long total = 0;
        for (int cpu = 0; cpu < cpus; cpu++)
        {
            for (int pages = 0; pages < Kinds; pages++) total += Flushes[At(cpu, reason, (FlushedPages)pages)];
        }
        return total;
    }

    internal void Clear()
    {
        System.Array.Clear(Interrupts);
        System.Array.Clear(CallInterrupts);
        System.Array.Clear(Flushes);
        System.Array.Clear(counts);
    }
}
