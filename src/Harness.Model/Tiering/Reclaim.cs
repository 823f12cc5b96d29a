namespace Harness.Model;

/// <summary>
/// kswapd of each node and direct reclaim: a batch of folios is isolated, those in use go back, the rest is demoted where there is a lower
/// tier and unmapped and freed otherwise. Dirty file pages are kept; there is no swap.
/// </summary>
internal sealed class Reclaim
{
    /// <summary>Pages a task reclaims for itself at a time (published: SWAP_CLUSTER_MAX).</summary>
    private const int DirectTarget = 32;

    /// <summary>Fruitless rounds after which kswapd gives up (published: MAX_RECLAIM_RETRIES).</summary>
    private const int MostFailures = 16;

    private readonly TieringKernel kernel;
    private readonly int firstKswapd;
    private readonly long[] fruitless;
    private readonly bool[] rested;
    private readonly ulong[] asleep;
    private readonly long memory;
    private readonly long slice;
    private readonly int[] isolated;
    private readonly int[] demoted;
    private readonly int[] freeing;
    private readonly int[] freeingLazily;

    internal Reclaim(TieringKernel kernel, int firstKswapd)
    {
        this.kernel = kernel;
        this.firstKswapd = firstKswapd;
        asleep = kernel.State.Array<ulong>(1);
        asleep[0] = (1UL << kernel.Nodes) - 1;
        fruitless = kernel.State.Array<long>(kernel.Nodes);
        rested = kernel.State.Array<bool>(kernel.Nodes);
        slice = kernel.Costs.GuestSlice.Ns;
        memory = kernel.Machine.Nodes.Sum(node => (long)node.Pages);
        isolated = new int[kernel.Lru.Batch];
        demoted = new int[isolated.Length];
        freeing = new int[isolated.Length];
        freeingLazily = new int[isolated.Length];
    }

    /// <summary>The nodes, a bit each, whose kswapd sleeps.</summary>
    internal ulong Asleep => asleep[0];

    /// <summary>Wakes the kswapd of every node for which the allocator asked.</summary>
    internal void WakeKswapd()
    {
        for (int node = 0; node < kernel.Nodes; node++)
        {
            if (kernel.Pages.Allocator.KswapdWoken(node)) Wake(node);
        }
    }

    /// <summary>Whether the present actor is a kswapd.</summary>
    internal bool IsKswapd => kernel.Clock.Actor >= firstKswapd && kernel.Clock.Actor < firstKswapd + kernel.Nodes;

    /// <summary>Wakes the kswapd of a node that is to make room, unless it has given up.</summary>
    internal void Wake(int node)
    {
        if (IsHopeless(node)) return;
        if ((asleep[0] >> node & 1) != 0) rested[node] = true;
        asleep[0] &= ~(1UL << node);
        kernel.Clock.Wake(firstKswapd + node, Component.Sleep);
    }

    /// <summary>
    /// kswapd's turn: one batch, or, on a CPU that it shares with a thread of the workload, as many as fit its slice, after which it waits
    /// for those of the threads there; or sleep when its node has enough free pages.
    /// </summary>
    internal void StepKswapd(int node)
    {
        Allocator allocator = kernel.Pages.Allocator;
        if (HasEnough(node) || IsHopeless(node))
        {
            allocator.SetReclaimActive(node, false);
            allocator.AnswerKswapd(node);
            asleep[0] |= 1UL << node;
            kernel.Clock.Stop();
            return;
        }
        allocator.SetReclaimActive(node, true);
        int cpu = kernel.Cpus.ForKernelThread(kernel.KswapdCpu(node));
        bool shared = !kernel.Cpus.IsIdle(cpu);
        if (rested[node])
        {
            rested[node] = false;
            if (shared)
            {
                // who runs there keeps the CPU for what is left of its slice, half of one on the mean (published: RUN_TO_PARITY of EEVDF),
                // and others that wait may come first
                kernel.Clock.Spend(Component.Queue, slice / 2 * kernel.Cpus.Rivals);
                kernel.Clock.Yield();
                return;
            }
        }
        (long Now, long Waited) began = kernel.Cpus.Beginning;
        do
        {
            if (Shrink(node, cpu, kswapd: true, out int scanned) > 0) fruitless[node] = 0;
            else fruitless[node] += Looked(node, scanned);
        }
        while (shared && kernel.Clock.Now - began.Now < slice && !HasEnough(node) && !IsHopeless(node));
        kernel.Cpus.WaitForHost(began);
        if (shared)
        {
            kernel.Cpus.Lent(cpu, began.Now);
            kernel.Clock.Spend(Component.Queue, slice * kernel.Cpus.Rivals);
        }
        kernel.Clock.Yield();
    }

    private bool HasEnough(int node)
    {
        Watermarks marks = kernel.Pages.Allocator.Watermarks(node);
        return kernel.Pages.Allocator.WatermarkOk(node, 0, (kernel.Knobs.NumaBalancing & 2) != 0 ? marks.Promo : marks.High);
    }

    /// <summary>A task reclaims for itself, a batch of each node in turn, nearest first.</summary>
    /// <returns>Pages that left their node.</returns>
    internal int Direct(int cpu)
    {
        int reclaimed = 0;
        long left = memory;
        while (reclaimed < DirectTarget && left > 0)
        {
            // every node of the zonelist gets its turn, even when the first gave enough (published: shrink_zones)
            for (int node = 0; node < kernel.Nodes; node++)
            {
                reclaimed += Shrink(node, cpu, kswapd: false, out int scanned);
                left -= Looked(node, scanned);
            }
        }
        if (reclaimed > 0) fruitless.AsSpan().Clear();
        return reclaimed;
    }

    /// <summary>kswapd has looked through the node so often in vain that it no longer wakes up, until a task reclaims something.</summary>
    private bool IsHopeless(int node) => fruitless[node] >= (long)MostFailures * kernel.Machine.Nodes[node].Pages;

    /// <summary>Pages that were looked at; where none could be isolated, there are none, however hard one looks.</summary>
    private long Looked(int node, int scanned) => scanned == 0 ? kernel.Machine.Nodes[node].Pages : scanned;

    /// <summary>shrink_folio_list over one batch.</summary>
    /// <returns>Pages that left the node.</returns>
    private int Shrink(int node, int cpu, bool kswapd, out int count)
    {
        int target = kernel.DemotionTarget(node);
        count = kernel.Lru.Isolate(node, target >= 0, isolated);
        kernel.Counts[kswapd ? TieringCount.ScanKswapd : TieringCount.ScanDirect] += count;
        int toDemote = 0;
        int toFree = 0;
        kernel.Clock.Spend(Component.Scan, count * kernel.Costs.CheckReferences.Ns);
        foreach (int page in isolated.AsSpan(0, count))
        {
            ref ulong word = ref kernel.Tables.Words[page];
            bool file = kernel.IsFile(page);
            kernel.Pages.Allocator.Prefetch((int)(word & PageWord.Frame));
            if (kernel.Lru.Keeps(page, ref word, node, file)) continue;
            if (target >= 0) demoted[toDemote++] = page;
            else if (CanBeFreed(page, ref word, node, file)) isolated[toFree++] = page;
        }
        int moved = 0;
        if (toDemote > 0)
        {
            moved = kernel.Migration.Move(demoted.AsSpan(0, toDemote), node, target, cpu, MigrateReason.Demotion, out int left);
            kernel.Counts[kswapd ? TieringCount.DemoteKswapd : TieringCount.DemoteDirect] += moved;
            // what found no room below is reclaimed here
            foreach (int page in demoted.AsSpan(0, left))
            {
                if (CanBeFreed(page, ref kernel.Tables.Words[page], node, kernel.IsFile(page))) isolated[toFree++] = page;
            }
        }
        Free(isolated.AsSpan(0, toFree), cpu);
        kernel.Counts[kswapd ? TieringCount.StealKswapd : TieringCount.StealDirect] += moved + toFree;
        return moved + toFree;
    }

    /// <summary>Whether an isolated page can be dropped; if not, it goes back to the lists: there is no swap and no writeback.</summary>
    private bool CanBeFreed(int page, ref ulong word, int node, bool file)
    {
        if (file && (word & PageWord.Dirty) == 0) return true;
        kernel.Lru.PutBack(page, ref word, node, file);
        return false;
    }

    /// <summary>Unmaps pages of files and frees their frames, a batch of frames after each flush.</summary>
    internal void Free(ReadOnlySpan<int> pages, int cpu)
    {
        int most = kernel.Profile.FreeBatch;
        int ready = 0;
        int readyLazily = 0;
        kernel.Clock.Spend(Component.Unmap, pages.Length * kernel.Costs.Unmap.Ns);
        foreach (int page in pages)
        {
            ref ulong word = ref kernel.Tables.Words[page];
            bool lazily = kernel.Unmap(page, ref word, cpu);
            int pfn = (int)(word & PageWord.Frame);
            word = PageWord.WithoutFrame(word);
            if (lazily)
            {
                freeingLazily[readyLazily++] = pfn;
                if (readyLazily == most) FreeLazily(ref readyLazily, cpu);
            }
            else
            {
                freeing[ready++] = pfn;
                if (ready == most) FreeNow(ref ready, cpu);
            }
        }
        FreeLazily(ref readyLazily, cpu);
        FreeNow(ref ready, cpu);
    }

    private void FreeNow(ref int ready, int cpu)
    {
        kernel.Luf.Flush(cpu);
        Release(freeing.AsSpan(0, ready), cpu, 0);
        ready = 0;
    }

    private void FreeLazily(ref int ready, int cpu)
    {
        if (ready == 0) return;
        uint tag = kernel.Luf.HandOver(cpu, ready);
        Release(freeingLazily.AsSpan(0, ready), cpu, tag);
        ready = 0;
    }

    private void Release(ReadOnlySpan<int> frames, int cpu, uint tag)
    {
        kernel.Clock.Spend(Component.Free, frames.Length * kernel.Costs.Free.Ns);
        foreach (int pfn in frames) kernel.Pages.Allocator.Free(cpu, pfn, 0, tag);
    }
}
