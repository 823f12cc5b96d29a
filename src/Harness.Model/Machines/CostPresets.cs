namespace Harness.Model;

/// <content>What each step takes on a server, and in a guest under software emulation.</content>
public sealed partial record Costs
{
    private const string PerPage = 
        "share of the 1.10 us a page of batched move_pages, Zen 3 (S. Garg, RFC v3, 2025-09-23); 35 % is copying, "
        + "the split of the rest is ours";
    private const string ZapShare =
        "share of 220 ns a page: munmap of 1 GiB of 4 KiB folios in 0.0577 s, Xeon Silver 4210R (cover letter of the zap batching series); "
        + "the split is ours";
    private const string Hansen = "cycles by D. Hansen (2014, on tlb_single_page_flush_ceiling), taken at";
    private const int FlushPageCycles = 1_276;
    private const int FlushMorePagesCycles = 8_534 - FlushPageCycles;    // 33 pages against one, by the same source
    private const int MorePages = 32;
    private const int FlushAllCycles = 2_283;
    private const int AssumedMHz = 2_500;

    /// <summary>A current x86-64 server.</summary>
    public static Costs Hardware { get; } = new()
    {
        Enter = Cost.Assumed(30_000, "one system call and one expedited grace period, tens of microseconds on an unloaded machine"),
        Drain = Cost.Assumed(2_000, "a short work item, dominated by the worker's own bookkeeping"),
        Isolate = Cost.Published(100, PerPage),
        Allocate = Cost.Published(200, PerPage),
        Unmap = Cost.Published(150, PerPage),
        SetEntry = Cost.Published(50, PerPage),
        Copy = Cost.Published(385, PerPage),
        Remap = Cost.Published(215, PerPage),
        Zap = ZapCosts.XeonSilver4210R,
        ChangePte = Cost.Assumed(30, "a read, a compare and a write in a loop over one page table"),
        Free = Cost.Published(100, ZapShare),
        MapPage = Cost.Assumed(300, "lookup in the page cache, folio lock, one PTE"),
        MapAround = Cost.Assumed(60, "the next slot of the page cache, one reference, one map count, one PTE"),
        ReadPage = Cost.Assumed(20_000, "one 4 KiB read from an NVMe drive with nothing queued"),
        ScanFolio = Cost.Assumed(40,
            "list links, two atomic operations on the struct page, four counters of node and group, all in the cache"),
        AddFolio = Cost.Assumed(60, "one line from another core's cache, and the folio's own links"),
        CheckReferences = Cost.Assumed(150, "folio lock, reverse map of one mapping, one PTE: as much as unmapping without the write"),
        AgePte = Cost.Assumed(4, "a load, a test and seldom an atomic operation in a loop over one page table"),
        AgeTable = Cost.Assumed(2, "one word of a page middle directory"),
        ScanPte = Cost.Assumed(10, "a PTE and the flags of its folio, which the prefetcher has ready: folios lie in the order of pages"),
        MarkIdle = Cost.Assumed(30,
            "two or three atomic operations on lines that the look at the folio has fetched, and the notifier's call"),
        HintFault = Cost.Assumed(300, "policy of the mapping, watermarks of one zone, three counters, fault statistics of the task"),
        FetchLine = Cost.Assumed(80, 
            "between cores of different chiplets, as common microbenchmarks show; a quarter of it inside one, twice between sockets"),
        ZeroPage = Cost.Assumed(300, "4 KiB at 30 GB/s, a reverse map and a PTE"),
        Walk = Cost.Assumed(20, "upper levels from the walker's own cache, the PTE's line from the last-level cache"),
        ReadAhead = Cost.Assumed(400, "allocation, xarray insertion and LRU batch of one page, and 1/64 of a block request"),
        LufLock = Cost.Assumed(50, "taking a contended cache line and folding one CPU mask"),
        FlushPage = Cycles(FlushPageCycles, AssumedMHz),
        FlushNextPage = Cycles(FlushMorePagesCycles / MorePages, AssumedMHz),
        FlushAll = Cycles(FlushAllCycles, AssumedMHz),
        SendIpi = Cost.Assumed(100, "one write to the interrupt controller; nobody publishes it cleanly"),
        TakeIpi = Cost.Assumed(1_000, "delivery between cores, entry and return; nobody publishes it cleanly"),
        Touch = Cost.Assumed(10, "about 25 instructions of the generator and a second-level TLB hit"),
        StreamPage = Cost.Assumed(360, "64 lines of 90 ns, 16 at a time; not used where a touch pays the latency of its node"),
        DecodePage = Cost.Assumed(360, "not used: weights of 16 bits are computed with as fast as memory gives them"),
        Draw = Cost.Assumed(1, "a few multiplications, which run beside the miss of the touch before"),
        Fault = Cost.Assumed(700, "exception, VMA lookup, page-table walk"),
        FallAsleep = Cost.Assumed(500, "a wait-list entry and the first part of a switch"),
        Wake = Cost.Assumed(700, "try_to_wake_up of a task on another CPU"),
        LeaveIdle = Cost.Assumed(3_000, "interrupt, exit from a shallow C-state, one switch"),
        Switch = Cost.Assumed(1_500, "one switch inside an address space"),
        GuestSlice = Cost.Assumed(4_000_000, "one tick at CONFIG_HZ=250, the granularity at which a task is preempted"),
        WakeGranularity = Cost.Published(3_000_000,
            "kernel/sched/fair.c before 6.6: 1 ms times 1 + log2 of the CPUs, here for four; taken for 6.12's scheduler too"),
        HostSlice = Cost.Assumed(4_000_000, "not used: every CPU is its own core"),
        TouchPaysLatency = true,
    };

    /// <summary>The same code in a guest under software emulation (QEMU, one host thread a vCPU).</summary>
    public static Costs Emulated { get; } = Hardware with
    {
        Enter = Hardware.Enter.Translated(TranslationSlowdown),
        Drain = Hardware.Drain.Translated(TranslationSlowdown),
        Isolate = Hardware.Isolate.Translated(TranslationSlowdown),
        Allocate = Hardware.Allocate.Translated(TranslationSlowdown),
        Unmap = Hardware.Unmap.Translated(TranslationSlowdown),
        SetEntry = Hardware.SetEntry.Translated(TranslationSlowdown),
        Copy = Hardware.Copy.Translated(TranslationSlowdown),
        Remap = Hardware.Remap.Translated(TranslationSlowdown),
        Zap = Hardware.Zap.Translated(TranslationSlowdown),
        ChangePte = Cost.Assumed(1_600,
            "two atomic operations and a look at the folio; three scans of 8,192 pages fitted into a second of two threads"),
        Free = Hardware.Free.Translated(TranslationSlowdown),
        MapPage = Hardware.MapPage.Translated(TranslationSlowdown),
        MapAround = Hardware.MapAround.Translated(TranslationSlowdown),
        ReadPage = Cost.Assumed(100_000, "a virtio request served by the emulator's thread"),
        ScanFolio = Hardware.ScanFolio.Translated(TranslationSlowdown),
        AddFolio = Hardware.AddFolio.Translated(TranslationSlowdown),
        CheckReferences = Hardware.CheckReferences.Translated(TranslationSlowdown),
        AgePte = Cost.Assumed(200, "an atomic operation on a PTE and a look at its folio, each some tens of translated instructions"),
        AgeTable = Hardware.AgeTable.Translated(TranslationSlowdown),
        ScanPte = Cost.Assumed(400, "likewise; the split is ours"),
        MarkIdle = Hardware.MarkIdle.Translated(TranslationSlowdown),
        HintFault = Cost.Assumed(2_000, "likewise; the split is ours"),
        FetchLine = Cost.Assumed(80, "the host's, whose caches the vCPUs' threads share"),
        ZeroPage = Hardware.ZeroPage.Translated(TranslationSlowdown),
        Walk = Hardware.Walk.Translated(TranslationSlowdown),
        ReadAhead = Hardware.ReadAhead.Translated(TranslationSlowdown),
        LufLock = Hardware.LufLock.Translated(TranslationSlowdown),
        FlushPage = Cost.Assumed(2_000, "leaving translated code to drop one entry of the emulator's own table"),
        FlushNextPage = Cost.Assumed(500, "one entry more, within the same visit"),
        FlushAll = Cost.Assumed(5_000, "leaving translated code to clear the emulator's own table"),
        SendIpi = Cost.Assumed(3_000, "an emulated interrupt-controller write and a futex wake of the target's thread"),
        TakeIpi = Hardware.TakeIpi.Translated(TranslationSlowdown),
        Touch = Cost.Assumed(115, "some 25 instructions that read and compare, and caches that share a host core: xsbench-like in a guest"),
        StreamPage = Cost.Assumed(1_500, "512 words of 8 bytes, some 3 ns each after translation"),
        DecodePage = Cost.Assumed(75_000,
            "some 35 ns a weight: llama-real against llama-stream in a guest with as many vCPUs as host cores"),
        Draw = Cost.Assumed(330, "abench's touches in a guest against those of xsbench-like, which draws once in 17"),
        Fault = Cost.Assumed(4_000,
            "84,000 hint faults of a random search of 320 MiB in a guest took less than a second of its threads, with this and the next"),
        FallAsleep = Hardware.FallAsleep.Translated(TranslationSlowdown),
        Wake = Hardware.Wake.Translated(TranslationSlowdown),
        LeaveIdle = Cost.Assumed(50_000 + 1_500 * TranslationSlowdown, "a host futex wake-up (about 50 us) and one emulated switch"),
        Switch = Hardware.Switch.Translated(TranslationSlowdown),
        HostSlice = Cost.Assumed(3_000_000, "the host scheduler's minimum granularity on small machines, rounded up to its tick"),
        TouchPaysLatency = false,
    };
}
