using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>
/// A policy that is replayed: its batches, what it flushes, and its counts. It hears of each recorded event what it may need.
/// </summary>
internal abstract class PolicyReplay : ILazyFlushes
{
    /// <summary>Parts that the time of a recording is divided into.</summary>
    internal const int Parts = 100;

    /// <summary>Classes of waiting times: up to 2^32 microseconds, 71 minutes.</summary>
    internal const int WaitClasses = 32;

    private readonly uint bit;
    private readonly long[] lazy = new long[Enum.GetValues<LazyCause>().Length];
    private readonly long[] overTime = new long[Parts];
    private readonly long[] waits = new long[WaitClasses];
    private int underWay;
    private bool madeLazily;

    private protected PolicyReplay(ReplayScene scene, int number, string name, Profile profile)
    {
        Scene = scene;
        Name = name;
        Profile = profile;
        bit = 1u << number;
        Batches = new Batches(State, 3 * ReplayTasks.Most + 1, scene.Cpus.Count);
    }

    internal string Name { get; }

    internal long BatchFlushes { get; private set; }

    internal long Interrupts { get; private set; }

    /// <summary>Those of them that flushes of single PTEs sent.</summary>
    internal long SingleInterrupts { get; private set; }

    /// <inheritdoc/>
    public int Normal => Scene.Task;

    /// <inheritdoc/>
    public int Qualified => ReplayTasks.Most + Scene.Task;

    /// <inheritdoc/>
    public int Epoch => 3 * ReplayTasks.Most;

    /// <inheritdoc/>
    public bool OthersFlush => underWay > 0;

    private protected ReplayScene Scene { get; }

    private protected Profile Profile { get; }

    private protected StateArrays State { get; } = new();

    private protected Batches Batches { get; }

    /// <summary>The mappings of the folio in hand that may wait.</summary>
    private protected int ReadOnly => 2 * ReplayTasks.Most + Scene.Task;

    private protected long Left { get; set; }

    private protected long Epochs { get; set; }

    private protected long GiveUps { get; private set; }

    private long SingleFlushes { get; set; }

    private long MostInterrupts { get; set; }

    /// <inheritdoc/>
    public bool Required(int batch) => Batches.Required(batch);

    /// <inheritdoc/>
    public void Fold(int into, int from) => Batches.Fold(into, from);

    /// <inheritdoc/>
    public bool Flush(int batch, int cpu)
    {
        if (!Batches.Required(batch)) return false;
        ReadOnlySpan<ulong> set = Batches.Mask(batch);
        Count(Scene.Cpus.Interrupted(set, cpu), set, cpu);
        if (batch == Epoch)
        {
            // before the event that is recorded, or with nothing after it that would tell its end: it counts as over
            madeLazily = true;
            Batches.Clear(batch);
            return true;
        }
        BatchFlushes++;
        if (Batches.Required(Epoch)) Batches.Credit(Epoch, set);
        Flushing(batch);
        Batches.Clear(batch);
        ref uint flushing = ref Scene.Tasks[Scene.Task].Flushing;
        if ((flushing & bit) == 0) underWay++;
        flushing |= bit;
        return true;
    }

    /// <inheritdoc/>
    public void TakeLock()
    {
        // nobody holds it from one recorded event to the next
    }

    /// <inheritdoc/>
    public void GaveUp() => GiveUps++;

    /// <inheritdoc/>
    public virtual void HandedOver(int folios)
    {
    }

    /// <inheritdoc/>
    public void Forced(LazyCause cause)
    {
        if (madeLazily) lazy[(int)cause]++;
        madeLazily = false;
    }

    /// <summary>The task's next event came: its flush is over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void FlushEnds(uint flushing)
    {
        if ((flushing & bit) != 0) underWay--;
    }

    /// <summary>A PTE was cleared whose flush is put off.</summary>
    internal virtual void Deferred(in ClearedPte pte, ReadOnlySpan<ulong> cpus)
    {
        if (pte.Present || !Profile.SkipsInaccessible) Batches.Add(Normal, cpus);
    }

    /// <summary>
    /// An accessible PTE was cleared with a flush of its own (flush_tlb_page). It counts when another CPU may hold the translation: else it
    /// is one instruction under every policy.
    /// </summary>
    internal void ClearedAtOnce(in ClearedPte pte, int cpu, ReadOnlySpan<ulong> cpus)
    {
        if (!CpuMasks.AnyBut(cpus, cpu)) return;
        SingleFlushes++;
        int interrupts = Scene.Cpus.Interrupted(cpus, cpu, pte.Mm, freedTables: false);
        SingleInterrupts += interrupts;
        Count(interrupts, cpus, cpu);
    }

    /// <summary>The last mapping of the folio in hand was cleared.</summary>
    internal virtual void FolioUnmapped(ref ReplayTask task)
    {
    }

    /// <summary>try_to_unmap_flush.</summary>
    internal virtual void FlushAsked() => Flush(Normal, Scene.Cpu);

    /// <summary>All translations of an address space were flushed, or those of some pages of it.</summary>
    internal virtual void RangeFlushed(bool all, ReadOnlySpan<ulong> cpus)
    {
    }

    internal virtual void Prefetch(int frame)
    {
    }

    internal virtual void Freed(int frame, int order)
    {
    }

    internal virtual void Allocated(int frame, int order)
    {
    }

    internal virtual void Drained(int frame, int order)
    {
    }

    internal virtual void Refilled(int frame, int order)
    {
    }

    internal virtual void Triggered(FlushTrigger what, int frame)
    {
    }

    /// <summary>Memory of a node was short; −1: of one unknown.</summary>
    internal virtual void Pressure(int node)
    {
    }

    /// <summary>The present task is kept no longer.</summary>
    internal virtual void Forget()
    {
        Batches.Clear(Normal);
        Batches.Clear(Qualified);
        Batches.Clear(ReadOnly);
    }

    internal ReplayedCounts Counts() => new()
    {
        Name = Name,
        BatchFlushes = BatchFlushes,
        SingleFlushes = SingleFlushes,
        LazyFlushes = Named(lazy, CauseNames),
        InterruptsLow = Scene.Setup.KnowsLazyCpus ? Interrupts : 0,
        InterruptsHigh = Scene.Setup.KnowsLazyCpus ? Interrupts : MostInterrupts,
        Epochs = Epochs,
        GiveUps = Named([GiveUps], ["a flush was under way"]),
        FramesLeft = Left,
        WaitMicroseconds = waits,
        OverTime = overTime,
    };

    /// <summary>What a cause is called in results.</summary>
    private protected virtual IReadOnlyList<string> CauseNames => ["allocation", "write fault", "writable mmap", "memory pressure"];

    /// <summary>A batch is flushed.</summary>
    private protected virtual void Flushing(int batch)
    {
    }

    /// <summary>The present time as frames keep it: in units of 1,024 ns, which wrap after 73 minutes.</summary>
    private protected uint Clock => (uint)(Scene.Now >> 10);

    /// <summary>A frame that was freed with its flush to come is used again.</summary>
    private protected void Reused(uint freed)
    {
        ulong microseconds = (ulong)(Clock - freed) * 1_024 / 1_000;
        waits[Math.Min(ulong.Log2(Math.Max(microseconds, 1)), WaitClasses - 1)]++;
    }

    private void Count(int interrupts, ReadOnlySpan<ulong> set, int cpu)
    {
        Interrupts += interrupts;
        MostInterrupts += ReplayCpus.Others(set, cpu);
        long length = Math.Max(Scene.Setup.EndNs - Scene.Setup.StartNs, 1);
        overTime[(int)Math.Clamp((double)Scene.Now / length * Parts, 0, Parts - 1)]++;
    }

    private static Dictionary<string, long> Named(long[] counts, IReadOnlyList<string> names)
    {
        Dictionary<string, long> named = [];
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0) named.Add(names[i], counts[i]);
        }
        return named;
    }
}
