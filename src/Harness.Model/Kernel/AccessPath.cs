using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>
/// A load or store of user memory: the TLB, the walk of the page table, and the fault when neither allows it. A fault holds mmap_lock for
/// reading, maps the page and lets the instruction try again. Reading anonymous memory maps a page of its own at once (the kernel maps the
/// shared zero page first, which nothing here depends on).
/// </summary>
internal sealed partial class AccessPath(Kernel kernel) : CallPath(kernel)
{
    private enum Stage : byte
    {
        Try, Trap, Fault, Look, Zero, MapZeroed, Find, ReadIn, MapFile, WriteProtected, Decide, Copy, MapCopy, SetCopy,
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Place
    {
        internal Stage Stage;
        internal int New;
        internal int Old;
        internal bool Triggered;
        internal bool Replaces;
        internal bool HoldsOld;
        internal bool HoldsLock;
    }

    private readonly Place[] places = kernel.State.Array<Place>(kernel.Tasks);

    internal override void Begin(int task, in KernelCall call) => Kernel.Tallies[Tally.Accesses]++;

    internal override Pause Step(int task) => places[task].Stage switch
    {
        Stage.Try => Try(task),
        Stage.Trap => Trap(task),
        Stage.Fault => Fault(task),
        Stage.Look => Look(task),
        Stage.Zero => Zero(task),
        Stage.MapZeroed => MapZeroed(task),
        Stage.Find => Find(task),
        Stage.ReadIn => ReadIn(task),
        Stage.MapFile => MapFile(task),
        Stage.WriteProtected => WriteProtected(task),
        Stage.Decide => Decide(task),
        Stage.Copy => Copy(task),
        Stage.MapCopy => MapCopy(task),
        _ => SetCopy(task),
    };

    /// <summary>All of an access that needs no fault: the TLB answers, or the walk of the page table.</summary>
    /// <returns>False when it faults; then nothing has happened yet.</returns>
    internal bool TryPerform(int task, int page, bool write, long value)
    {
        int cpu = Kernel.CpuOf(task);
        int mm = Kernel.MmOf(task);
        int asid = Kernel.Shootdown.Asid(cpu);
        TlbAccess kind = write ? TlbAccess.Store : TlbAccess.Load;
        Tlb tlb = Kernel.Tlb!;
        if (tlb.Lookup(cpu, asid, page, kind, out ulong word))
        {
            var held = new Pte(word);
            // a store needs the dirty bit in the TLB; without it the CPU walks the page table to set it there
            if (!write || (held.Writable && held.Dirty))
            {
                Kernel.Oracle?.Check(cpu, mm, page, held, write);
                Perform(task, Frame(held, page), write, value);
                return true;
            }
        }
        ref Pte pte = ref Entry(mm, page);
        if (!pte.Present || (write && !pte.Writable)) return false;
        pte = pte.With(Pte.AccessedBit | (write ? Pte.DirtyBit : 0));
        bool huge = (pte.Word & Pte.HugeBit) != 0;
        Pte loaded = pte.Loaded(Kernel.Frames.Birth(pte.Frame));
        tlb.FlushPage(cpu, asid, page);
        tlb.Fill(cpu, asid, page, kind, loaded.Word, huge, global: false);
        Perform(task, Frame(pte, page), write, value);
        return true;
    }

    /// <summary>The access has been found to fault, and goes on from there.</summary>
    internal void BeginTrap(int task) => places[task].Stage = Stage.Trap;

    private Pause Try(int task)
    {
        KernelCall call = Kernel.Call(task);
        return TryPerform(task, call.A, call.B != 0, call.Value) ? Pause.Done : Trap(task);
    }

    private void Perform(int task, int frame, bool write, long value)
    {
        ref long content = ref Kernel.Frames.Content(frame);
        if (write) content = value;
        Kernel.Answer(task) = content;
    }

    /// <summary>The fault drops the CPU's own translation of the address.</summary>
    private Pause Trap(int task)
    {
        int cpu = Kernel.CpuOf(task);
        Kernel.Tlb!.FlushPage(cpu, Kernel.Shootdown.Asid(cpu), Kernel.Call(task).A);
        places[task].Stage = Stage.Fault;
        Kernel.Tallies[Tally.Faults]++;
        return Pause.Work(Kernel.Costs.Fault, Component.Fault);
    }

    private Pause Fault(int task)
    {
        int mm = Kernel.MmOf(task);
        if (!Kernel.Spaces.CanRead(mm)) return Kernel.Sleep(task, WaitKind.Reading, mm);
        Kernel.Spaces.LockForReading(mm);
        KernelCall call = Kernel.Call(task);
        if (!Kernel.Spaces.Find(mm, call.A, out Vma vma) || !vma.Is(call.B != 0 ? VmaFlags.Write : VmaFlags.Read))
        {
            Kernel.Tallies[Tally.Refused]++;
            Kernel.Answer(task) = -1;
            return Leave(task, again: false);
        }
        places[task].Stage = Stage.Look;
        return Pause.At(Component.Fault);
    }

    private Pause Look(int task)
    {
        KernelCall call = Kernel.Call(task);
        int mm = Kernel.MmOf(task);
        if (!Kernel.Spaces.TableIsFree(mm, call.A, task)) return Kernel.Spin(task, WaitKind.Table, mm, call.A);
        ref Pte pte = ref Entry(mm, call.A);
        if (pte.IsEntry)
        {
            int folio = Kernel.Frames.Folio(pte.Frame);
            Leave(task, again: true);
            return Kernel.Frames.Has(folio, FolioFlags.Locked) ? Kernel.Sleep(task, WaitKind.Folio, folio) : Pause.At(Component.Fault);
        }
        Vma vma = Range(task);
        if (pte.ProtNone) return Hinted(task, ref pte, vma);
        if (pte.IsNone)
        {
            places[task].Stage = vma.OfFile ? Stage.Find : Stage.Zero;
            return Pause.At(Component.Fault);
        }
        if (call.B == 0 || pte.Writable) return Leave(task, again: true);
        places[task].Stage = Stage.WriteProtected;
        return Pause.At(Component.Fault);
    }

    /// <summary>
    /// do_numa_page: the page is present again, and writable at once if it is private memory and nobody else's
    /// (can_change_pte_writable; it allows dirty pages of files too, but those are never scanned).
    /// </summary>
    private Pause Hinted(int task, ref Pte pte, in Vma vma)
    {
        bool writable = vma.Is(VmaFlags.Write) && Kernel.Frames.IsExclusive(pte.Frame);
        ref Place place = ref places[task];
        if (writable && !place.Triggered)
        {
            place.Triggered = true;
            Kernel.Policy.Triggered(task, FlushTrigger.WritableFault, Kernel.Frames.Folio(pte.Frame));
            return Pause.At(Component.Fault);
        }
        pte = pte.Without(Pte.ProtNoneBit).With(writable ? Pte.PresentBit | Pte.WritableBit : Pte.PresentBit);
        return Leave(task, again: true);
    }

    /// <summary>The entry that maps a page: its own, or that of the 2 MiB it lies in.</summary>
    private ref Pte Entry(int mm, int page)
    {
        ref Pte pte = ref Kernel.Spaces.Pte(mm, page);
        if (!pte.IsNone) return ref pte;
        ref Pte table = ref Kernel.Spaces.Pte(mm, page & ~(AddressSpaces.TablePages - 1));
        if ((table.Word & Pte.HugeBit) != 0) return ref table;
        return ref pte;
    }

    private static int Frame(Pte pte, int page) =>
        pte.Frame + ((pte.Word & Pte.HugeBit) != 0 ? page & (AddressSpaces.TablePages - 1) : 0);

    private Vma Range(int task) => Kernel.Spaces.Find(Kernel.MmOf(task), Kernel.Call(task).A, out Vma vma)
        ? vma
        : throw new InvalidOperationException("a range went away under mmap_lock: a bug of the model");

    private (int File, int Index) FilePage(int task)
    {
        Vma vma = Range(task);
        return (vma.File, vma.Index(Kernel.Call(task).A));
    }

    private bool Allocate(int task, out Pause pause)
    {
        int folio = Kernel.Allocate(task, Kernel.NodeOf(task), 0, AllocationFlags.None, out bool again);
        if (folio >= 0)
        {
            places[task].New = folio;
            pause = default;
            return true;
        }
        if (again)
        {
            pause = Pause.At(Component.Allocate);
            return false;
        }
        Kernel.Answer(task) = -1;
        pause = Leave(task, again: false);
        return false;
    }

    private void Map(int mm, int page, int frame, Pte pte)
    {
        Kernel.Spaces.Pte(mm, page) = pte;
        Kernel.Spaces.UseTable(mm, page);
        Kernel.Frames.MapCount(frame)++;
        if (Kernel.Frames.Use(frame) == FrameUse.Anonymous) Kernel.Frames.Set(frame, FolioFlags.Lru);
    }

    /// <summary>The fault is over: drops what it holds.</summary>
    private Pause Leave(int task, bool again, Cost? cost = null)
    {
        Place place = places[task];
        places[task] = default;
        Kernel.Spaces.UnlockForReading(Kernel.MmOf(task));
        if (place.HoldsOld)
        {
            int folio = Kernel.Frames.Folio(place.Old);
            if (place.HoldsLock) Kernel.Unlock(folio);
            Kernel.Put(task, folio, 0);
        }
        if (!again) return Pause.Done;
        return cost is null ? Pause.At(Component.Fault) : Pause.Work(cost, Component.Fault);
    }
}
