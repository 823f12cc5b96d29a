namespace Harness.Model;

/// <summary>
/// What each step takes. No value of hardware is fitted to a measured run of the experiments this model is held against: times there are
/// predictions from outside. Those of an emulated guest that name a workload were chosen with runs of it in view, and <c>calibrate</c> may
/// fit all of them. Counts depend on the costs only through who sleeps, who is on a CPU when a flush is sent, and what happens in a second.
/// Each is a mean: a single step takes between half and one and a half times as long (assumed), so that no race is decided by two
/// constants.
/// </summary>
public sealed partial record Costs
{
    /// <summary>
    /// How many times slower a path of kernel code runs under software emulation than on hardware. Assumed: integer code under QEMU's
    /// translator is commonly 10 to 30 times slower.
    /// </summary>
    public const int TranslationSlowdown = 20;

    /// <summary>Entering migrate_pages(2) and the expedited RCU grace period of lru_cache_disable.</summary>
    public required Cost Enter { get; init; }

    /// <summary>One CPU's work item of lru_add_drain_all, run by a kernel worker.</summary>
    public required Cost Drain { get; init; }

    /// <summary>Finding one page in the page table and taking its folio off the LRU.</summary>
    public required Cost Isolate { get; init; }

    /// <summary>Allocating the new folio and locking both.</summary>
    public required Cost Allocate { get; init; }

    /// <summary>Walking the reverse map and clearing one PTE, the flush not included.</summary>
    public required Cost Unmap { get; init; }

    /// <summary>Writing the migration entry after an immediate flush, page-table lock held until then.</summary>
    public required Cost SetEntry { get; init; }

    /// <summary>Copying one 4 KiB page.</summary>
    public required Cost Copy { get; init; }

    /// <summary>Replacing the migration entry, unlocking the folio and freeing the old frame.</summary>
    public required Cost Remap { get; init; }

    /// <summary>Unmapping a range and freeing what it mapped.</summary>
    public required ZapCosts Zap { get; init; }

    /// <summary>Changing the rights of one PTE.</summary>
    public required Cost ChangePte { get; init; }

    /// <summary>Freeing one page to a per-CPU list.</summary>
    public required Cost Free { get; init; }

    /// <summary>Mapping a page that is in the page cache.</summary>
    public required Cost MapPage { get; init; }

    /// <summary>Mapping one more page of the page cache in the same fault (fault-around).</summary>
    public required Cost MapAround { get; init; }

    /// <summary>Reading one page from disk or server.</summary>
    public required Cost ReadPage { get; init; }

    /// <summary>
    /// Taking one folio off an LRU list, or sorting it into another, besides the miss on its struct page, which costs the node's latency.
    /// </summary>
    public required Cost ScanFolio { get; init; }

    /// <summary>Putting one folio on an LRU list: the list's head comes from another core.</summary>
    public required Cost AddFolio { get; init; }

    /// <summary>Looking through the reverse map whether an isolated folio was used, and locking it.</summary>
    public required Cost CheckReferences { get; init; }

    /// <summary>Reading one PTE while a page table is looked through for used pages.</summary>
    public required Cost AgePte { get; init; }

    /// <summary>Finding that a page table holds no used page.</summary>
    public required Cost AgeTable { get; init; }

    /// <summary>Looking at one PTE and its folio while a NUMA scan or kmmscand goes through a page table.</summary>
    public required Cost ScanPte { get; init; }

    /// <summary>Clearing the accessed bit of one PTE and marking its folio idle, as kmmscand does.</summary>
    public required Cost MarkIdle { get; init; }

    /// <summary>What a NUMA hint fault does besides any fault: statistics, memory policy, the promotion's conditions.</summary>
    public required Cost HintFault { get; init; }

    /// <summary>Fetching a cache line that another core has changed.</summary>
    public required Cost FetchLine { get; init; }

    /// <summary>Zeroing a new page of anonymous memory, with its charge and its PTE.</summary>
    public required Cost ZeroPage { get; init; }

    /// <summary>The walk of the page tables after a miss of the last-level TLB.</summary>
    public required Cost Walk { get; init; }

    /// <summary>
    /// Reading a page into the page cache, the drive's time not included: allocation, insertion, its share of the request.
    /// </summary>
    public required Cost ReadAhead { get; init; }

    /// <summary>How long LUF's one lock is held to hand a batch over.</summary>
    public required Cost LufLock { get; init; }

    /// <summary>Flushing one page on the CPU itself.</summary>
    public required Cost FlushPage { get; init; }

    /// <summary>Flushing one page more of the same range.</summary>
    public required Cost FlushNextPage { get; init; }

    /// <summary>Flushing one address space on the CPU itself.</summary>
    public required Cost FlushAll { get; init; }

    /// <summary>Sending an interrupt to one more CPU.</summary>
    public required Cost SendIpi { get; init; }

    /// <summary>
    /// From the send until the handler's first instruction, plus entry to and return from the interrupt, on a CPU that executes.
    /// </summary>
    public required Cost TakeIpi { get; init; }

    /// <summary>One touch of the workload that hits the TLB, the memory's latency not included.</summary>
    public required Cost Touch { get; init; }

    /// <summary>Reading all of a page in order, where a touch does not pay the memory's latency.</summary>
    public required Cost StreamPage { get; init; }

    /// <summary>Computing with the 2,048 weights of a page, where that takes longer than reading them.</summary>
    public required Cost DecodePage { get; init; }

    /// <summary>Drawing the page that is touched next, where it overlaps with no touch.</summary>
    public required Cost Draw { get; init; }

    /// <summary>A page fault up to the look at the migration entry.</summary>
    public required Cost Fault { get; init; }

    /// <summary>
    /// Queueing on the folio's wait list until the task has left its run queue; a wake-up before that point keeps it running.
    /// </summary>
    public required Cost FallAsleep { get; init; }

    /// <summary>What the waker pays for each sleeper.</summary>
    public required Cost Wake { get; init; }

    /// <summary>From the wake-up until the sleeper runs on a CPU that was idle.</summary>
    public required Cost LeaveIdle { get; init; }

    /// <summary>Switching between two tasks of one run queue.</summary>
    public required Cost Switch { get; init; }

    /// <summary>How long a task of a shared run queue runs before the next one's turn.</summary>
    public required Cost GuestSlice { get; init; }

    /// <summary>How far behind the running task a woken one must be to preempt it, in time executed.</summary>
    public required Cost WakeGranularity { get; init; }

    /// <summary>How long a vCPU's thread keeps a host core that others wait for.</summary>
    public required Cost HostSlice { get; init; }

    /// <summary>True when a touch also costs the memory node's latency; an emulator's touch does not.</summary>
    public required bool TouchPaysLatency { get; init; }

    /// <summary>
    /// The costs of a server with that clock: those published in cycles are taken at it, the others are <see cref="Hardware"/>'s.
    /// </summary>
    /// <param name="megahertz">The clock.</param>
    public static Costs HardwareAt(int megahertz) => Hardware with
    {
        FlushPage = Cycles(FlushPageCycles, megahertz),
        FlushNextPage = Cycles(FlushMorePagesCycles / MorePages, megahertz),
        FlushAll = Cycles(FlushAllCycles, megahertz),
    };

    /// <summary>Nanoseconds of flushing a range of pages on the CPU itself.</summary>
    /// <param name="pages">How many; at least one.</param>
    public long FlushPages(int pages) => FlushPage.Ns + (pages - 1) * FlushNextPage.Ns;

    private static Cost Cycles(int cycles, int megahertz) => Cost.Published(
        (cycles * 1_000L + megahertz / 2) / megahertz,
        FormattableString.Invariant($"{cycles:N0} {Hansen} {(megahertz == AssumedMHz ? "an assumed " : "")}{megahertz / 1e3:0.0#} GHz"));
}
