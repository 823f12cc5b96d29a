using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>
/// fork: the child gets the parent's ranges and its private pages, which neither may write any more without a copy of its own. File pages
/// are left for the child's faults to find. The parent's translations that could still be written are flushed at the end (dup_mmap).
/// </summary>
internal sealed class ForkPath(Kernel kernel) : CallPath(kernel)
{
    private enum Stage : byte { Enter, Table, Copy, Flush, Leave }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Place
    {
        internal Stage Stage;
        internal int At;
    }

    private readonly Place[] places = kernel.State.Array<Place>(kernel.Tasks);

    internal override void Begin(int task, in KernelCall call) => Kernel.Oracle?.Unsettle(Kernel.MmOf(task), 0, Kernel.Spaces.Pages);

    internal override Pause Step(int task)
    {
        int parent = Kernel.MmOf(task);
        int child = Kernel.Call(task).A;
        ref Place place = ref places[task];
        switch (place.Stage)
        {
            case Stage.Enter:
                return Enter(task, parent, child, ref place);
            case Stage.Table:
                if (place.At >= Kernel.Spaces.Pages) place.Stage = Stage.Flush;
                else if (!Kernel.Spaces.TryLockTable(parent, place.At, task)) return Kernel.Spin(task, WaitKind.Table, parent, place.At);
                else place.Stage = Stage.Copy;
                return Pause.At(Component.Prepare);
            case Stage.Copy:
                return CopyTable(parent, child, ref place);
            case Stage.Flush:
                place.Stage = Stage.Leave;
                if (Kernel.Profile.FlushesForkedParent) Kernel.Flushes.BeginRange(task, parent, 0, FlushRequest.Full, freedTables: true);
                return Pause.At(Component.Flush);
            default:
                Kernel.Spaces.UnlockForWriting(parent);
                Kernel.Spaces.UnlockForWriting(child);
                Kernel.Oracle?.Settle(parent, 0, Kernel.Spaces.Pages);
                place = default;
                return Pause.Done;
        }
    }

    private Pause Enter(int task, int parent, int child, ref Place place)
    {
        if (!Kernel.Spaces.CanWrite(parent)) return Kernel.Sleep(task, WaitKind.Writing, parent);
        if (Kernel.Spaces.Vmas(child).Length > 0)
            throw new InvalidOperationException($"address space {child} is in use: fork needs a new one");
        Kernel.Spaces.LockForWriting(parent);
        Kernel.Spaces.LockForWriting(child);
        Kernel.Spaces.Family(child) = Kernel.Spaces.Family(parent);
        foreach (ref readonly Vma vma in Kernel.Spaces.Vmas(parent)) Kernel.Spaces.Add(child, vma);
        place.Stage = Stage.Table;
        return Pause.Work(Kernel.Costs.Enter, Component.Prepare);
    }

    /// <summary>copy_pte_range, for the private pages of one table.</summary>
    private Pause CopyTable(int parent, int child, ref Place place)
    {
        int table = place.At;
        int end = Math.Min(Kernel.Spaces.Pages, AddressSpaces.TableEnd(table));
        int copied = 0;
        for (; place.At < end; place.At++)
        {
            ref Pte pte = ref Kernel.Spaces.Pte(parent, place.At);
            if (pte.IsNone || Kernel.Frames.Use(pte.Frame) != FrameUse.Anonymous) continue;
            pte = pte.Without(Pte.WritableBit);
            Kernel.Spaces.Pte(child, place.At) = pte.Without(Pte.AccessedBit);
            Kernel.Spaces.UseTable(child, place.At);
            copied++;
            // a migration entry refers to no frame; it becomes a mapping of its own when the page has moved
            if (!pte.Maps) continue;
            Kernel.Frames.MapCount(pte.Frame)++;
            Kernel.Frames.References(Kernel.Frames.Folio(pte.Frame))++;
        }
        Kernel.UnlockTable(parent, table);
        place.Stage = Stage.Table;
        return Pause.Work(Kernel.Costs.ChangePte, copied, Component.Prepare);
    }
}
