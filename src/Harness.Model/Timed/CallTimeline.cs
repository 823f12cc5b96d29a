namespace Harness.Model;

/// <summary>
/// Runs tasks through kernel calls in simulated time. Task t is all that CPU t runs. Its steps take exactly what they cost; a flush that is
/// sent to its CPU interrupts it, and is acknowledged when the handler is over; who spins or sleeps goes on as soon as what it waits for
/// has come, the lowest-numbered task first among those due at one moment. A sleeper leaves its CPU in lazy TLB mode; draining the LRU
/// caches takes no time here.
/// </summary>
internal sealed class CallTimeline : IKernelWatcher
{
    private const long Never = long.MaxValue;

    private enum Doing : byte { Nothing, Work, Wait, Sleep, Over }

    private readonly Kernel kernel;
    private readonly IEnumerator<KernelCall>[] programs;
    private readonly Accounts accounts;
    private readonly Doing[] doing;
    private readonly Component[] component;
    private readonly long[] workLeft;
    private readonly long[] handlerLeft;
    private readonly bool[] interrupted;
    private readonly long[] settledAt;
    private readonly long[] endedAt;

    /// <param name="kernel">The kernel, whose tasks are idle.</param>
    /// <param name="programs">The calls of each task; each is asked for when the one before is over.</param>
    internal CallTimeline(Kernel kernel, IReadOnlyList<IEnumerable<KernelCall>> programs)
    {
        if (programs.Count != kernel.Tasks) throw new ArgumentException("every task needs a program", nameof(programs));
        if (kernel.Tasks != kernel.Shootdown.Cpus) throw new ArgumentException("every CPU needs its task", nameof(kernel));
        for (int task = 0; task < kernel.Tasks; task++)
        {
            if (kernel.CpuOf(task) != task) throw new ArgumentException($"task {task} must be on CPU {task}", nameof(kernel));
        }
        this.kernel = kernel;
        this.programs = [.. programs.Select(program => program.GetEnumerator())];
        accounts = new Accounts(kernel.Tasks);
        doing = new Doing[kernel.Tasks];
        component = new Component[kernel.Tasks];
        workLeft = new long[kernel.Tasks];
        handlerLeft = new long[kernel.Tasks];
        interrupted = new bool[kernel.Tasks];
        settledAt = new long[kernel.Tasks];
        endedAt = new long[kernel.Tasks];
        kernel.Watcher = this;
    }

    internal Kernel Kernel => kernel;

    /// <summary>Nanoseconds since the beginning.</summary>
    internal long Now { get; private set; }

    /// <summary>Runs all programs to their end.</summary>
    internal void Run()
    {
        while (true)
        {
            int first = 0;
            long due = Never;
            bool over = true;
            for (int task = 0; task < doing.Length; task++)
            {
                over &= doing[task] == Doing.Over && !interrupted[task];
                if (Due(task) is var at && at >= due) continue;
                (first, due) = (task, at);
            }
            if (over) return;
            if (due == Never) throw new InvalidOperationException("every task waits for another: a deadlock");
            Now = due;
            Settle(first);
            if (Handling(first)) EndHandler(first);
            else Step(first);
        }
    }

    /// <summary>When the task's program ended: the sum of its times.</summary>
    internal Nanoseconds Elapsed(int task) => new(endedAt[task]);

    /// <summary>What the task spent its time on.</summary>
    internal IReadOnlyDictionary<Component, Nanoseconds> Times(int task) => accounts.Of(task);

    void IKernelWatcher.Interrupted(int cpu, long handlerNs)
    {
        Settle(cpu);
        interrupted[cpu] = true;
        handlerLeft[cpu] += kernel.Costs.TakeIpi.Ns + handlerNs;
    }

    int IKernelWatcher.FolioUnlocked(int folio)
    {
        int woken = 0;
        for (int task = 0; task < doing.Length; task++)
        {
            if (doing[task] == Doing.Sleep && kernel.Waiting(task) is { Kind: WaitKind.Folio } on && on.A == folio) woken++;
        }
        return woken;
    }

    /// <summary>A flush's handler runs on the CPU.</summary>
    private bool Handling(int task) => interrupted[task] && !kernel.InterruptsOff(task);

    private long Due(int task)
    {
        if (Handling(task)) return settledAt[task] + handlerLeft[task];
        return doing[task] switch
        {
            Doing.Over => Never,
            Doing.Wait or Doing.Sleep => kernel.Ready(task) ? Now : Never,
            _ => settledAt[task] + workLeft[task],
        };
    }

    /// <summary>Charges the task's time up to now. A sleeper sleeps on while its CPU handles a flush.</summary>
    private void Settle(int task)
    {
        long passed = Now - settledAt[task];
        settledAt[task] = Now;
        if (Handling(task))
        {
            handlerLeft[task] -= passed;
            if (doing[task] is Doing.Nothing or Doing.Work or Doing.Wait) accounts.Charge(task, Component.Interrupt, passed);
            else if (doing[task] == Doing.Sleep) accounts.Charge(task, Component.Sleep, passed);
            return;
        }
        if (doing[task] == Doing.Over) return;
        if (doing[task] == Doing.Work) workLeft[task] -= passed;
        accounts.Charge(task, component[task], passed);
    }

    private void EndHandler(int task)
    {
        interrupted[task] = false;
        kernel.Receive(task);
    }

    private void Step(int task)
    {
        if (kernel.Idle(task) && !BeginNext(task)) return;
        if (doing[task] == Doing.Sleep && kernel.MmOf(task) >= 0) kernel.Shootdown.Enter(task, kernel.MmOf(task));
        bool touches = kernel.Call(task).Kind == CallKind.Access;
        Pause pause = kernel.Step(task);
        component[task] = pause.Component;
        workLeft[task] = pause.Ns;
        doing[task] = pause.Kind switch
        {
            PauseKind.Spin => Doing.Wait,
            PauseKind.Sleep => Doing.Sleep,
            _ => Doing.Work,
        };
        if (pause.Kind == PauseKind.Done && touches) workLeft[task] = kernel.Costs.Touch.Ns;
        if (pause.Kind == PauseKind.Sleep && kernel.MmOf(task) >= 0) kernel.Shootdown.EnterLazy(task);
    }

    private bool BeginNext(int task)
    {
        if (programs[task].MoveNext())
        {
            kernel.Begin(task, programs[task].Current);
            return true;
        }
        doing[task] = Doing.Over;
        endedAt[task] = Now;
        return false;
    }
}
