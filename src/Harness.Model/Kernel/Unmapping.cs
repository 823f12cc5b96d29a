using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>What an unmap is for.</summary>
internal enum UnmapFor : byte
{
    /// <summary>The folio is to be freed: try_to_unmap.</summary>
    Reclaim,

    /// <summary>The folio moves: migration entries take the place of its mappings (try_to_migrate).</summary>
    Migration,

    /// <summary>The page is no longer the file's: what pending batches hold is flushed as well (unmap_mapping_folio).</summary>
    Invalidation,
}

/// <summary>How far a task has come with the mappings of one folio.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal record struct UnmapCursor(MappingCursor At, int Mm, int Page, bool Locked, bool PendingDone, ulong Cleared);

/// <summary>
/// Clears the mappings of a folio, one a step. A deferred flush leaves the page table at once; an immediate one is made with the page
/// table locked (ptep_clear_flush), and only if the PTE was accessible. A 2 MiB mapping is never deferred, and its flush counts as one of
/// page tables, which reaches lazy CPUs too (pmdp_invalidate).
/// </summary>
internal sealed class Unmapping(Kernel kernel)
{
    /// <summary>One step.</summary>
    /// <param name="task">The task.</param>
    /// <param name="folio">The folio, locked by the task.</param>
    /// <param name="what">What it is for.</param>
    /// <param name="batch">The path allows deferring: TTU_BATCH_FLUSH.</param>
    /// <param name="cursor">How far it has come.</param>
    /// <param name="pause">How the task goes on, unless all is unmapped.</param>
    /// <returns>True when no mapping is left.</returns>
    internal bool Step(int task, int folio, UnmapFor what, bool batch, ref UnmapCursor cursor, out Pause pause)
    {
        if (cursor.Locked)
        {
            pause = Finish(what, ref cursor);
            return false;
        }
        MappingCursor ahead = cursor.At;
        if (!kernel.ReverseMap.Next(folio, ref ahead, entries: false, out int mm, out int page))
        {
            cursor = default;
            pause = default;
            return true;
        }
        if (!kernel.Spaces.TryLockTable(mm, page, task))
        {
            pause = kernel.Spin(task, WaitKind.Table, mm, page);
            return false;
        }
        if (what == UnmapFor.Invalidation && !cursor.PendingDone && kernel.BeginPendingFlush(task, mm))
        {
            cursor.PendingDone = true;
            pause = Pause.At(Component.Unmap);
            return false;
        }
        cursor.PendingDone = false;
        cursor.At = ahead;
        Clear(task, what, batch, mm, page, ref cursor);
        pause = Pause.Work(kernel.Costs.Unmap, Component.Unmap);
        return false;
    }

    private void Clear(int task, UnmapFor what, bool batch, int mm, int page, ref UnmapCursor cursor)
    {
        ref Pte pte = ref kernel.Spaces.Pte(mm, page);
        Pte cleared = pte;
        bool huge = (cleared.Word & Pte.HugeBit) != 0;
        int folio = kernel.Frames.Folio(cleared.Frame);
        if (cleared.Dirty) kernel.Frames.Set(folio, FolioFlags.Dirty);
        kernel.Frames.MapCount(cleared.Frame)--;
        kernel.Frames.References(folio)--;
        kernel.Tallies[Tally.Unmapped]++;
        if (batch && !huge && kernel.Policy.Defers(task, mm))
        {
            pte = what == UnmapFor.Migration ? cleared.ToEntry() : Pte.None;
            kernel.Policy.Pend(task, mm, page, cleared);
            kernel.Watcher?.Unmapped(mm, page, kernel.Shootdown.Generation(mm));
            kernel.Spaces.UnlockTable(mm, page);
            return;
        }
        if (what != UnmapFor.Invalidation) kernel.Policy.ClearedAtOnce(task, cleared);
        pte = Pte.None;
        cursor.Locked = true;
        (cursor.Mm, cursor.Page, cursor.Cleared) = (mm, page, cleared.Word);
        if (huge) kernel.Flushes.BeginRange(task, mm, page, AddressSpaces.TablePages, freedTables: true);
        else if (kernel.Accessible(mm, cleared)) kernel.Flushes.BeginRange(task, mm, page, 1, freedTables: false);
        kernel.Oracle?.Unsettle(mm, page, page + 1);
        kernel.Watcher?.Unmapped(mm, page, kernel.Shootdown.Generation(mm));
    }

    /// <summary>The flush under the page table's lock is over.</summary>
    private Pause Finish(UnmapFor what, ref UnmapCursor cursor)
    {
        kernel.Oracle?.Settle(cursor.Mm, cursor.Page, cursor.Page + 1);
        if (what == UnmapFor.Migration) kernel.Spaces.Pte(cursor.Mm, cursor.Page) = new Pte(cursor.Cleared).ToEntry();
        kernel.UnlockTable(cursor.Mm, cursor.Page);
        cursor = new UnmapCursor { At = cursor.At };
        return Pause.Work(kernel.Costs.SetEntry, Component.Unmap);
    }
}
