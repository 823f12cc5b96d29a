namespace Harness.Model;

/// <summary>
/// Faults on mapped files: read-around on a miss, the next window when a page marked for it is met, fault-around of what is cached
/// (published: do_sync_mmap_readahead, do_async_mmap_readahead, do_fault_around). A window that another thread reads is not waited for.
/// </summary>
internal sealed class FilePages
{
    /// <summary>
    /// Pages of a window. Published: twice the 128 KiB of /sys/block/*/queue/read_ahead_kb, for llama.cpp advises POSIX_FADV_SEQUENTIAL.
    /// </summary>
    private const int Window = 64;

    /// <summary>Pages that one fault maps (published: fault_around_bytes, 64 KiB).</summary>
    private const int Around = 16;

    private readonly TieringKernel kernel;
    private readonly Drive drive;
    private readonly Reading[] readings;

    internal FilePages(TieringKernel kernel)
    {
        this.kernel = kernel;
        drive = new Drive(kernel.State, kernel.Machine.Storage);
        readings = kernel.State.Array<Reading>(kernel.Threads);
    }

    /// <summary>A thread, the present actor, faults on a page of a file that is not mapped.</summary>
    /// <param name="area">The mapping.</param>
    /// <param name="page">The page.</param>
    /// <param name="cpu">The thread's CPU.</param>
    /// <returns>False when the thread has to wait for the drive: the fault is to be made again then.</returns>
    internal bool Fault(in PageArea area, int page, int cpu)
    {
        Clock clock = kernel.Clock;
        clock.Spend(Component.Fault, kernel.Costs.Fault.Ns);
        ref ulong word = ref kernel.Tables.Words[page];
        ref Reading reading = ref readings[clock.Actor];
        if ((word & PageWord.Cached) == 0)
        {
            kernel.Counts[TieringCount.MajorFaults]++;
            kernel.Counts[TieringCount.Faults]++;
            int start = Math.Max(page - Window / 2, area.First);
            Read(area, start, start + Window, start + Window - Window / 4, cpu, ref reading);
            Wait(cpu, reading.ReadyAt);
            return false;
        }
        if (page >= reading.Start && page < reading.End && reading.ReadyAt > clock.Now)
        {
            Wait(cpu, reading.ReadyAt);
            return false;
        }
        kernel.Counts[TieringCount.Faults]++;
        if ((word & PageWord.Marker) != 0)
        {
            word &= ~PageWord.Marker;
            int next = NextMissing(area, page + 1);
            Read(area, next, next + Window, next, cpu, ref reading);
        }
        MapAround(area, page, reading);
        return true;
    }

    private int NextMissing(in PageArea area, int page)
    {
        int end = Math.Min(page + Window, area.End);
        while (page < end && (kernel.Tables.Words[page] & PageWord.Cached) != 0) page++;
        return page;
    }

    private void Read(in PageArea area, int start, int end, int marker, int cpu, ref Reading reading)
    {
        end = Math.Min(end, area.End);
        int node = kernel.NodeOfCpu(cpu);
        int pages = 0;
        int firstRead = 0;
        Span<int> added = stackalloc int[PageWord.MostNodes];
        added.Clear();
        for (int page = start; page < end; page++)
        {
            ref ulong word = ref kernel.Tables.Words[page];
            if ((word & PageWord.Cached) != 0) continue;
            if ((word & PageWord.Evicted) != 0) kernel.Counts[TieringCount.Refaults]++;
            int pfn = kernel.Pages.Take(cpu, node);
            int on = kernel.Pages.Allocator.NodeOf(pfn);
            word = PageWord.WithFrame(word, pfn, on);
            if (page == marker) word |= PageWord.Marker;
            kernel.Lru.Add(page, ref word, on, file: true, inFault: true);
            added[on]++;
            if (pages++ == 0) firstRead = page;
        }
        if (pages == 0) return;
        for (int on = 0; on < kernel.Nodes; on++) kernel.Lru.Locks.Add(on, added[on]);
        kernel.Clock.Spend(Component.Read, pages * kernel.Costs.ReadAhead.Ns);
        kernel.Counts[TieringCount.PagesRead] += pages;
        reading = new Reading { Start = start, End = end, ReadyAt = drive.Read(kernel.Clock.Now, firstRead, firstRead + pages) };
    }

    private void Wait(int cpu, long until)
    {
        kernel.Clock.Spend(Component.Fault, kernel.Costs.FallAsleep.Ns);
        kernel.Cpus.Sleep(cpu, until, Component.Read);
    }

    private void MapAround(in PageArea area, int page, in Reading reading)
    {
        int start = Math.Max(page & -Around, area.First);
        int end = Math.Min((page & -Around) + Around, area.End);
        if (reading.ReadyAt > kernel.Clock.Now && reading.Start > page) end = Math.Min(end, reading.Start);
        int mapped = 0;
        Span<ulong> words = kernel.Tables.Words.AsSpan(start, end - start);
        for (int i = 0; i < words.Length; i++)
        {
            ulong word = words[i];
            if ((word & (PageWord.Cached | PageWord.Mapped)) != PageWord.Cached) continue;
            if ((word & PageWord.Marker) != 0 && start + i != page) continue;
            words[i] = word | PageWord.Mapped | PageWord.Young;
            mapped++;
        }
        kernel.Tables.Use(page);
        kernel.Clock.Spend(Component.Fault, kernel.Costs.MapPage.Ns + (mapped - 1) * kernel.Costs.MapAround.Ns);
    }

    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential, Pack = 1)]
    private struct Reading
    {
        internal int Start;
        internal int End;
        internal long ReadyAt;
    }
}
