namespace Harness.Model;

/// <content>The second half of a fault: getting a page, and mapping it.</content>
internal sealed partial class AccessPath
{
    private Pause Zero(int task)
    {
        if (!Allocate(task, out Pause pause)) return pause;
        places[task].Stage = Stage.MapZeroed;
        return Pause.Work(Kernel.Costs.Allocate, Component.Allocate);
    }

    private Pause MapZeroed(int task)
    {
        KernelCall call = Kernel.Call(task);
        int mm = Kernel.MmOf(task);
        ref Place place = ref places[task];
        if (Kernel.Frames.Use(place.New) == FrameUse.Free)
        {
            Kernel.Frames.Assign(place.New, FrameUse.Anonymous, Kernel.Spaces.Family(mm), call.A);
            Kernel.Frames.Content(place.New) = 0;
            return Pause.Work(Kernel.Costs.Copy, Component.Copy);
        }
        if (!Kernel.Spaces.TableIsFree(mm, call.A, task)) return Kernel.Spin(task, WaitKind.Table, mm, call.A);
        ref Pte pte = ref Entry(mm, call.A);
        if (pte.IsNone) Map(mm, call.A, place.New, Pte.Of(place.New, Range(task).Is(VmaFlags.Write)));
        else Kernel.Put(task, place.New, 0);
        return Leave(task, again: true);
    }

    private Pause Find(int task)
    {
        (int file, int index) = FilePage(task);
        int cached = Kernel.Cache.Find(file, index);
        ref Place place = ref places[task];
        if (cached < 0)
        {
            if (!Allocate(task, out Pause pause)) return pause;
            place.Stage = Stage.ReadIn;
            return Pause.Work(Kernel.Costs.Allocate, Component.Allocate);
        }
        int folio = Kernel.Frames.Folio(cached);
        if (!Kernel.TryLock(folio)) return Kernel.Sleep(task, WaitKind.Folio, folio);
        Kernel.Frames.References(folio)++;
        place.Old = cached;
        place.HoldsOld = place.HoldsLock = true;
        place.Stage = Stage.MapFile;
        return Pause.At(Component.Fault);
    }

    private Pause ReadIn(int task)
    {
        (int file, int index) = FilePage(task);
        ref Place place = ref places[task];
        Pause pause = Kernel.ReadIn(task, file, index, place.New);
        place.New = 0;
        place.Stage = Stage.Find;
        return pause;
    }

    /// <summary>The file's folio is locked and ours by a reference.</summary>
    private Pause MapFile(int task)
    {
        KernelCall call = Kernel.Call(task);
        int mm = Kernel.MmOf(task);
        ref Place place = ref places[task];
        Vma vma = Range(task);
        bool write = call.B != 0;
        if (write && !vma.Is(VmaFlags.Shared))
        {
            place.Stage = Stage.Copy;
            return Pause.At(Component.Fault);
        }
        if (write && !place.Triggered)
        {
            place.Triggered = true;
            Kernel.Policy.Triggered(task, FlushTrigger.WritableFault, Kernel.Frames.Folio(place.Old));
            return Pause.At(Component.Fault);
        }
        if (!Kernel.Spaces.TableIsFree(mm, call.A, task)) return Kernel.Spin(task, WaitKind.Table, mm, call.A);
        if (Entry(mm, call.A).IsNone)
        {
            Kernel.Frames.References(Kernel.Frames.Folio(place.Old))++;
            Map(mm, call.A, place.Old, Pte.Of(place.Old, write, write));
            if (write) Kernel.Frames.Set(Kernel.Frames.Folio(place.Old), FolioFlags.Dirty);
        }
        return Leave(task, again: true, Kernel.Costs.MapPage);
    }

    private Pause WriteProtected(int task)
    {
        KernelCall call = Kernel.Call(task);
        ref Place place = ref places[task];
        Pte pte = Entry(Kernel.MmOf(task), call.A);
        if (!pte.Present || pte.Writable) return Leave(task, again: true);
        place.Old = pte.Frame;
        place.Stage = Stage.Decide;
        Kernel.Policy.Triggered(task, FlushTrigger.WriteFault, Kernel.Frames.Folio(pte.Frame));
        return Pause.At(Component.Fault);
    }

    /// <summary>do_wp_page: the page becomes writable where it is, or is copied.</summary>
    private Pause Decide(int task)
    {
        KernelCall call = Kernel.Call(task);
        int mm = Kernel.MmOf(task);
        ref Place place = ref places[task];
        if (!Kernel.Spaces.TableIsFree(mm, call.A, task)) return Kernel.Spin(task, WaitKind.Table, mm, call.A);
        ref Pte pte = ref Entry(mm, call.A);
        if (!pte.Present || pte.Writable || pte.Frame != place.Old) return Leave(task, again: true);
        int folio = Kernel.Frames.Folio(pte.Frame);
        bool ofFile = Kernel.Frames.Use(pte.Frame) == FrameUse.File;
        bool reuse = ofFile ? Range(task).Is(VmaFlags.Shared) : Kernel.Frames.MapCount(pte.Frame) == 1;
        if (reuse)
        {
            pte = pte.With(Pte.WritableBit | Pte.DirtyBit);
            Kernel.Frames.Set(folio, FolioFlags.Dirty);
            return Leave(task, again: true, Kernel.Costs.MapPage);
        }
        Kernel.Frames.References(folio)++;
        place.HoldsOld = true;
        place.Stage = Stage.Copy;
        return Pause.At(Component.Fault);
    }

    private Pause Copy(int task)
    {
        ref Place place = ref places[task];
        if (!Allocate(task, out Pause pause)) return pause;
        place.Stage = Stage.MapCopy;
        return Pause.Work(Kernel.Costs.Allocate, Component.Allocate);
    }

    /// <summary>Private memory in place of the page at hand.</summary>
    private Pause MapCopy(int task)
    {
        KernelCall call = Kernel.Call(task);
        int mm = Kernel.MmOf(task);
        ref Place place = ref places[task];
        if (Kernel.Frames.Use(place.New) == FrameUse.Free)
        {
            Kernel.Frames.Assign(place.New, FrameUse.Anonymous, Kernel.Spaces.Family(mm), call.A);
            Kernel.Frames.Content(place.New) = Kernel.Frames.Content(place.Old);
            Kernel.Policy.Triggered(task, FlushTrigger.WritableFault, Kernel.Frames.Folio(place.Old));
            return Pause.Work(Kernel.Costs.Copy, Component.Copy);
        }
        if (!Kernel.Spaces.TryLockTable(mm, call.A, task)) return Kernel.Spin(task, WaitKind.Table, mm, call.A);
        ref Pte pte = ref Entry(mm, call.A);
        bool replaces = pte.Present && pte.Frame == place.Old;
        if (!replaces && !pte.IsNone)
        {
            Kernel.UnlockTable(mm, call.A);
            Kernel.Put(task, place.New, 0);
            return Leave(task, again: true);
        }
        if (replaces)
        {
            pte = Pte.None;
            Kernel.Frames.MapCount(place.Old)--;
            Kernel.Frames.References(Kernel.Frames.Folio(place.Old))--;
            Kernel.Oracle?.Unsettle(mm, call.A, call.A + 1);
            Kernel.Flushes.BeginRange(task, mm, call.A, 1, freedTables: false);
        }
        place.Replaces = replaces;
        place.Stage = Stage.SetCopy;
        return Pause.At(Component.Fault);
    }

    private Pause SetCopy(int task)
    {
        KernelCall call = Kernel.Call(task);
        int mm = Kernel.MmOf(task);
        ref Place place = ref places[task];
        if (place.Replaces) Kernel.Oracle?.Settle(mm, call.A, call.A + 1);
        Map(mm, call.A, place.New, Pte.Of(place.New, writable: true, dirty: true));
        Kernel.UnlockTable(mm, call.A);
        return Leave(task, again: true, Kernel.Costs.MapPage);
    }
}
