using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>
/// mprotect, a page table at a time. Rights that are lost are flushed once at the end; private memory that is nobody else's becomes
/// writable at once, without a fault. Before it looks at a table, what pending batches unmapped is flushed.
/// </summary>
internal class ProtectPath(Kernel kernel) : CallPath(kernel)
{
    private enum Stage : byte { Enter, Table, Change, Flush, Leave }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Place
    {
        internal Stage Stage;
        internal int At;
        internal bool Lost;
    }

    private readonly Place[] places = kernel.State.Array<Place>(kernel.Tasks);

    internal override void Begin(int task, in KernelCall call)
    {
        places[task].At = call.A;
        Kernel.Oracle?.Unsettle(Kernel.MmOf(task), call.A, call.A + call.B);
    }

    internal override Pause Step(int task)
    {
        KernelCall call = Kernel.Call(task);
        int mm = Kernel.MmOf(task);
        ref Place place = ref places[task];
        switch (place.Stage)
        {
            case Stage.Enter:
                if (!TryEnter(mm, call)) return Kernel.Sleep(task, Exclusive ? WaitKind.Writing : WaitKind.Reading, mm);
                Kernel.Spaces.ChangesInFlight(mm)++;
                place.Stage = Stage.Table;
                return Pause.At(Component.Prepare);
            case Stage.Table:
                if (place.At >= call.A + call.B) place.Stage = Stage.Flush;
                else if (!Kernel.Spaces.TryLockTable(mm, place.At, task)) return Kernel.Spin(task, WaitKind.Table, mm, place.At);
                else Lock(task, mm, call, ref place);
                return Pause.At(Component.Unmap);
            case Stage.Change:
                return ChangeTable(mm, call, ref place);
            case Stage.Flush:
                // a gather as in munmap: see Zapping.Finish
                if (Kernel.Spaces.ChangesInFlight(mm) > 1) Kernel.Flushes.BeginRange(task, mm, 0, FlushRequest.Full, freedTables: true);
                else if (place.Lost) Kernel.Flushes.BeginRange(task, mm, call.A, call.B, freedTables: false);
                place.Stage = Stage.Leave;
                return Pause.At(Component.Flush);
            default:
                Kernel.Spaces.ChangesInFlight(mm)--;
                Leave(mm);
                Kernel.Oracle?.Settle(mm, call.A, call.A + call.B);
                place = default;
                return Pause.Done;
        }
    }

    /// <summary>Whether mmap_lock is held for writing.</summary>
    private protected virtual bool Exclusive => true;

    private protected virtual bool TryEnter(int mm, in KernelCall call)
    {
        if (!Kernel.Spaces.CanWrite(mm)) return false;
        Kernel.Spaces.LockForWriting(mm);
        Kernel.Spaces.Protect(mm, call.A, call.A + call.B, (VmaFlags)call.C);
        return true;
    }

    private protected virtual void Leave(int mm) => Kernel.Spaces.UnlockForWriting(mm);

    /// <summary>What a mapped PTE becomes.</summary>
    private protected virtual Pte Changed(int mm, int page, Pte pte, in KernelCall call)
    {
        var rights = (VmaFlags)call.C;
        if ((rights & (VmaFlags.Read | VmaFlags.Write)) == 0) return pte.ToProtNone();
        Pte readable = pte.Without(Pte.ProtNoneBit).With(Pte.PresentBit);
        if ((rights & VmaFlags.Write) == 0) return readable.Without(Pte.WritableBit);
        return Kernel.Frames.IsExclusive(pte.Frame) ? readable.With(Pte.WritableBit) : readable;
    }

    private void Lock(int task, int mm, in KernelCall call, ref Place place)
    {
        place.Stage = Stage.Change;
        Kernel.BeginPendingFlush(task, mm);
        Kernel.Oracle?.Walks(mm, place.At, TableEnd(call, place));
    }

    /// <summary>Where the page table at hand, or the range, ends.</summary>
    private static int TableEnd(in KernelCall call, in Place place) =>
        Math.Min(call.A + call.B, AddressSpaces.TableEnd(place.At));

    private Pause ChangeTable(int mm, in KernelCall call, ref Place place)
    {
        int end = TableEnd(call, place);
        int table = place.At;
        int changed = 0;
        for (; place.At < end; place.At++)
        {
            ref Pte pte = ref Kernel.Spaces.Pte(mm, place.At);
            if (pte.IsEntry) pte = EntryAfter(pte, call);
            if (!pte.Maps) continue;
            Pte after = Changed(mm, place.At, pte, call);
            // pte_needs_flush: a right is gone, or the page is no longer present
            place.Lost |= ((pte.Word & ~after.Word) & (Pte.PresentBit | Pte.WritableBit | Pte.DirtyBit)) != 0;
            pte = after;
            changed++;
        }
        Kernel.UnlockTable(mm, table);
        place.Stage = Stage.Table;
        return Pause.Work(Kernel.Costs.ChangePte, changed, Component.Unmap);
    }

    /// <summary>A migration entry loses the right to write with its range; gaining it is left to a fault.</summary>
    private static Pte EntryAfter(Pte entry, in KernelCall call) =>
        ((VmaFlags)call.C & VmaFlags.Write) == 0 ? entry.Without(Pte.WritableBit) : entry;
}

/// <summary>change_prot_numa: present pages become PROT_NONE, so that the next touch of each says who uses it.</summary>
internal sealed class ScanPath(Kernel kernel) : ProtectPath(kernel)
{
    private protected override bool Exclusive => false;

    private protected override bool TryEnter(int mm, in KernelCall call)
    {
        if (!Kernel.Spaces.CanRead(mm)) return false;
        Kernel.Spaces.LockForReading(mm);
        return true;
    }

    private protected override void Leave(int mm) => Kernel.Spaces.UnlockForReading(mm);

    /// <summary>
    /// Never scanned are ranges that only read a file, dirty pages of files, and private pages that are mapped more than once. The right to
    /// write goes along; the hint fault may bring it back.
    /// </summary>
    private protected override Pte Changed(int mm, int page, Pte pte, in KernelCall call)
    {
        if (!pte.Present || !Kernel.Spaces.Find(mm, page, out Vma vma) || (vma.OfFile && !vma.Is(VmaFlags.Write))) return pte;
        int folio = Kernel.Frames.Folio(pte.Frame);
        bool dirtyFile = Kernel.Frames.Use(folio) == FrameUse.File && Kernel.Frames.Has(folio, FolioFlags.Dirty);
        bool shared = !vma.Is(VmaFlags.Shared) && Kernel.Frames.MapCount(pte.Frame) > 1;
        return dirtyFile || shared ? pte : pte.Without(Pte.PresentBit | Pte.WritableBit).With(Pte.ProtNoneBit);
    }
}
