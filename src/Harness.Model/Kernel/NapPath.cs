namespace Harness.Model;

/// <summary>The thread sleeps and is woken: its CPU is in lazy TLB mode meanwhile.</summary>
internal sealed class NapPath(Kernel kernel) : CallPath(kernel)
{
    private readonly bool[] asleep = kernel.State.Array<bool>(kernel.Tasks);

    internal override void Begin(int task, in KernelCall call)
    {
    }

    internal override Pause Step(int task)
    {
        int cpu = Kernel.CpuOf(task);
        asleep[task] = !asleep[task];
        if (asleep[task])
        {
            Kernel.Shootdown.EnterLazy(cpu);
            return Pause.Work(Kernel.Costs.LeaveIdle, Component.Sleep);
        }
        // a kernel thread runs without an address space of its own, in whatever is loaded
        if (Kernel.MmOf(task) >= 0) Kernel.Shootdown.Enter(cpu, Kernel.MmOf(task));
        return Pause.Done;
    }
}
