using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>
/// The kernel thread kmmscand as first posted (RFC version 0): it clears the accessed bits of one address space, notes which pages of slow
/// memory were used, moves all of those one by one, and so with the next address space; then it sleeps a little. Each step here is one page
/// table, or one page moved. Left out: splitting of huge mappings, of which the model has none.
/// </summary>
internal sealed class Kmmscand
{
    private const long Millisecond = 1_000_000;

    private readonly TieringKernel kernel;
    private readonly KmmscandKnobs knobs;
    private readonly PageArea[] areas;
    private readonly Slot[] slots;
    private readonly int[] list;
    private readonly Thread[] thread;
    private readonly int cpu;

    internal Kmmscand(TieringKernel kernel)
    {
        this.kernel = kernel;
        knobs = kernel.Knobs.Kmmscand;
        areas = kernel.Tables.Areas;
        slots = kernel.State.Array<Slot>(areas.Max(area => area.Process) + 1);
        slots.AsSpan().Fill(new Slot { Pace = KmmscandPace.First(knobs.PeriodMilliseconds) });
        list = kernel.State.Array<int>(kernel.Tables.Words.Length);
        thread = kernel.State.Array<Thread>(1);
        // like kswapd away from the workload's CPUs, which the model's threads fill from the first on
        kernel.Clock.StopAt(Actor, 0);
        cpu = (2 * kernel.Machine.Cpus - 1 - kernel.Nodes) % kernel.Machine.Cpus;
    }

    /// <summary>The thread starts, if it is enabled.</summary>
    internal void Begin()
    {
        if (knobs.Enabled) kernel.Clock.Wake(Actor, Component.Sleep);
    }

    /// <summary>The thread, the present actor, goes on.</summary>
    internal void Step()
    {
        ref Thread at = ref thread[0];
        if (at.Scanning) Scan(ref at);
        else if (at.Moved < at.Listed) Move(ref at);
        else NextSlot(ref at);
        kernel.Clock.Yield();
    }

    private int Actor => kernel.Threads + kernel.Nodes;

    /// <summary>The next address space whose time has come; after a round in which none had, sleep.</summary>
    private void NextSlot(ref Thread at)
    {
        at.Listed = at.Moved = 0;
        for (int tried = 0; tried < slots.Length; tried++)
        {
            at.Slot = (at.Slot + 1) % slots.Length;
            ref Slot slot = ref slots[at.Slot];
            if (kernel.Milliseconds < slot.NextScan) continue;
            kernel.Counts[TieringCount.KmmscandMmScans]++;
            slot.NextScan = kernel.Milliseconds + slot.Pace.Period;
            at.Scanning = true;
            at.Summed = 0;
            at.Area = FirstArea(at.Slot, slot.Address);
            if (at.Area < 0) at.Area = FirstArea(at.Slot, 0);
            if (at.Area >= 0) BeginArea(ref at);
            else EndScan(ref at);
            return;
        }
        kernel.Clock.WaitUntil(Component.Sleep, kernel.Clock.Now + knobs.SleepMilliseconds * Millisecond);
    }

    private void BeginArea(ref Thread at)
    {
        kernel.Counts[TieringCount.KmmscandVmaScans]++;
        at.Page = areas[at.Area].First;
        at.Summed += areas[at.Area].Pages;
    }

    /// <summary>One page table of the present area.</summary>
    private void Scan(ref Thread at)
    {
        long began = kernel.Clock.Now;
        PageArea area = areas[at.Area];
        int end = Math.Min(area.End, at.Page + PageTables.TablePages);
        if (area.File && !area.Writable) at.Page = area.End;
        else
        {
            int first = at.Page;
            at.Page = Look(ref at, end);
            kernel.Clock.Spend(Component.Scan, (Math.Min(at.Page, end) - first) * (kernel.Costs.ScanPte.Ns + kernel.Costs.MarkIdle.Ns));
            // a hole ends the walk of the area
            if (at.Page < end) at.Page = area.End;
        }
        if (at.Page == area.End) EndArea(ref at);
        kernel.Counts[TieringCount.KmmscandScanTime] += kernel.Clock.Now - began;
    }

    /// <summary>
    /// Looks at a table's pages and clears their accessed bits. The first time no page is idle yet, so that all count as used.
    /// </summary>
    /// <returns>The end, or the first page that is not mapped.</returns>
    private int Look(ref Thread at, int end)
    {
        kernel.Tables.Settle(PageTables.TableOf(at.Page));
        ulong[] words = kernel.Tables.Words;
        int top = 0;
        int slow = 0;
        int page = at.Page;
        for (; page < end; page++)
        {
            ref ulong word = ref words[page];
            if ((word & PageWord.Mapped) == 0) break;
            bool used = (word & (PageWord.Idle | PageWord.Young | PageWord.Referenced)) != PageWord.Idle;
            word = (word & ~(PageWord.Young | PageWord.Referenced)) | PageWord.Idle;
            if (!used) continue;
            if (kernel.IsTopTier(PageWord.NodeOf(word)))
            {
                top++;
                continue;
            }
            slow++;
            list[at.Listed++] = page;
        }
        kernel.Counts[TieringCount.KmmscandTopTier] += top;
        kernel.Counts[TieringCount.KmmscandSlowTier] += slow;
        kernel.Counts[TieringCount.KmmscandIdle] += page - at.Page - top - slow;
        kernel.Counts[TieringCount.KmmscandAdded] += slow;
        return page;
    }

    /// <summary>A scan ends with an area, when it covered enough; one that finds pages goes on up to the most.</summary>
    private void EndArea(ref Thread at)
    {
        ref Slot slot = ref slots[at.Slot];
        slot.Address = areas[at.Area].End;
        at.Area = FirstArea(at.Slot, slot.Address);
        long most = at.Listed > KmmscandPace.Few ? KmmscandPace.MostPages : slot.Pace.Pages;
        if (at.Area >= 0 && at.Summed < most)
        {
            BeginArea(ref at);
            return;
        }
        if (at.Area < 0) slot.Address = 0;
        EndScan(ref at);
    }

    private void EndScan(ref Thread at)
    {
        at.Scanning = false;
        ref Slot slot = ref slots[at.Slot];
        slot.Pace.Adapt(at.Listed);
        slot.NextScan = kernel.Milliseconds + slot.Pace.Period;
    }

    /// <summary>
    /// Promotes one page of the list: an unmapping, a flush and a copy for it alone. Nothing asks whether the target has room.
    /// </summary>
    private void Move(ref Thread at)
    {
        long began = kernel.Clock.Now;
        int page = list[at.Moved++];
        ulong word = kernel.Tables.Words[page];
        bool dirtyFile = kernel.IsFile(page) && (word & PageWord.Dirty) != 0;
        bool wanted = (word & PageWord.Mapped) != 0 && !kernel.IsTopTier(PageWord.NodeOf(word)) && !dirtyFile;
        bool moved = wanted && kernel.Promotion.Move(page, knobs.TargetNode, cpu);
        kernel.Counts[moved ? TieringCount.KmmscandMigrated : TieringCount.KmmscandFailed]++;
        kernel.Counts[TieringCount.KmmscandMigrationTime] += kernel.Clock.Now - began;
    }

    private int FirstArea(int process, int from)
    {
        for (int area = 0; area < areas.Length; area++)
        {
            if (areas[area].Process == process && areas[area].First >= from) return area;
        }
        return -1;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Slot
    {
        internal KmmscandPace Pace;
        internal long NextScan;
        internal int Address;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Thread
    {
        internal int Slot;
        internal int Area;
        internal int Page;
        internal int Listed;
        internal int Moved;
        internal long Summed;
        internal bool Scanning;
    }
}
