namespace Harness.Model;

/// <summary>
/// Faults on anonymous memory: the first touch of a page, a touch that finds it protected, a write that finds it read-only.
/// </summary>
internal sealed class AnonymousPages
{
    /// <summary>Atomic operations of a fault on the lock of its mapping: taken and released (published: lock_vma_under_rcu).</summary>
    private const int OnMapping = 2;

    private readonly TieringKernel kernel;
    private readonly long[] onNode;

    internal AnonymousPages(TieringKernel kernel)
    {
        this.kernel = kernel;
        onNode = kernel.State.Array<long>(kernel.Nodes);
    }

    /// <summary>nr_anon_pages of a node.</summary>
    internal long OnNode(int node) => onNode[node];

    /// <summary>A page moved between nodes.</summary>
    internal void Moved(int from, int to)
    {
        onNode[from]--;
        onNode[to]++;
    }

    /// <summary>A thread, the present actor, writes to a page for the first time (do_anonymous_page).</summary>
    /// <param name="page">The page.</param>
    /// <param name="cpu">The thread's CPU.</param>
    /// <param name="boundTo">The only node the page may lie on; null for the thread's own and, where it is full, others.</param>
    /// <exception cref="InvalidOperationException">There is no memory.</exception>
    internal void FirstTouch(int page, int cpu, int? boundTo)
    {
        Costs costs = kernel.Costs;
        kernel.Counts[TieringCount.Faults]++;
        kernel.Clock.Spend(Component.Fault, costs.Fault.Ns + costs.ZeroPage.Ns);
        int pfn = boundTo is { } only
            ? kernel.Pages.TryTake(cpu, only, AllocationFlags.ThisNode)
            : kernel.Pages.Take(cpu, kernel.NodeOfCpu(cpu));
        if (pfn < 0) throw new InvalidOperationException($"node {boundTo} is too small for the memory that is allocated on it");
        int node = kernel.Pages.Allocator.NodeOf(pfn);
        ref ulong word = ref kernel.Tables.Words[page];
        word = PageWord.WithFrame(word, pfn, node) | PageWord.Mapped | PageWord.Writable | PageWord.Dirty | PageWord.Young;
        kernel.Lru.Add(page, ref word, node, file: false, inFault: true);
        kernel.Lru.Locks.Add(node, 1);
        kernel.Tables.Use(page);
        onNode[node]++;
    }

    /// <summary>A thread, the present actor, faults on a page that is mapped but not for what the thread does.</summary>
    /// <param name="page">The page.</param>
    /// <param name="write">Whether the thread writes.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="cpu">Its CPU.</param>
    internal void Fault(int page, bool write, int thread, int cpu)
    {
        ref ulong word = ref kernel.Tables.Words[page];
        kernel.MappingOf(page).Change(OnMapping);
        if ((word & PageWord.ProtNone) != 0) kernel.HintFaults.Fault(page, thread, cpu);
        if (!write || (word & PageWord.Writable) != 0) return;
        // do_wp_page: the page belongs to nobody else, so its PTE just gets the permission back
        kernel.Counts[TieringCount.Faults]++;
        kernel.Clock.Spend(Component.Fault, kernel.Costs.Fault.Ns + kernel.Costs.ChangePte.Ns);
        kernel.Migrc.Written(cpu, page);
        word |= PageWord.Writable;
    }
}
