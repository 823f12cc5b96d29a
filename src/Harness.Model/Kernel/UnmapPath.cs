using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>munmap: takes ranges out and clears what they mapped, with mmap_lock held for writing throughout.</summary>
internal class UnmapPath(Kernel kernel) : CallPath(kernel)
{
    private enum Stage : byte { Enter, Lock, Clear }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Place
    {
        internal Stage Stage;
        internal bool Empty;
        internal ZapCursor Zap;
    }

    private readonly Place[] places = kernel.State.Array<Place>(kernel.Tasks);
    private readonly Zapping zapping = new(kernel);

    internal override void Begin(int task, in KernelCall call) => Kernel.Oracle?.Unsettle(Kernel.MmOf(task), call.A, call.A + call.B);

    internal override Pause Step(int task)
    {
        KernelCall call = Kernel.Call(task);
        int mm = Kernel.MmOf(task);
        ref Place place = ref places[task];
        switch (place.Stage)
        {
            case Stage.Enter:
                place.Stage = Stage.Lock;
                Enter(task, call);
                return Pause.At(Component.Prepare);
            case Stage.Lock:
                if (!Kernel.Spaces.CanWrite(mm)) return Kernel.Sleep(task, WaitKind.Writing, mm);
                Kernel.Spaces.LockForWriting(mm);
                place.Empty = !Kernel.Spaces.Overlaps(mm, call.A, call.A + call.B);
                place.Stage = Stage.Clear;
                return Pause.At(Component.Unmap);
            default:
                if (!place.Empty && !zapping.Step(task, mm, call.A, call.A + call.B, ref place.Zap, out Pause pause)) return pause;
                Leave(task, call);
                Kernel.Spaces.UnlockForWriting(mm);
                Kernel.Oracle?.Settle(mm, call.A, call.A + call.B);
                place = default;
                return Pause.Done;
        }
    }

    private protected virtual void Enter(int task, in KernelCall call)
    {
    }

    private protected virtual void Leave(int task, in KernelCall call)
    {
    }
}

/// <summary>mmap with MAP_FIXED: what is there goes as in munmap, then the new range takes its place.</summary>
internal sealed class MapPath(Kernel kernel) : UnmapPath(kernel)
{
    private protected override void Enter(int task, in KernelCall call)
    {
        if (((VmaFlags)call.C & VmaFlags.Write) != 0) Kernel.Policy.Triggered(task, FlushTrigger.WritableMap, -1);
    }

    private protected override void Leave(int task, in KernelCall call) =>
        Kernel.Spaces.Add(Kernel.MmOf(task), new Vma(call.A, call.A + call.B, (VmaFlags)call.C, call.D, (int)call.Value));
}
