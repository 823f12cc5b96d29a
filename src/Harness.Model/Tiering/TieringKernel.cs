using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>
/// A kernel at machine scale: its parts and what they share. Each path is one action of one actor, in time; what it decides is decided page
/// by page.
/// </summary>
internal sealed class TieringKernel
{
    /// <summary>Latency of the memory that the cost of a copy was published for (assumed: local DRAM).</summary>
    private const int LocalLatencyNs = 90;

    private readonly bool[] isFile;
    private readonly bool[] isWritable;
    private readonly int[] processOf;
    private readonly int[] demotionTargets;
    private readonly int[] kswapdCpus;
    private readonly int[] nodeOfCpu;
    private readonly long[] copyNs;
    private readonly bool defersSingle;
    private readonly SharedLine[] reverseMaps;
    private readonly SharedLine[] mappings;

    /// <summary>A kernel whose memory is all free.</summary>
    /// <param name="machine">The machine; every node has pages.</param>
    /// <param name="profile">The kernel.</param>
    /// <param name="knobs">Its settings.</param>
    /// <param name="areas">The mappings; each begins with a page table of its own.</param>
    /// <param name="threads">Threads of the workload: the first actors. kswapd of each node comes after them, then kmmscand.</param>
    internal TieringKernel(Machine machine, Profile profile, TieringKnobs knobs, IReadOnlyList<PageArea> areas, int threads)
    {
        Machine = machine;
        Profile = profile;
        Knobs = knobs;
        Threads = threads;
        Nodes = machine.Nodes.Count;
        int processes = areas.Max(area => area.Process) + 1;
        if (processes > TieringFlushes.MostProcesses)
            throw new ArgumentException($"{processes} processes; at most {TieringFlushes.MostProcesses}");
        if (Nodes > PageWord.MostNodes) throw new ArgumentException($"{Nodes} nodes; at most {PageWord.MostNodes}");
        Counts = new TieringCounts(State);
        Clock = new Clock(State, threads + Nodes + (profile.HasKmmscand ? 1 : 0));
        Cpus = new TieringCpus(State, machine, processes, threads, Clock, Counts);
        Flushes = new TieringFlushes(State, Clock, Costs, Counts, Cpus, threads, creditsAll: profile.Policy == PolicyKind.Migrc);
        Luf = new LufEpochs(State, profile, Flushes);
        Tables = new PageTables(State, areas);
        Lru = new Lru(State, machine, knobs.LruGenerations ?? profile.HasGenerations, Tables, Clock, Counts);
        Pages = new Pages(this, Memory(machine));
        Migration = new Migration(this);
        Reclaim = new Reclaim(this, threads);
        Anonymous = new AnonymousPages(this);
        Migrc = new MigrcSources(State, profile, Tables.Words.Length, Flushes, Pages);
        reverseMaps = [.. Enumerable.Range(0, processes).Select(_ => new SharedLine(State, Clock, Costs))];
        mappings = [.. areas.Select(_ => new SharedLine(State, Clock, Costs))];
        Promotion = new Promotion(this);
        HintFaults = new HintFaults(this);
        Balancing = new NumaBalancing(this);
        if (profile.HasKmmscand) Kmmscand = new Kmmscand(this);
        isFile = [.. areas.Select(area => area.File)];
        isWritable = [.. areas.Select(area => area.Writable)];
        processOf = [.. areas.Select(area => area.Process)];
        demotionTargets = [.. Enumerable.Range(0, Nodes).Select(TargetBelow)];
        kswapdCpus = [.. Enumerable.Range(0, Nodes).Select(node => machine.Cpus - 1 - node % machine.Cpus)];
        nodeOfCpu = [.. machine.Nodes.SelectMany((node, number) => Enumerable.Repeat(number, node.Cpus))];
        copyNs = [.. machine.Nodes.SelectMany(from => machine.Nodes.Select(to => CopyTime(from, to)))];
        defersSingle = profile.Policy != PolicyKind.Immediate;
        for (int node = 0; node < Nodes; node++) Clock.StopAt(threads + node, 0);
    }

    internal StateArrays State { get; } = new();

    /// <summary>Who hears of what a recording would hold; null for nobody.</summary>
    internal ITieringWatcher? Watcher
    {
        get;
        set => Pages.Allocator.Watcher = Flushes.Watcher = field = value;
    }

    internal Machine Machine { get; }

    internal Profile Profile { get; }

    internal TieringKnobs Knobs { get; }

    internal Costs Costs => Machine.Costs;

    internal int Threads { get; }

    internal int Nodes { get; }

    internal TieringCounts Counts { get; }

    internal Clock Clock { get; }

    internal TieringCpus Cpus { get; }

    internal TieringFlushes Flushes { get; }

    internal LufEpochs Luf { get; }

    internal PageTables Tables { get; }

    internal Lru Lru { get; }

    internal Pages Pages { get; }

    internal Migration Migration { get; }

    internal Reclaim Reclaim { get; }

    internal AnonymousPages Anonymous { get; }

    internal MigrcSources Migrc { get; }

    internal Promotion Promotion { get; }

    internal HintFaults HintFaults { get; }

    internal NumaBalancing Balancing { get; }

    /// <summary>The thread that promotes by accessed bits, where the kernel has it.</summary>
    internal Kmmscand? Kmmscand { get; }

    /// <summary>The present time in milliseconds.</summary>
    internal long Milliseconds => Clock.Now / 1_000_000;

    /// <summary>Whether promotions are counted: 6.12 only does in memory-tiering mode.</summary>
    internal bool CountsPromotions => Profile.CountsEveryPromotion || (Knobs.NumaBalancing & 2) != 0;

    /// <summary>
    /// Fast memory: a node with CPUs. 6.1 puts every node that is no device memory into one tier; here all memory-only nodes are taken for
    /// device memory.
    /// </summary>
    internal bool IsTopTier(int node) => Machine.Nodes[node].Cpus > 0;

    /// <summary>The measured window begins now: nothing before is counted.</summary>
    internal void BeginWindow()
    {
        Counts.Clear();
        Kmmscand?.Begin();
        Cpus.BeginWindow();
        Clock.BeginWindow();
    }

    /// <summary>The node that a node's pages are demoted to; -1 when they are not.</summary>
    internal int DemotionTarget(int node) => demotionTargets[node];

    /// <summary>The CPU that a node's kswapd runs on: from the last one down, away from the workload's.</summary>
    internal int KswapdCpu(int node) => kswapdCpus[node];

    /// <summary>The node that a CPU belongs to.</summary>
    internal int NodeOfCpu(int cpu) => nodeOfCpu[cpu];

    /// <summary>Copying a page from a node to another.</summary>
    internal long CopyNs(int from, int to) => copyNs[from * Nodes + to];

    /// <summary>Whether the page belongs to a file.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsFile(int page) => isFile[Tables.AreaOf(page)];

    /// <summary>Whether the page's mapping may be written.</summary>
    internal bool IsWritable(int page) => isWritable[Tables.AreaOf(page)];

    /// <summary>The process that maps the page.</summary>
    internal int ProcessOf(int page) => processOf[Tables.AreaOf(page)];

    /// <summary>The lock and the reference count of the page's anon_vma, of which a process has one here.</summary>
    internal SharedLine ReverseMapOf(int page) => reverseMaps[ProcessOf(page)];

    /// <summary>The lock of the page's mapping, taken for reading by every fault.</summary>
    internal SharedLine MappingOf(int page) => mappings[Tables.AreaOf(page)];

    /// <summary>Clears the mapping of a page, if it has one; its flush joins the actor's batch.</summary>
    /// <param name="page">The page.</param>
    /// <param name="word">Its word, which stays mapped: migration maps it again, reclaim drops it.</param>
    /// <param name="cpu">The CPU of the actor.</param>
    /// <param name="deferred">False where the kernel flushes each mapping at once.</param>
    /// <param name="mayKeep">True where MIGRC may keep the source.</param>
    /// <returns>True when the lazy policy may take it.</returns>
    internal bool Unmap(int page, ref ulong word, int cpu, bool deferred = true, bool mayKeep = false)
    {
        if ((word & PageWord.Mapped) == 0) return false;
        Counts[TieringCount.Unmapped]++;
        int process = ProcessOf(page);
        // while a scan changes PTEs of the process, a protected page counts as accessible (published: pte_accessible, tlb_flush_pending)
        bool accessible = (word & PageWord.ProtNone) == 0 || Balancing.AnyScanning(process);
        if (!accessible && Profile.SkipsInaccessible) return false;
        if (!deferred || !defersSingle || !Cpus.RunsElsewhere(process, cpu))
        {
            if (accessible) Flushes.FlushProcess(process, cpu);
            return false;
        }
        bool writable = (word & PageWord.Writable) != 0;
        bool lazily = Luf.Enabled ? Profile.Luf.MayWait(writable) : mayKeep && Migrc.MayKeep(page, writable, (word & PageWord.Dirty) != 0);
        Watcher?.Unmapped(cpu, (int)(word & PageWord.Frame), word, process, Cpus.Of(process));
        Flushes.Add(lazily ? Flushes.Qualified : Flushes.Normal, process);
        return lazily;
    }

    /// <summary>
    /// The nearest memory-only node, when demotion is on.
    /// </summary>
    private int TargetBelow(int node)
    {
        if (!Knobs.Demotion || !IsTopTier(node)) return -1;
        for (int other = 0; other < Nodes; other++)
        {
            if (!IsTopTier(other)) return other;
        }
        return -1;
    }

    /// <summary>
    /// A copy between slower nodes begins later, and takes as long as their bandwidth makes it if that is more: reads are prefetched and
    /// writes posted (assumed).
    /// </summary>
    private long CopyTime(MemoryNode from, MemoryNode to)
    {
        double slowest = Math.Min(from.BytesPerSecond, to.BytesPerSecond);
        long transfer = slowest == 0 ? 0 : (long)(4096 * 1e9 / slowest);
        return Math.Max(Costs.Copy.Ns, transfer) + Math.Max(Math.Max(from.LatencyNs, to.LatencyNs) - LocalLatencyNs, 0);
    }

    private static AllocatorShape Memory(Machine machine)
    {
        int start = 0;
        List<ZoneShape> zones = [];
        for (int node = 0; node < machine.Nodes.Count; node++)
        {
            zones.Add(new ZoneShape(node, start, machine.Nodes[node].Pages));
            start += (machine.Nodes[node].Pages + 1023) & ~1023;
        }
        int[] cpuNodes = [.. machine.Nodes.SelectMany((node, number) => Enumerable.Repeat(number, node.Cpus))];
        return new AllocatorShape
        {
            Zones = zones, CpuNodes = cpuNodes, Tuning = PerCpuTuning.Automatic, MinFreeKilobytes = machine.MinFreeKilobytes,
        };
    }
}
