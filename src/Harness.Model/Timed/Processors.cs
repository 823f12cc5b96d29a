namespace Harness.Model;

/// <summary>What the threads do: told when a thread's work is done, and when it gets a CPU.</summary>
internal interface IPrograms
{
    /// <summary>The thread executes and its work is done (or it was just woken): it must start new work, spin or sleep.</summary>
    void Step(int thread);

    /// <summary>The thread was switched in with work left.</summary>
    void Resumed(int thread);

    /// <summary>A flush sent to this CPU has been executed there.</summary>
    void Acknowledged(int cpu);
}

/// <summary>
/// CPUs, their run queues and simulated time. A CPU first finishes kernel work that interrupts it (a flush, a switch, leaving idle), then
/// its thread's work; both stand still while its vCPU has no host core. The next event is the least due time over all CPUs. Threads of a
/// kind "kernel" run without an address space, so the CPU is in lazy TLB mode meanwhile, as it is when idle.
/// </summary>
internal sealed class Processors
{
    private const long Never = long.MaxValue;
    private const int Nobody = -1;

    private readonly Costs costs;
    private readonly Shootdown shootdown;
    private readonly Accounts accounts;
    private readonly IPrograms programs;
    private readonly HostCores host;
    private readonly int userThreads;
    private readonly ulong spread;
    private long steps;

    // per CPU
    private readonly int[] current;
    private readonly long[] dueAt;
    private readonly long[] settledAt;
    private readonly long[] kernelLeft;
    private readonly long[] sliceLeft;
    private readonly bool[] switching;
    private readonly bool[] flushAsked;
    private readonly bool[] onCore;
    private readonly RunQueues queues;

    // per thread
    private readonly int[] home;
    private readonly bool[] bound;
    private readonly bool[] asleep;
    private readonly long[] workLeft;
    private readonly long[] executed;
    private readonly long[] ran;
    private readonly long[] waitsSince;
    private readonly bool[] preemptible;
    private readonly Component[] component;

    internal Processors(Machine machine, ulong seed, int userThreads, Shootdown shootdown, Accounts accounts, IPrograms programs)
    {
        costs = machine.Costs;
        this.shootdown = shootdown;
        this.accounts = accounts;
        this.programs = programs;
        Oracle = new GenerationOracle(shootdown);
        this.userThreads = userThreads;
        spread = TouchOrder.Start(~seed, 0);
        int cpus = machine.Cpus;
        int threads = userThreads + cpus;
        host = new HostCores(machine.HostCores, cpus, costs.HostSlice.Ns);
        current = new int[cpus];
        dueAt = new long[cpus];
        settledAt = new long[cpus];
        kernelLeft = new long[cpus];
        sliceLeft = new long[cpus];
        switching = new bool[cpus];
        flushAsked = new bool[cpus];
        onCore = new bool[cpus];
        queues = new RunQueues(cpus, threads);
        home = new int[threads];
        bound = new bool[threads];
        asleep = new bool[threads];
        workLeft = new long[threads];
        executed = new long[threads];
        ran = new long[threads];
        waitsSince = new long[threads];
        preemptible = new bool[threads];
        component = new Component[threads];
        Array.Fill(current, Nobody);
        Array.Fill(dueAt, Never);
        Array.Fill(asleep, true);
        for (int cpu = 0; cpu < cpus; cpu++)
        {
            home[KernelThread(cpu)] = cpu;
            bound[KernelThread(cpu)] = true;
        }
    }

    /// <summary>Simulated time since the window began, in nanoseconds.</summary>
    internal long Now { get; private set; }

    internal int Cpus => current.Length;

    /// <summary>Watches the translations that this simulation's CPUs may use.</summary>
    internal GenerationOracle Oracle { get; }

    /// <summary>The kernel worker of a CPU.</summary>
    internal int KernelThread(int cpu) => userThreads + cpu;

    /// <summary>The CPU a thread is on, or was last.</summary>
    internal int CpuOf(int thread) => home[thread];

    /// <summary>The thread a CPU executes; negative for none.</summary>
    internal int Current(int cpu) => current[cpu];

    /// <summary>True when the thread is the one its CPU executes.</summary>
    internal bool IsCurrent(int thread) => current[home[thread]] == thread;

    /// <summary>Puts a thread on a CPU before time begins.</summary>
    internal void Place(int thread, int cpu, bool stays)
    {
        home[thread] = cpu;
        bound[thread] = stays;
        asleep[thread] = false;
        queues.AddLast(cpu, thread);
    }

    /// <summary>Switches the placed threads in, free of charge and uncounted: the window has not begun.</summary>
    internal void Begin()
    {
        for (int cpu = 0; cpu < Cpus; cpu++)
        {
            if (queues.Any(cpu)) SwitchIn(cpu);
            kernelLeft[cpu] = 0;
            Reschedule(cpu);
        }
    }

    /// <summary>Handles the next event.</summary>
    internal void Advance()
    {
        int cpu = 0;
        for (int other = 1; other < dueAt.Length; other++)
        {
            if (dueAt[other] < dueAt[cpu]) cpu = other;
        }
        if (host.NextTurn < dueAt[cpu])
        {
            Now = host.NextTurn;
            host.Turn(Now);
            FollowHost();
            return;
        }
        if (dueAt[cpu] == Never) throw new InvalidOperationException("every CPU waits for another: the model has a deadlock");
        Now = dueAt[cpu];
        Settle(cpu);
        int thread = current[cpu];
        if (switching[cpu] || flushAsked[cpu]) KernelWorkDone(cpu);
        else if (workLeft[thread] > 0) Yield(cpu);
        else programs.Step(thread);
        Reschedule(cpu);
    }

    /// <summary>The current thread is busy in the kernel for about that long, then steps.</summary>
    internal void Work(int thread, long ns, Component what) => Run(thread, Vary(ns), what, userMode: false);

    /// <summary>The current thread executes its own code for exactly that long, then steps.</summary>
    internal void Execute(int thread, long ns) => Run(thread, ns, Component.Touch, userMode: true);

    /// <summary>The current thread waits actively until <see cref="EndSpin"/>.</summary>
    internal void Spin(int thread, Component what) => Run(thread, Never, what, userMode: false);

    /// <summary>The thread steps as soon as it executes.</summary>
    internal void EndSpin(int thread)
    {
        Settle(home[thread]);
        workLeft[thread] = 0;
        Reschedule(home[thread]);
    }

    /// <summary>Time the thread executed since its latest <see cref="Work"/>, up to now.</summary>
    internal long Executed(int thread)
    {
        Settle(home[thread]);
        return executed[thread];
    }

    /// <summary>The current thread sleeps until <see cref="Wake"/>.</summary>
    internal void Sleep(int thread)
    {
        asleep[thread] = true;
        waitsSince[thread] = Now;
        SwitchOut(home[thread]);
    }

    /// <summary>Gives the CPU up if the thread's slice is over and another one waits.</summary>
    /// <returns>True when it did; the thread steps again when it is its turn.</returns>
    internal bool GaveWay(int thread)
    {
        int cpu = home[thread];
        if (sliceLeft[cpu] > 0 || !queues.Any(cpu)) return false;
        workLeft[thread] = 0;
        Yield(cpu);
        return true;
    }

    /// <summary>
    /// Makes a sleeping thread runnable, where it ran last or, unbound, on an idle CPU. A kernel worker goes first, and so does a thread
    /// that has executed less than the running one by the wake-up granularity; a long sleep earns no more than twice that. The running
    /// thread gives way at its next chance.
    /// </summary>
    internal void Wake(int thread)
    {
        int cpu = bound[thread] ? home[thread] : NearestIdle(home[thread]);
        home[thread] = cpu;
        asleep[thread] = false;
        Settle(cpu);
        if (thread < userThreads)
        {
            accounts.Charge(thread, Component.Sleep, Now - waitsSince[thread]);
        }
        if (GoesFirst(thread, cpu))
        {
            queues.AddFirst(cpu, thread);
            sliceLeft[cpu] = 0;
        }
        else
        {
            queues.AddLast(cpu, thread);
        }
        waitsSince[thread] = Now;
        workLeft[thread] = 0;
        if (current[cpu] == Nobody && !switching[cpu])
        {
            switching[cpu] = true;
            kernelLeft[cpu] += Vary(costs.LeaveIdle.Ns);
        }
        Reschedule(cpu);
    }

    /// <summary>Interrupts a CPU with a flush.</summary>
    internal void Interrupt(int cpu, long handlerNs)
    {
        Settle(cpu);
        flushAsked[cpu] = true;
        kernelLeft[cpu] += Vary(costs.TakeIpi.Ns + handlerNs);
        Reschedule(cpu);
    }

    /// <summary>Charges everybody's time up to now.</summary>
    internal void SettleAll()
    {
        for (int cpu = 0; cpu < Cpus; cpu++) Settle(cpu);
        for (int thread = 0; thread < userThreads; thread++)
        {
            if (!IsCurrent(thread)) accounts.Charge(thread, asleep[thread] ? Component.Sleep : Component.Queue, Now - waitsSince[thread]);
        }
    }

    private void Run(int thread, long ns, Component what, bool userMode)
    {
        workLeft[thread] = ns;
        executed[thread] = 0;
        component[thread] = what;
        preemptible[thread] = userMode;
        Reschedule(home[thread]);
    }

    /// <summary>
    /// A step's length: evenly spread from half to one and a half times the mean, drawn from the generator that the workload uses, seeded
    /// with the complement.
    /// </summary>
    private long Vary(long mean) => mean * (512 + TouchOrder.Page(spread, steps++, 1025)) >> 10;

    private void KernelWorkDone(int cpu)
    {
        if (flushAsked[cpu])
        {
            flushAsked[cpu] = false;
            programs.Acknowledged(cpu);
        }
        if (!switching[cpu]) return;
        switching[cpu] = false;
        SwitchIn(cpu);
    }

    private void SwitchIn(int cpu)
    {
        int thread = queues.TakeFirst(cpu);
        current[cpu] = thread;
        sliceLeft[cpu] = costs.GuestSlice.Ns;
        settledAt[cpu] = Now;
        if (thread >= userThreads)
        {
            shootdown.EnterLazy(cpu);
            programs.Step(thread);
            return;
        }
        if (shootdown.Enter(cpu, 0)) kernelLeft[cpu] += costs.FlushAll.Ns;
        Oracle.Uses(cpu);
        accounts.Charge(thread, Component.Queue, Now - waitsSince[thread]);
        if (workLeft[thread] > 0) programs.Resumed(thread);
        else programs.Step(thread);
    }

    /// <summary>The thread leaves its CPU to the next in the queue, or to the idle task, in whose arms the CPU is lazy.</summary>
    private void SwitchOut(int cpu)
    {
        current[cpu] = Nobody;
        if (queues.Any(cpu))
        {
            switching[cpu] = true;
            kernelLeft[cpu] += Vary(costs.Switch.Ns);
        }
        else
        {
            shootdown.EnterLazy(cpu);
        }
        Reschedule(cpu);
    }

    private void Yield(int cpu)
    {
        int thread = current[cpu];
        waitsSince[thread] = Now;
        queues.AddLast(cpu, thread);
        SwitchOut(cpu);
    }

    private bool GoesFirst(int woken, int cpu)
    {
        if (woken >= userThreads) return true;
        // while a kernel worker runs, the rival is the thread that waits for it to end
        int running = current[cpu] is >= 0 and int now && now < userThreads ? now : queues.First(cpu);
        if (running < 0 || running >= userThreads) return false;
        long granularity = costs.WakeGranularity.Ns;
        ran[woken] = Math.Max(ran[woken], ran[running] - 2 * granularity);
        return ran[running] - ran[woken] > granularity;
    }

    private int NearestIdle(int cpu)
    {
        for (int step = 0; step < Cpus; step++)
        {
            int candidate = (cpu + step) % Cpus;
            if (current[candidate] == Nobody && !queues.Any(candidate)) return candidate;
        }
        return cpu;
    }

    /// <summary>Brings a CPU's remaining work and its thread's account up to now.</summary>
    private void Settle(int cpu)
    {
        long passed = Now - settledAt[cpu];
        if (passed == 0) return;
        settledAt[cpu] = Now;
        int thread = current[cpu];
        bool user = thread >= 0 && thread < userThreads;
        if (!onCore[cpu])
        {
            if (user) accounts.Charge(thread, Component.Host, passed);
            return;
        }
        long kernel = Math.Min(passed, kernelLeft[cpu]);
        kernelLeft[cpu] -= kernel;
        if (thread < 0) return;
        long own = passed - kernel;
        sliceLeft[cpu] -= passed;
        if (workLeft[thread] != Never) workLeft[thread] -= own;
        executed[thread] += own;
        if (!user) return;
        ran[thread] += passed;
        accounts.Charge(thread, Component.Interrupt, kernel);
        accounts.Charge(thread, component[thread], own);
    }

    /// <summary>Says when the CPU's next event is, after anything about it changed.</summary>
    private void Reschedule(int cpu)
    {
        Settle(cpu);
        int thread = current[cpu];
        bool busy = thread >= 0 || switching[cpu] || flushAsked[cpu];
        if (host.Want(cpu, busy, Now)) FollowHost();
        dueAt[cpu] = Due(cpu, thread);
    }

    private long Due(int cpu, int thread)
    {
        if (!onCore[cpu]) return Never;
        if (switching[cpu] || flushAsked[cpu]) return Now + kernelLeft[cpu];
        if (thread < 0) return Never;
        long left = workLeft[thread];
        if (preemptible[thread] && queues.Any(cpu)) left = Math.Min(left, Math.Max(0, sliceLeft[cpu]));
        return left == Never ? Never : Now + kernelLeft[cpu] + left;
    }

    private void FollowHost()
    {
        for (int cpu = 0; cpu < Cpus; cpu++)
        {
            if (onCore[cpu] == host.IsOn(cpu)) continue;
            Settle(cpu);
            onCore[cpu] = host.IsOn(cpu);
            dueAt[cpu] = Due(cpu, current[cpu]);
        }
    }
}
