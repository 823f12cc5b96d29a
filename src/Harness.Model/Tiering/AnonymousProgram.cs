namespace Harness.Model;

/// <summary>
/// A workload of one process whose first thread fills anonymous memory before the measured window begins; then all its threads touch it at
/// once. Thread t begins on CPU t. Neither NUMA balancing nor kmmscand scans while it fills: the policy of memory that is bound forbids it.
/// </summary>
internal abstract class AnonymousProgram : TieringProgram
{
    /// <summary>Pages after which others get their turn while the memory is filled.</summary>
    private const int FilledAtOnce = 64;

    /// <summary>How much later than asked a sleeper wakes (published: the default timer slack).</summary>
    private const long TimerSlack = 50_000;

    private readonly int? boundTo;
    private readonly OwnPages own;
    private readonly int[] filled;
    private readonly int[] running;
    private long slept;

    /// <summary>A program of which no page exists yet.</summary>
    /// <param name="kernel">The kernel it runs on.</param>
    /// <param name="boundTo">The node its memory is allocated on; null for wherever there is room.</param>
    private protected AnonymousProgram(TieringKernel kernel, int? boundTo)
        : base(kernel)
    {
        this.boundTo = boundTo;
        own = new OwnPages(kernel);
        filled = kernel.State.Array<int>(1);
        running = kernel.State.Array<int>(1);
        running[0] = kernel.Threads;
        for (int thread = 1; thread < kernel.Threads; thread++) kernel.Clock.StopAt(thread, 0);
    }

    /// <summary>True when every thread has ended.</summary>
    internal sealed override bool Done => running[0] == 0;

    /// <summary>The memory.</summary>
    private protected PageArea Area => Kernel.Tables.Areas[0];

    /// <summary>The one mapping of such a program.</summary>
    internal static IReadOnlyList<PageArea> Areas(int pages) => [new PageArea(0, 0, pages, File: false, Writable: true)];

    internal sealed override void Step()
    {
        int thread = Kernel.Clock.Actor;
        if (!Kernel.Cpus.TryRun(0, out int cpu))
        {
            Kernel.Clock.Yield();
            return;
        }
        if (filled[0] < Area.Pages)
        {
            Fill(cpu);
            return;
        }
        own.Use(cpu);
        if (Kernel.Balancing.IsScanning(thread)) Kernel.Balancing.Step(thread, 0, cpu);
        else
        {
            long began = Kernel.Clock.Now;
            slept = 0;
            bool goesOn = Touch(thread, cpu);
            Kernel.Balancing.Ran(thread, 0, Kernel.Clock.Now - began - slept);
            if (!goesOn)
            {
                End(thread, cpu);
                return;
            }
        }
        Kernel.Cpus.Used(cpu);
        Kernel.Clock.Yield();
    }

    /// <summary>A thread, the present actor, touches for a while.</summary>
    /// <returns>False when it has ended.</returns>
    private protected abstract bool Touch(int thread, int cpu);

    /// <summary>A thread, the present actor, sleeps.</summary>
    private protected void Sleep(int cpu, long ns)
    {
        Kernel.Clock.Spend(Component.Queue, Kernel.Costs.FallAsleep.Ns);
        long before = Kernel.Clock.Now;
        Kernel.Cpus.Sleep(cpu, before + ns + TimerSlack, Component.Sleep);
        slept = Kernel.Clock.Now - before;
    }

    private void Fill(int cpu)
    {
        int end = Math.Min(filled[0] + FilledAtOnce, Area.Pages);
        for (; filled[0] < end; filled[0]++) Kernel.Anonymous.FirstTouch(Area.First + filled[0], cpu, boundTo);
        if (end == Area.Pages)
        {
            Kernel.BeginWindow();
            for (int thread = 0; thread < Kernel.Threads; thread++)
            {
                Kernel.Balancing.Begin(thread, 0, Kernel.Threads);
                Kernel.Clock.Wake(thread, Component.Sleep);
            }
        }
        Kernel.Cpus.Used(cpu);
        Kernel.Clock.Yield();
    }

    private void End(int thread, int cpu)
    {
        running[0]--;
        Kernel.Cpus.Used(cpu);
        Kernel.Cpus.End(thread);
        Kernel.Clock.Stop();
    }
}
