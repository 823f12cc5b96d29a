using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>write(2) of one page: finds or reads the cached page, locks it, and changes it.</summary>
internal sealed class WritePath(Kernel kernel) : CallPath(kernel)
{
    private enum Stage : byte { Find, ReadIn, Change, Leave }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Place
    {
        internal Stage Stage;
        internal int Frame;
    }

    private readonly Place[] places = kernel.State.Array<Place>(kernel.Tasks);

    internal override void Begin(int task, in KernelCall call) => Kernel.Oracle?.UnsettleFile(call.A, call.B);

    internal override Pause Step(int task) => places[task].Stage switch
    {
        Stage.Find => Find(task),
        Stage.ReadIn => ReadIn(task),
        Stage.Change => Change(task),
        _ => Leave(task),
    };

    private Pause Find(int task)
    {
        KernelCall call = Kernel.Call(task);
        ref Place place = ref places[task];
        int frame = Kernel.Cache.Find(call.A, call.B);
        if (frame < 0)
        {
            place.Frame = Kernel.Allocate(task, Kernel.NodeOf(task), 0, AllocationFlags.None, out bool again);
            if (place.Frame < 0) return again ? Pause.At(Component.Allocate) : Leave(task);
            place.Stage = Stage.ReadIn;
            return Pause.Work(Kernel.Costs.Allocate, Component.Allocate);
        }
        int folio = Kernel.Frames.Folio(frame);
        if (!Kernel.TryLock(folio)) return Kernel.Sleep(task, WaitKind.Folio, folio);
        Kernel.Frames.References(folio)++;
        place.Frame = frame;
        place.Stage = Stage.Change;
        return Pause.At(Component.Write);
    }

    private Pause ReadIn(int task)
    {
        KernelCall call = Kernel.Call(task);
        ref Place place = ref places[task];
        Pause pause = Kernel.ReadIn(task, call.A, call.B, place.Frame);
        place.Frame = 0;
        place.Stage = Stage.Find;
        return pause;
    }

    private Pause Change(int task)
    {
        KernelCall call = Kernel.Call(task);
        int frame = places[task].Frame;
        int folio = Kernel.Frames.Folio(frame);
        Kernel.Frames.Content(frame) = call.Value;
        Kernel.Frames.Set(folio, FolioFlags.Dirty);
        Kernel.Unlock(folio);
        Kernel.Put(task, folio, 0);
        places[task].Stage = Stage.Leave;
        Kernel.Policy.Triggered(task, FlushTrigger.FileWrite, folio);
        return Pause.Work(Kernel.Costs.Copy, Component.Write);
    }

    private Pause Leave(int task)
    {
        KernelCall call = Kernel.Call(task);
        Kernel.Oracle?.SettleFile(call.A, call.B);
        places[task] = default;
        return Pause.Done;
    }
}
