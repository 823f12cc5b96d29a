using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>
/// The kernel takes a page for itself, writes it and gives it back. With interrupts off it runs no flush that others send meanwhile, and
/// nobody runs its own while it waits.
/// </summary>
internal sealed class KernelPagePath(Kernel kernel) : CallPath(kernel)
{
    private enum Stage : byte { Take, Write, Give }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Place
    {
        internal Stage Stage;
        internal int Frame;
    }

    private readonly Place[] places = kernel.State.Array<Place>(kernel.Tasks);

    internal override void Begin(int task, in KernelCall call)
    {
        if (call.A != 0) Kernel.InterruptsOff(task) = true;
    }

    internal override Pause Step(int task)
    {
        KernelCall call = Kernel.Call(task);
        ref Place place = ref places[task];
        switch (place.Stage)
        {
            case Stage.Take:
                AllocationFlags flags = call.A != 0 ? AllocationFlags.Atomic : AllocationFlags.None;
                place.Frame = Kernel.Allocate(task, Kernel.NodeOf(task), 0, flags, out bool again);
                if (again) return Pause.At(Component.Allocate);
                if (place.Frame < 0) return Leave(task);
                place.Stage = Stage.Write;
                return Pause.Work(Kernel.Costs.Allocate, Component.Allocate);
            case Stage.Write:
                Kernel.Frames.Assign(place.Frame, FrameUse.Kernel, 0, 0);
                Kernel.Frames.Content(place.Frame) = call.Value;
                place.Stage = Stage.Give;
                return Pause.Work(Kernel.Costs.Copy, Component.Copy);
            default:
                Kernel.Put(task, place.Frame, 0);
                return Leave(task);
        }
    }

    private Pause Leave(int task)
    {
        Kernel.InterruptsOff(task) = false;
        places[task] = default;
        return Pause.Done;
    }
}
