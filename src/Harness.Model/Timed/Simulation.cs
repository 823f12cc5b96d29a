namespace Harness.Model;

/// <summary>
/// One simulated run. Nothing here depends on anything but the arguments: the same ones give the same outcome, on any host.
/// </summary>
public sealed class Simulation : IPrograms
{
    private const int Main = 0;

    private readonly Tallies tallies;
    private readonly Accounts accounts;
    private readonly Kernel kernel;
    private readonly Processors processors;
    private readonly TouchingThreads touching;
    private readonly MigratingThread migrating;
    private readonly MigratePingpong workload;
    private readonly bool[] workerDrained;

    private Simulation(Machine machine, Profile profile, MigratePingpong workload)
    {
        this.workload = workload;
        tallies = new Tallies(machine.Cpus);
        accounts = new Accounts(UserThreads);
        workerDrained = new bool[machine.Cpus];
        kernel = PingpongScene.Build(machine, profile, workload, tallies);
        processors = new Processors(machine, workload.Seed, UserThreads, kernel.Shootdown, accounts, this);
        touching = new TouchingThreads(machine, workload, Main + 1, processors, kernel);
        migrating = new MigratingThread(Main, workload, processors, kernel, touching);
    }

    private int UserThreads => 1 + workload.Threads;

    /// <summary>Simulates the measured window of a workload.</summary>
    /// <param name="machine">CPUs, nodes, costs.</param>
    /// <param name="profile">The kernel.</param>
    /// <param name="workload">The workload; its nodes must be nodes of the machine.</param>
    /// <param name="cancel">Ends the simulation early.</param>
    /// <exception cref="StaleTranslationException">The simulated kernel let a CPU keep a translation it must not use.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Outcome Run(Machine machine, Profile profile, MigratePingpong workload, CancellationToken cancel = default) =>
        new Simulation(machine, profile, workload).Run(cancel);

    private Outcome Run(CancellationToken cancel)
    {
        bool stays = workload.Bind == Binding.Spread;
        processors.Place(Main, 0, stays);
        for (int i = 0; i < workload.Threads; i++) processors.Place(Main + 1 + i, (i + 1) % processors.Cpus, stays);
        processors.Begin();
        tallies.Clear();
        for (long events = 0; !migrating.Done; events++)
        {
            if ((events & 0xFFFF) == 0) cancel.ThrowIfCancellationRequested();
            processors.Advance();
        }
        processors.SettleAll();
        return Outcome.Of(tallies, accounts, UserThreads, processors.Now, migrating.Migrated, (long)workload.Pages * workload.Rounds);
    }

    void IPrograms.Step(int thread)
    {
        if (thread == Main)
        {
            migrating.Step();
        }
        else if (thread < UserThreads)
        {
            touching.Step(thread);
        }
        else
        {
            // a worker is stepped twice: when it gets the CPU and when its work is done
            ref bool drained = ref workerDrained[thread - UserThreads];
            migrating.StepWorker(thread, drained);
            drained = !drained;
        }
    }

    void IPrograms.Resumed(int thread)
    {
        if (thread != Main && thread < UserThreads) touching.Resumed(thread);
    }

    void IPrograms.Acknowledged(int cpu)
    {
        kernel.Receive(cpu);
        touching.Flushed(cpu);
    }
}
