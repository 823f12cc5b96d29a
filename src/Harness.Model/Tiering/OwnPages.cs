namespace Harness.Model;

/// <summary>
/// The few pages that a thread uses all the time: its stack, its code, what it computes with. They stay in the TLB until it is flushed, and
/// are walked once after each flush. Assumed: three pages that are loaded from, one that is stored to, two of code.
/// </summary>
internal sealed class OwnPages(TieringKernel kernel)
{
    private const int Loaded = 3;
    private const int Stored = 1;
    private const int Code = 2;

    private readonly long[] seen = kernel.State.Array<long>(kernel.Threads);

    /// <summary>The thread, the present actor, executes its own code for a while.</summary>
    /// <param name="cpu">Its CPU.</param>
    internal void Use(int cpu)
    {
        long flushes = kernel.Cpus.Flushes(cpu);
        ref long last = ref seen[kernel.Clock.Actor];
        if (last == flushes + 1) return;
        last = flushes + 1;
        kernel.Counts[TieringCount.LoadWalks] += Loaded;
        kernel.Counts[TieringCount.StoreWalks] += Stored;
        kernel.Counts[TieringCount.FetchWalks] += Code;
    }
}
