using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>A flush on its way: of one address space, or of whatever is loaded when many were unmapped in one batch.</summary>
/// <param name="Mm">The address space, or <see cref="Batch"/>.</param>
/// <param name="Generation">The generation of the address space that the flush brings a CPU to.</param>
/// <param name="Start">First virtual page.</param>
/// <param name="Pages">Virtual pages, or <see cref="Full"/>.</param>
/// <param name="FreedTables">Page tables go too, which even lazy CPUs may be walking.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly record struct FlushRequest(int Mm, long Generation, int Start, int Pages, bool FreedTables)
{
    internal const int Batch = -1;
    internal const int Full = -1;

    internal bool IsBatch => Mm == Batch;
}

/// <summary>
/// The TLB state of all address spaces on all CPUs, as x86 keeps it. An address space has a generation that every unmap advances, and the
/// mask of CPUs whose latest user address space it is. A CPU has one loaded, is lazy or not, and remembers for six tagged ones (ASIDs) the
/// generation each was flushed up to.
/// </summary>
internal sealed class Shootdown
{
    /// <summary>No user address space: init_mm.</summary>
    internal const int NoMm = -1;

    /// <summary>A flush of more pages than this is a full one (tlb_single_page_flush_ceiling; published, kernel source).</summary>
    internal const int PageCeiling = 33;

    /// <summary>Tags a CPU gives to address spaces, init_mm among them (TLB_NR_DYN_ASIDS; published, kernel source).</summary>
    private const int Asids = 6;

    /// <summary>No address space has had the tag yet.</summary>
    private const int Unused = -2;

    private readonly Profile profile;
    private readonly Tallies tallies;
    private readonly Tlb? tlb;
    private readonly bool tagged;
    private readonly CpuMasks masks;
    private readonly long[] generation;
    private readonly int[] loaded;
    private readonly int[] asid;
    private readonly bool[] lazy;
    private readonly int[] nextAsid;
    private readonly int[] asidMm;
    private readonly long[] asidGeneration;
    private readonly long[] fullFlushes;

    /// <param name="state">Takes the arrays.</param>
    /// <param name="cpus">CPUs.</param>
    /// <param name="mms">Address spaces.</param>
    /// <param name="tagged">The TLBs tell six address spaces apart (PCID); without, every switch flushes.</param>
    /// <param name="tlb">The TLBs' contents; null when nobody looks at them.</param>
    /// <param name="profile">The kernel.</param>
    /// <param name="tallies">Counts.</param>
    internal Shootdown(StateArrays state, int cpus, int mms, bool tagged, Tlb? tlb, Profile profile, Tallies tallies)
    {
        this.profile = profile;
        this.tallies = tallies;
        this.tlb = tlb;
        this.tagged = tagged;
        Cpus = cpus;
        masks = new CpuMasks(state, mms, cpus);
        generation = state.Array<long>(mms);
        loaded = state.Array<int>(cpus);
        asid = state.Array<int>(cpus);
        lazy = state.Array<bool>(cpus);
        nextAsid = state.Array<int>(cpus);
        asidMm = state.Array<int>(cpus * Asids);
        asidGeneration = state.Array<long>(cpus * Asids);
        fullFlushes = tallies.Array<long>(cpus);
        Array.Fill(loaded, NoMm);
        // a CPU starts in init_mm, under its first tag
        Array.Fill(asidMm, Unused);
        for (int cpu = 0; cpu < cpus; cpu++) asidMm[cpu * Asids] = NoMm;
        Array.Fill(nextAsid, 1);
        Array.Fill(generation, 1);
    }

    internal int Cpus { get; }

    /// <summary>Hears of full flushes.</summary>
    internal FlushPolicy? Policy { get; set; }

    /// <summary>The address space's generation.</summary>
    internal long Generation(int mm) => generation[mm];

    /// <summary>The generation this CPU has flushed its loaded address space up to.</summary>
    internal long FlushedTo(int cpu) => loaded[cpu] == NoMm ? 0 : asidGeneration[cpu * Asids + asid[cpu]];

    /// <summary>Flushes of a whole address space this CPU has done: a change tells that its TLB started empty.</summary>
    internal long FullFlushes(int cpu) => fullFlushes[cpu];

    /// <summary>True when the CPU may use its translations at any moment: an address space is loaded and the CPU is not lazy.</summary>
    internal bool InUse(int cpu) => loaded[cpu] != NoMm && !lazy[cpu];

    /// <summary>The address space the CPU has loaded, or <see cref="NoMm"/>.</summary>
    internal int Loaded(int cpu) => loaded[cpu];

    internal bool Lazy(int cpu) => lazy[cpu];

    /// <summary>The tag of the loaded address space.</summary>
    internal int Asid(int cpu) => asid[cpu];

    /// <summary>mm_cpumask.</summary>
    internal ReadOnlySpan<ulong> Mask(int mm) => masks[mm];

    internal bool AnyOtherInMask(int mm, int cpu) => masks.AnyBut(mm, cpu);

    /// <summary>A PTE was cleared: translations older than the generation returned are stale.</summary>
    internal long Advance(int mm) => ++generation[mm];

    /// <summary>
    /// Whether a CPU of the mask is interrupted. With page tables freed every one is. Otherwise a lazy CPU is not, since it looks at the
    /// generation when it returns; a batch's flush goes to all others whatever they run, an address space's to those that have it loaded.
    /// </summary>
    internal bool Reaches(in FlushRequest request, int cpu)
    {
        if (request.FreedTables) return true;
        if (lazy[cpu] && profile.SkipsLazyCpus) return false;
        return request.IsBatch || loaded[cpu] == request.Mm;
    }

    /// <summary>
    /// A CPU runs the flush function (flush_tlb_func). On any but the sender the interrupt counts before anything is looked at. A CPU that
    /// went lazy under way drops the address space instead; one that is at the asked generation already does nothing in an address space's
    /// flush, and only says so in a batch's.
    /// </summary>
    internal void Run(int cpu, in FlushRequest request, bool sender)
    {
        if (!sender) tallies.Interrupts[cpu]++;
        int mm = loaded[cpu];
        if (mm == NoMm) return;
        if (!request.IsBatch && request.Mm != mm) return;
        if (lazy[cpu])
        {
            Leave(cpu);
            return;
        }
        FlushReason reason = !sender ? FlushReason.RemoteShootdown
            : request.IsBatch ? FlushReason.LocalShootdown : FlushReason.LocalMmShootdown;
        ref long flushed = ref asidGeneration[cpu * Asids + asid[cpu]];
        if (!request.IsBatch && flushed >= request.Generation) return;
        if (flushed >= generation[mm])
        {
            tallies.Flush(cpu, reason, FlushedPages.None);
            return;
        }
        // pages can be flushed alone only by a CPU that has missed nothing else; otherwise it catches up by a full flush
        bool alone = request.Pages != FlushRequest.Full && flushed + 1 == request.Generation && request.Generation == generation[mm];
        tallies.Flush(cpu, reason, alone ? FlushedPages.Range : FlushedPages.All);
        if (alone)
        {
            for (int page = request.Start; page < request.Start + request.Pages; page++) tlb?.FlushPage(cpu, asid[cpu], page);
        }
        else
        {
            DropAll(cpu);
        }
        flushed = generation[mm];
    }

    /// <summary>The CPU switched to the idle task or a kernel thread: the address space stays loaded, unused.</summary>
    internal void EnterLazy(int cpu) => lazy[cpu] = loaded[cpu] != NoMm;

    /// <summary>The CPU switches to a thread of an address space.</summary>
    /// <returns>True when the switch had to flush.</returns>
    internal bool Enter(int cpu, int mm)
    {
        if (loaded[cpu] == mm)
        {
            if (!lazy[cpu]) return false;
            lazy[cpu] = false;
            ref long flushed = ref asidGeneration[cpu * Asids + asid[cpu]];
            if (flushed >= generation[mm] || !profile.FlushesOnLeavingLazy) return false;
            tallies.Flush(cpu, FlushReason.TaskSwitch, FlushedPages.All);
            FlushAsid(cpu, mm);
            return true;
        }
        return Load(cpu, mm);
    }

    /// <summary>Drops the loaded address space for the kernel's own: what a lazy CPU does when it is interrupted.</summary>
    private void Leave(int cpu) => Load(cpu, NoMm);

    /// <summary>Loads another address space, or init_mm, which is in no mask and whose generation stands still.</summary>
    private bool Load(int cpu, int mm)
    {
        if (loaded[cpu] != NoMm) masks.Remove(loaded[cpu], cpu);
        if (mm != NoMm) masks.Add(mm, cpu);
        loaded[cpu] = mm;
        lazy[cpu] = false;
        bool flush = ChooseAsid(cpu, mm);
        tallies.Flush(cpu, FlushReason.TaskSwitch, flush ? FlushedPages.All : FlushedPages.None);
        if (flush) FlushAsid(cpu, mm);
        return flush;
    }

    /// <summary>Finds the tag of an address space, or takes the next in turn.</summary>
    /// <returns>True when what the TLB holds under that tag must go.</returns>
    private bool ChooseAsid(int cpu, int mm)
    {
        if (!tagged)
        {
            asidMm[cpu * Asids] = mm;
            return true;
        }
        for (int slot = 0; slot < Asids; slot++)
        {
            if (asidMm[cpu * Asids + slot] != mm) continue;
            asid[cpu] = slot;
            return mm != NoMm && asidGeneration[cpu * Asids + slot] < generation[mm];
        }
        asid[cpu] = nextAsid[cpu];
        nextAsid[cpu] = (nextAsid[cpu] + 1) % Asids;
        asidMm[cpu * Asids + asid[cpu]] = mm;
        return true;
    }

    private void FlushAsid(int cpu, int mm)
    {
        asidGeneration[cpu * Asids + asid[cpu]] = mm == NoMm ? 0 : generation[mm];
        DropAll(cpu);
    }

    private void DropAll(int cpu)
    {
        fullFlushes[cpu]++;
        tlb?.FlushAsid(cpu, asid[cpu]);
        Policy?.FullyFlushed(cpu);
    }
}
