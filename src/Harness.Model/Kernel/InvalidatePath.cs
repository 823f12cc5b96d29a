using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>
/// The file changed on its server, and the client notices: what the page cache has of the page is unmapped at once and dropped
/// (invalidate_inode_pages2). When the call is over nobody may see the old page.
/// </summary>
internal sealed class InvalidatePath(Kernel kernel) : CallPath(kernel)
{
    private enum Stage : byte { Change, Find, Unmap, Leave }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Place
    {
        internal Stage Stage;
        internal int Folio;
        internal UnmapCursor Cursor;
    }

    private readonly Place[] places = kernel.State.Array<Place>(kernel.Tasks);

    internal override void Begin(int task, in KernelCall call) => Kernel.Oracle?.UnsettleFile(call.A, call.B);

    internal override Pause Step(int task)
    {
        KernelCall call = Kernel.Call(task);
        ref Place place = ref places[task];
        switch (place.Stage)
        {
            case Stage.Change:
                Kernel.Cache.Stored(call.A, call.B) = call.Value;
                place.Stage = Stage.Find;
                return Pause.At(Component.Write);
            case Stage.Find: return Find(task, call, ref place);
            case Stage.Unmap: return Unmap(task, call, ref place);
            default: return Leave(task);
        }
    }

    private Pause Find(int task, in KernelCall call, ref Place place)
    {
        int frame = Kernel.Cache.Find(call.A, call.B);
        if (frame < 0) return Dropped(task, ref place);
        int folio = Kernel.Frames.Folio(frame);
        if (!Kernel.TryLock(folio)) return Kernel.Sleep(task, WaitKind.Folio, folio);
        Kernel.Frames.References(folio)++;
        place.Folio = folio;
        place.Stage = Stage.Unmap;
        return Pause.At(Component.Unmap);
    }

    private Pause Unmap(int task, in KernelCall call, ref Place place)
    {
        int folio = place.Folio;
        if (!Kernel.Unmapping.Step(task, folio, UnmapFor.Invalidation, batch: false, ref place.Cursor, out Pause pause)) return pause;
        int pages = 1 << Kernel.Frames.Order(folio);
        for (int i = 0; i < pages; i++) Kernel.Cache.Remove(call.A, Kernel.Frames.Index(folio) + i);
        Kernel.Unlock(folio);
        Kernel.Frames.References(folio)--;
        Kernel.Put(task, folio, 0);
        return Dropped(task, ref place);
    }

    private Pause Dropped(int task, ref Place place)
    {
        place.Stage = Stage.Leave;
        Kernel.Policy.Triggered(task, FlushTrigger.Invalidation, -1);
        return Pause.At(Component.Write);
    }

    private Pause Leave(int task)
    {
        KernelCall call = Kernel.Call(task);
        Kernel.Oracle?.SettleFile(call.A, call.B);
        places[task] = default;
        return Pause.Done;
    }
}
