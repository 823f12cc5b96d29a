using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>How far a task has come with clearing a range.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct ZapCursor
{
    internal ZapStage Stage;
    internal int At;

    /// <summary>Where the locked page table, or the range, ends.</summary>
    internal int TableEnd;
    internal int First;
    internal int End;
    internal bool Full;
    internal bool DirtyFile;
    internal bool Begun;
}

/// <summary>Where in the work a task is.</summary>
internal enum ZapStage : byte
{
    Lock,
    Clear,
    FlushTable,
    TableFlushed,
    FreeEarly,
    Finish,
    Free,
    Over,
}

/// <summary>
/// unmap_page_range and what follows it: clears a range of PTEs, a page table at a time under its lock, gathers the pages, flushes, and
/// frees them. A flush comes before the end when the gather is full, or when a dirty file page was met: its folio may be written out as
/// soon as the lock is dropped, so nobody may write to it through an old translation.
/// </summary>
internal sealed class Zapping(Kernel kernel)
{
    private readonly MmuGather gather = new(kernel);

    /// <summary>One step.</summary>
    /// <param name="task">The task.</param>
    /// <param name="mm">The address space, locked against changes.</param>
    /// <param name="start">First virtual page.</param>
    /// <param name="end">The virtual page after the last.</param>
    /// <param name="cursor">How far it has come.</param>
    /// <param name="pause">How the task goes on, unless all is done.</param>
    /// <returns>True when the range is empty and its pages are freed.</returns>
    internal bool Step(int task, int mm, int start, int end, ref ZapCursor cursor, out Pause pause)
    {
        if (!cursor.Begun)
        {
            cursor.Begun = true;
            cursor.At = start;
            cursor.First = end;
            kernel.Spaces.ChangesInFlight(mm)++;
        }
        switch (cursor.Stage)
        {
            case ZapStage.Lock:
                pause = Lock(task, mm, end, ref cursor);
                return false;
            case ZapStage.Clear:
                pause = Clear(task, mm, ref cursor);
                return false;
            case ZapStage.FlushTable:
                pause = FlushTable(task, mm, ref cursor);
                return false;
            case ZapStage.TableFlushed:
                pause = TableFlushed(task, mm, ref cursor);
                return false;
            case ZapStage.FreeEarly:
                if (gather.Free(task, out long early)) cursor.Stage = ZapStage.Lock;
                pause = Pause.Work(early, Component.Free);
                return false;
            case ZapStage.Finish:
                pause = Finish(task, mm, start, end, ref cursor);
                return false;
            case ZapStage.Free:
                gather.DropRmaps(task);
                if (gather.Free(task, out long late)) cursor.Stage = ZapStage.Over;
                pause = Pause.Work(late, Component.Free);
                return false;
            default:
                pause = default;
                kernel.Spaces.ChangesInFlight(mm)--;
                cursor = default;
                return true;
        }
    }

    private Pause Lock(int task, int mm, int end, ref ZapCursor cursor)
    {
        if (cursor.At >= end)
        {
            cursor.Stage = ZapStage.Finish;
            return Pause.At(Component.Unmap);
        }
        if (!kernel.Spaces.TryLockTable(mm, cursor.At, task)) return kernel.Spin(task, WaitKind.Table, mm, cursor.At);
        cursor.Stage = ZapStage.Clear;
        cursor.TableEnd = Math.Min(end, AddressSpaces.TableEnd(cursor.At));
        kernel.BeginPendingFlush(task, mm);
        kernel.Oracle?.Walks(mm, cursor.At, cursor.TableEnd);
        return Pause.At(Component.Unmap);
    }

    /// <summary>Clears the next run of PTEs of the locked table.</summary>
    private Pause Clear(int task, int mm, ref ZapCursor cursor)
    {
        while (cursor.At < cursor.TableEnd && kernel.Spaces.Pte(mm, cursor.At).IsNone) cursor.At++;
        if (cursor.At < cursor.TableEnd && !cursor.Full)
        {
            ref Pte pte = ref kernel.Spaces.Pte(mm, cursor.At);
            if (pte.IsEntry)
            {
                pte = Pte.None;
                cursor.At++;
                return Pause.Work(kernel.Costs.Zap.Run, Component.Unmap);
            }
            return Pause.Work(ClearRun(task, mm, ref cursor), Component.Unmap);
        }
        if (cursor.Full || cursor.DirtyFile)
        {
            cursor.Stage = ZapStage.FlushTable;
            return Pause.At(Component.Unmap);
        }
        kernel.UnlockTable(mm, cursor.TableEnd - 1);
        cursor.Stage = ZapStage.Lock;
        return Pause.At(Component.Unmap);
    }

    /// <returns>The nanoseconds it takes.</returns>
    private long ClearRun(int task, int mm, ref ZapCursor cursor)
    {
        Pte first = kernel.Spaces.Pte(mm, cursor.At);
        bool huge = (first.Word & Pte.HugeBit) != 0;
        int folio = kernel.Frames.Folio(first.Frame);
        int folioEnd = folio + (1 << kernel.Frames.Order(folio));
        int run = 0;
        bool dirty = false;
        do
        {
            ref Pte pte = ref kernel.Spaces.Pte(mm, cursor.At + run);
            dirty |= pte.Dirty;
            pte = Pte.None;
            kernel.Tallies[Tally.Unmapped]++;
            run++;
        }
        while (kernel.Profile.Gather.Runs && !huge && cursor.At + run < cursor.TableEnd && first.Frame + run < folioEnd
            && kernel.Spaces.Pte(mm, cursor.At + run) is var next && next.Frame == first.Frame + run && next.Maps
            && next.ProtNone == first.ProtNone);
        bool file = kernel.Frames.Use(folio) == FrameUse.File;
        if (dirty) kernel.Frames.Set(folio, FolioFlags.Dirty);
        bool delay = dirty && file && kernel.Profile.Gather.DelaysRmap;
        if (!delay)
        {
            for (int i = 0; i < run; i++) kernel.Frames.MapCount(first.Frame + i)--;
        }
        cursor.DirtyFile |= dirty && file;
        cursor.First = Math.Min(cursor.First, cursor.At);
        cursor.At += run;
        cursor.End = huge ? cursor.At - 1 + AddressSpaces.TablePages : cursor.At;
        kernel.Tallies[Tally.ZapRuns]++;
        cursor.Full = gather.Add(task, first.Frame, run, delay);
        return kernel.Costs.Zap.Clear(run, kernel.Frames.Order(folio) > 0, kernel.Profile.LargeFolios);
    }

    /// <summary>The flush before the end, with the page table still locked.</summary>
    private Pause FlushTable(int task, int mm, ref ZapCursor cursor)
    {
        kernel.Tallies[Tally.ForcedFlushes]++;
        kernel.Flushes.BeginRange(task, mm, cursor.First, cursor.End - cursor.First, freedTables: false);
        cursor.Stage = ZapStage.TableFlushed;
        return Pause.At(Component.Flush);
    }

    private Pause TableFlushed(int task, int mm, ref ZapCursor cursor)
    {
        gather.DropRmaps(task);
        kernel.UnlockTable(mm, cursor.TableEnd - 1);
        cursor.First = int.MaxValue;
        cursor.End = 0;
        cursor.Full = cursor.DirtyFile = false;
        cursor.Stage = ZapStage.FreeEarly;
        return Pause.At(Component.Flush);
    }

    /// <summary>
    /// The ranges go, which until now the reverse map could walk. Then tlb_finish_mmu: the flush of what was cleared since the last. Page
    /// tables that no range needs any more are freed, which even lazy CPUs must hear of. While another gather is under way in the address
    /// space, all of it is flushed, and everywhere: an entry found empty may be one that the other has cleared and not flushed.
    /// </summary>
    private Pause Finish(int task, int mm, int start, int end, ref ZapCursor cursor)
    {
        cursor.Stage = ZapStage.Free;
        kernel.Spaces.Cut(mm, start, end);
        bool freed = kernel.Spaces.DropTables(mm, start, end);
        bool nested = kernel.Spaces.ChangesInFlight(mm) > 1;
        bool cleared = cursor.End > cursor.First;
        if (nested) kernel.Flushes.BeginRange(task, mm, 0, FlushRequest.Full, freedTables: true);
        else if (cleared) kernel.Flushes.BeginRange(task, mm, cursor.First, cursor.End - cursor.First, freed);
        else if (freed) kernel.Flushes.BeginRange(task, mm, start, end - start, freed);
        return Pause.At(Component.Flush);
    }
}
