namespace Harness.Model;

/// <summary>A path through the kernel, for all tasks: each task's place on it and what it has in hand are part of the state.</summary>
internal abstract class CallPath(Kernel kernel)
{
    private protected Kernel Kernel { get; } = kernel;

    /// <summary>The task sets out.</summary>
    internal abstract void Begin(int task, in KernelCall call);

    /// <summary>
    /// One step: what happens at this moment, and how long until the next. A step that begins a flush or steps of the policy ends there;
    /// the path's next step comes after them.
    /// </summary>
    internal abstract Pause Step(int task);

    /// <summary>Whether the task's next step begins with a look at the scheduler (cond_resched).</summary>
    internal virtual bool Reschedules(int task) => false;
}
