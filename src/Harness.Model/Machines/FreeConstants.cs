namespace Harness.Model;

/// <summary>
/// The constants that a fit may change, all between a share and a multiple of what is assumed, on a logarithmic scale. Published costs keep
/// their proportions: paths of kernel code move together. Each cost belongs to one constant at most. One constant serves copies in either
/// direction: an emulated guest's tiers are the same memory of the host.
/// </summary>
public static class FreeConstants
{
    // The ranges are assumed: a cost within a factor of ten, a group of costs within five, what was once measured or chosen with a run in
    // view within two.
    private const double Ten = 10;
    private const double Five = 5;
    private const double Two = 2;

    /// <summary>The constants, in the order of tables.</summary>
    public static IReadOnlyList<FreeConstant> All { get; } =
    [
        Group("kernel", "paths of kernel code that no other constant covers", Kernel),
        Group("zap", "unmapping ranges and freeing what they mapped", (c, x) => c with { Zap = c.Zap.Times(x), Free = c.Free.Times(x) }),
        Group("scan", "looking through lists and page tables: reclaim, aging", Scan),
        Group("flush", "flushing pages and address spaces on the CPU itself", (c, x) => c with
        {
            FlushPage = c.FlushPage.Times(x), FlushNextPage = c.FlushNextPage.Times(x), FlushAll = c.FlushAll.Times(x),
        }),
        Time("enter", "entering migrate_pages(2), with its grace period", c => c.Enter, (c, cost) => c with { Enter = cost }),
        Time("touch", "one touch of the workload", c => c.Touch, (c, cost) => c with { Touch = cost }, Two),
        Time("draw", "drawing the page of a touch", c => c.Draw, (c, cost) => c with { Draw = cost }, Two),
        Time("walk", "walking the page tables after a TLB miss", c => c.Walk, (c, cost) => c with { Walk = cost }, Two),
        Time("stream-page", "reading a page in order", c => c.StreamPage, (c, cost) => c with { StreamPage = cost }, Two),
        Time("decode-page", "computing with a page of weights", c => c.DecodePage, (c, cost) => c with { DecodePage = cost }, Two),
        Group("change-rights", "changing the rights of PTEs in a NUMA scan", (c, x) => c with
        {
            ScanPte = c.ScanPte.Times(x), ChangePte = c.ChangePte.Times(x),
        }),
        Time("fault", "a page fault up to the look at the entry", c => c.Fault, (c, cost) => c with { Fault = cost }, Two),
        Time("hint-fault", "what a NUMA hint fault adds to it", c => c.HintFault, (c, cost) => c with { HintFault = cost }, Two),
        Time("copy", "copying a 4 KiB page between nodes, in either direction", c => c.Copy, (c, cost) => c with { Copy = cost }),
        Time("zero", "zeroing a new page", c => c.ZeroPage, (c, cost) => c with { ZeroPage = cost }),
        Time("ipi-send", "sending an interrupt to one more CPU", c => c.SendIpi, (c, cost) => c with { SendIpi = cost }),
        Time("ipi-take", "from the send until the interrupted CPU goes on", c => c.TakeIpi, (c, cost) => c with { TakeIpi = cost }),
        Time("fall-asleep", "queueing on a folio until off the run queue", c => c.FallAsleep, (c, cost) => c with { FallAsleep = cost }),
        Time("wake", "what the waker pays for a sleeper", c => c.Wake, (c, cost) => c with { Wake = cost }),
        Time("leave-idle", "from the wake-up until a sleeper runs on an idle CPU",
            c => c.LeaveIdle, (c, cost) => c with { LeaveIdle = cost }),
        Time("switch", "switching between two tasks of a run queue", c => c.Switch, (c, cost) => c with { Switch = cost }),
        Time("host-slice", "how long a vCPU keeps a contended host core", c => c.HostSlice, (c, cost) => c with { HostSlice = cost }, Two),
        new("other-pages", "pages", "resident pages of the workload besides the touched memory", 1 / Two, Two,
            m => m.OtherPages, (m, x) => m with { OtherPages = (int)Math.Round(x) }),
        new("drive-bandwidth", "bytes/s", "sequential reads of the drive", 1 / Ten, Ten,
            m => m.Storage.BytesPerSecond, (m, x) => m with { Storage = m.Storage with { BytesPerSecond = x } }),
        new("drive-latency", "ns", "a read of the drive with nothing queued", 1 / Ten, Ten,
            m => m.Storage.LatencyNs, (m, x) => m with { Storage = m.Storage with { LatencyNs = (int)Math.Round(x) } }),
    ];

    private static FreeConstant Time(
        string name, string what, Func<Costs, Cost> of, Func<Costs, Cost, Costs> set, double range = Ten) =>
        new(name, "ns", what, 1 / range, range, m => of(m.Costs).Ns, (m, ns) => m with { Costs = set(m.Costs, of(m.Costs).Fitted(ns)) });

    private static FreeConstant Group(string name, string what, Func<Costs, double, Costs> times) => new(
        name, "times", what, 1 / Five, Five, _ => 1, (m, factor) => m with { Costs = times(m.Costs, factor) });

    private static Costs Kernel(Costs c, double x) => c with
    {
        Drain = c.Drain.Times(x),
        Isolate = c.Isolate.Times(x),
        Allocate = c.Allocate.Times(x),
        Unmap = c.Unmap.Times(x),
        SetEntry = c.SetEntry.Times(x),
        Remap = c.Remap.Times(x),
        MapPage = c.MapPage.Times(x),
        MapAround = c.MapAround.Times(x),
        ReadAhead = c.ReadAhead.Times(x),
    };

    private static Costs Scan(Costs c, double x) => c with
    {
        ScanFolio = c.ScanFolio.Times(x),
        AddFolio = c.AddFolio.Times(x),
        CheckReferences = c.CheckReferences.Times(x),
        AgePte = c.AgePte.Times(x),
        AgeTable = c.AgeTable.Times(x),
        MarkIdle = c.MarkIdle.Times(x),
    };
}
