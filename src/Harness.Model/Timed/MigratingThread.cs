namespace Harness.Model;

/// <summary>
/// The main thread of migrate-pingpong: calls migrate_pages(2) once a round, to one node and back, and gives each step of the kernel's path
/// its time on the thread's CPU.
/// </summary>
internal sealed class MigratingThread : IKernelWatcher
{
    private const int Task = 0;
    private const int Mm = 0;

    private readonly int thread;
    private readonly MigratePingpong workload;
    private readonly Costs costs;
    private readonly Processors processors;
    private readonly Kernel kernel;
    private readonly TouchingThreads touching;
    private int round;
    private bool drains;
    private int draining;
    private bool spins;

    internal MigratingThread(
        int thread, MigratePingpong workload, Processors processors, Kernel kernel, TouchingThreads touching)
    {
        this.thread = thread;
        this.workload = workload;
        this.processors = processors;
        this.kernel = kernel;
        this.touching = touching;
        costs = kernel.Costs;
        kernel.Watcher = this;
    }

    /// <summary>The last call returned: the window is over.</summary>
    internal bool Done { get; private set; }

    /// <summary>Pages moved so far.</summary>
    internal long Migrated => kernel.Tallies[Tally.Migrated];

    /// <summary>Goes on until the next piece of work that takes time, or a wait.</summary>
    internal void Step()
    {
        if (drains)
        {
            Drain();
            return;
        }
        while (true)
        {
            kernel.MoveTo(Task, processors.CpuOf(thread));
            if (kernel.Idle(Task))
            {
                if (round == workload.Rounds)
                {
                    Done = true;
                    return;
                }
                int target = round++ % 2 == 0 ? workload.To : workload.From;
                kernel.Begin(Task, new KernelCall(CallKind.Migrate, 0, kernel.Spaces.Pages, target, (int)MigrateReason.Syscall, Mm));
            }
            if (kernel.Reschedules(Task) && processors.GaveWay(thread)) return;
            Pause pause = kernel.Step(Task);
            if (pause.Kind == PauseKind.Work && pause.Ns > 0)
            {
                processors.Work(thread, pause.Ns, pause.Component);
                return;
            }
            if (kernel.Ready(Task)) continue;
            // the only wait of a thread whose pages nobody else unmaps is for its flush
            spins = true;
            processors.Spin(thread, pause.Component);
            return;
        }
    }

    /// <summary>A kernel worker has its CPU: drains, and tells the caller of migrate_pages when all are done.</summary>
    internal void StepWorker(int worker, bool drained)
    {
        if (!drained)
        {
            processors.Work(worker, costs.Drain.Ns, Component.Prepare);
            return;
        }
        if (--draining == 0) processors.Wake(thread);
        processors.Sleep(worker);
    }

    void IKernelWatcher.Interrupted(int cpu, long handlerNs) => processors.Interrupt(cpu, handlerNs);

    void IKernelWatcher.Acknowledged(int task)
    {
        if (!spins) return;
        spins = false;
        processors.EndSpin(thread);
    }

    void IKernelWatcher.Unmapped(int mm, int page, long generation) => touching.PageUnmapped(page, generation);

    void IKernelWatcher.Copying(int folio) => processors.Oracle.Copies(touching.UnmappedIn(kernel.Frames.Index(folio)));

    void IKernelWatcher.Mapped(int mm, int page) => touching.PageMapped();

    void IKernelWatcher.TableUnlocked(int mm, int page) => touching.LockReleased(page);

    int IKernelWatcher.FolioUnlocked(int folio) => touching.Wake(kernel.Frames.Index(folio));

    void IKernelWatcher.Draining(int task) => drains = true;

    private void Drain()
    {
        drains = false;
        draining = processors.Cpus;
        for (int cpu = 0; cpu < processors.Cpus; cpu++) processors.Wake(processors.KernelThread(cpu));
        processors.Sleep(thread);
    }
}
