namespace Harness.Model;

/// <summary>
/// NUMA hint faults: what becomes of a page that a scan protected when it is touched (do_numa_page). Threads that fault on a page which
/// another thread is moving do not occur: a move is one action. Left out: NUMA groups, whose weights only matter where several nodes have
/// CPUs.
/// </summary>
internal sealed class HintFaults(TieringKernel kernel)
{
    /// <summary>Scans during which a task's first faults on a page move it at once (published: should_numa_migrate_memory).</summary>
    private const int EarlyScans = 4;

    private const int Nobody = 0;
    private const int ThreadBits = 8;
    private const int ThreadMask = (1 << ThreadBits) - 1;

    private readonly PromotionGate gate = new(kernel);

    /// <summary>A thread, the present actor, touches a protected page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="cpu">Its CPU.</param>
    internal void Fault(int page, int thread, int cpu)
    {
        Clock clock = kernel.Clock;
        clock.Spend(Component.Fault, kernel.Costs.Fault.Ns + kernel.Costs.HintFault.Ns);
        kernel.Counts[TieringCount.Faults]++;
        kernel.Counts[TieringCount.NumaHintFaults]++;
        kernel.Balancing.Noticed(page, thread);
        ref ulong word = ref kernel.Tables.Words[page];
        int own = kernel.NodeOfCpu(cpu);
        bool local = PageWord.NodeOf(word) == own;
        if (local) kernel.Counts[TieringCount.NumaHintFaultsLocal]++;
        bool slow = !kernel.IsTopTier(PageWord.NodeOf(word));
        bool tiering = slow && (kernel.Knobs.NumaBalancing & 2) != 0;
        // of slow memory the field holds the time of the scan, and no thread is known
        int last = tiering ? Nobody : PageWord.ScannedAt(word);
        bool isPrivate = last == Nobody || ThreadOf(last) == (thread & ThreadMask);
        if (!tiering) word = PageWord.WithScannedAt(word, 1 | (thread & ThreadMask) << 1 | own << (ThreadBits + 1));
        bool wanted = !local && (tiering
            ? gate.Takes(own, (kernel.Milliseconds - PageWord.ScannedAt(word)) & PageWord.MostScannedAt)
            : PassesFilter(last, slow, isPrivate, thread, own));
        bool moved = wanted && Move(page, own, cpu);
        kernel.Tables.Drawn?.Unprotect(page);
        word = (word & ~PageWord.ProtNone) | PageWord.Young;
        // without a move the PTE gets its permission back; a moved one waits for the next write (since 6.3)
        if (!moved && kernel.IsWritable(page)) word |= PageWord.Writable;
        kernel.Tables.Use(page);
        // what is known of no thread and stays in slow memory is left out of the task's statistics
        if (moved || !slow || last != Nobody) kernel.Balancing.Faulted(page, thread, local, isPrivate, failed: wanted && !moved);
    }

    /// <summary>
    /// Without memory tiering: the fault before came from the same node, or nobody knows and it is early. A page of slow memory is not
    /// moved by its first fault.
    /// </summary>
    private bool PassesFilter(int last, bool slow, bool isPrivate, int thread, int own)
    {
        if (last == Nobody && slow) return false;
        if (isPrivate && kernel.Balancing.Scans(thread) <= EarlyScans) return true;
        return last == Nobody || NodeOf(last) == own;
    }

    private bool Move(int page, int target, int cpu)
    {
        long began = kernel.Clock.Now;
        bool moved = kernel.Promotion.HasRoom(target) && kernel.Promotion.Move(page, target, cpu);
        kernel.Counts[TieringCount.HintMigrationTime] += kernel.Clock.Now - began;
        if (moved) kernel.Counts[TieringCount.NumaPagesMigrated]++;
        return moved;
    }

    /// <summary>The thread that faulted last, as far as 8 bits tell.</summary>
    private static int ThreadOf(int last) => last >> 1 & ThreadMask;

    private static int NodeOf(int last) => last >> (ThreadBits + 1);
}
