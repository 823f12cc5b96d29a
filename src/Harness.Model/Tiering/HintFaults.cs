namespace Harness.Model;

/// <summary>
/// NUMA hint faults: what becomes of a page that a scan protected when it is touched (do_numa_page). Threads that fault on a page which
/// another thread is moving do not occur: a move is one action. Left out: NUMA groups, whose weights only matter where several nodes have
/// CPUs; the rare flush of a protected page while a scan runs.
/// </summary>
internal sealed class HintFaults(TieringKernel kernel)
{
    /// <summary>Scans during which a task's first faults on a page move it at once (published: should_numa_migrate_memory).</summary>
    private const int EarlyScans = 4;

    private const int ThreadBits = 8;

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
        ref ulong word = ref kernel.Tables.Words[page];
        int node = PageWord.NodeOf(word);
        int own = kernel.NodeOfCpu(cpu);
        bool local = node == own;
        if (local) kernel.Counts[TieringCount.NumaHintFaultsLocal]++;
        bool tiering = (kernel.Knobs.NumaBalancing & 2) != 0 && !kernel.IsTopTier(node);
        bool isPrivate = tiering || LastThread(word) is var last && (last < 0 || last == (thread & ((1 << ThreadBits) - 1)));
        bool wanted = Wants(ref word, tiering, local, isPrivate, thread, own);
        bool moved = wanted && Move(page, own, cpu);
        kernel.Tables.Drawn?.Unprotect(page);
        word = (word & ~PageWord.ProtNone) | PageWord.Young;
        // without a move the PTE gets its permission back; a moved one waits for the next write (since 6.3)
        if (!moved && kernel.IsWritable(page)) word |= PageWord.Writable;
        kernel.Tables.Use(page);
        // slow memory has no place in the statistics of memory tiering
        if (moved || !tiering) kernel.Balancing.Faulted(page, thread, local, isPrivate, failed: wanted && !moved);
    }

    private bool Wants(ref ulong word, bool tiering, bool local, bool isPrivate, int thread, int own)
    {
        if (tiering) return !local && gate.Takes(own, (kernel.Milliseconds - PageWord.ScannedAt(word)) & PageWord.MostScannedAt);
        int lastNode = LastNode(word);
        word = PageWord.WithScannedAt(word, 1 | (thread & ((1 << ThreadBits) - 1)) << 1 | own << (ThreadBits + 1));
        if (local) return false;
        if (isPrivate && kernel.Balancing.Scans(thread) <= EarlyScans) return true;
        return lastNode < 0 || lastNode == own;
    }

    private bool Move(int page, int target, int cpu)
    {
        long began = kernel.Clock.Now;
        bool moved = kernel.Promotion.HasRoom(target) && kernel.Promotion.Move(page, target, cpu);
        kernel.Counts[TieringCount.HintMigrationTime] += kernel.Clock.Now - began;
        if (moved) kernel.Counts[TieringCount.NumaPagesMigrated]++;
        return moved;
    }

    /// <summary>The thread that faulted last, as far as 8 bits tell; -1 when none did.</summary>
    private static int LastThread(ulong word) =>
        PageWord.ScannedAt(word) is 0 ? -1 : PageWord.ScannedAt(word) >> 1 & ((1 << ThreadBits) - 1);

    private static int LastNode(ulong word) => PageWord.ScannedAt(word) is 0 ? -1 : PageWord.ScannedAt(word) >> (ThreadBits + 1);
}
