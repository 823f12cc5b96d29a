using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>
/// Touches of anonymous memory made one by one, each looked up in the thread's TLB. Every touch misses the caches of data: what is touched
/// is one word of a page among many.
/// </summary>
internal sealed class MadeTouches
{
    private const ulong Readable = 1;
    private const ulong Dirtied = 2;

    private readonly TieringKernel kernel;
    private readonly ulong[] words;
    private readonly Tlb tlb;
    private readonly long[] flushes;
    private readonly long[] touchNs;
    private readonly long walkNs;

    /// <summary>No touch was made yet.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="draws">Whether each touch's page is drawn.</param>
    internal MadeTouches(TieringKernel kernel, bool draws)
    {
        this.kernel = kernel;
        words = kernel.Tables.Words;
        // the counts of the TLB itself are not read: they may as well be saved
        tlb = new Tlb(kernel.State, kernel.State, kernel.Threads, kernel.Machine.Tlb);
        flushes = kernel.State.Array<long>(kernel.Threads);
        touchNs = LatencyOfTouch(kernel, draws);
        walkNs = kernel.Costs.Walk.Ns;
    }

    /// <summary>What a touch of a page on each node takes that hits the TLB.</summary>
    internal static long[] LatencyOfTouch(TieringKernel kernel, bool draws)
    {
        Costs costs = kernel.Costs;
        long ns = costs.Touch.Ns + (draws ? costs.Draw.Ns : 0);
        return [.. kernel.Machine.Nodes.Select(node => ns + (costs.TouchPaysLatency ? node.LatencyNs : 0))];
    }

    /// <summary>A thread, the present actor, begins to touch: what its CPU flushed meanwhile is out of its TLB.</summary>
    internal void Begin(int thread, int cpu)
    {
        long now = kernel.Cpus.Flushes(cpu);
        if (flushes[thread] == now) return;
        flushes[thread] = now;
        tlb.FlushAsid(thread, 0);
    }

    /// <summary>A thread, the present actor, touches a page.</summary>
    /// <returns>Nanoseconds, besides those of a fault, which are spent already.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal long Touch(int page, bool write, int thread, int cpu)
    {
        bool hit = tlb.Lookup(thread, 0, page, write ? TlbAccess.Store : TlbAccess.Load, out ulong translation);
        if (hit && (!write || (translation & Dirtied) != 0)) return touchNs[PageWord.NodeOf(words[page])];
        return Walk(page, write, hit, thread, cpu);
    }

    private long Walk(int page, bool write, bool held, int thread, int cpu)
    {
        ref ulong word = ref words[page];
        kernel.Counts[write ? TieringCount.StoreWalks : TieringCount.LoadWalks]++;
        if ((word & PageWord.ProtNone) != 0 || (write && (word & PageWord.Writable) == 0))
        {
            kernel.Anonymous.Fault(page, write, thread, cpu);
            Begin(thread, cpu);
            held = false;
        }
        ulong bits = PageWord.Young | (write ? PageWord.Dirty : 0);
        if ((word & bits) != bits)
        {
            word |= bits;
            kernel.Tables.Use(page);
        }
        ulong translation = Readable | (write ? Dirtied : 0);
        if (held) tlb.Update(thread, 0, page, translation);
        else tlb.Fill(thread, 0, page, write ? TlbAccess.Store : TlbAccess.Load, translation, huge: false, global: false);
        return walkNs + touchNs[PageWord.NodeOf(word)];
    }
}
