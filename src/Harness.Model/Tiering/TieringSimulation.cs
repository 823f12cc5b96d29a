namespace Harness.Model;

/// <summary>
/// A simulated run in which memory is scarce: reclaim, demotion, promotion and the page cache decide, page by page, while each path of the
/// kernel is one action in time. It can be advanced in parts, saved, and resumed; equal arguments give equal outcomes however it is cut.
/// </summary>
public sealed class TieringSimulation
{
    private readonly TieringKernel kernel;
    private readonly TieringProgram program;

    internal TieringSimulation(TieringKernel kernel, TieringProgram program)
    {
        this.kernel = kernel;
        this.program = program;
    }

    internal TieringKernel Kernel => kernel;

    /// <summary>True when the workload has ended.</summary>
    public bool Done => program.Done;

    /// <summary>How much of the workload is done, 0 to 1.</summary>
    public double Progress => program.Progress;

    /// <summary>Simulated time so far.</summary>
    public Nanoseconds Elapsed => new(kernel.Clock.Now);

    /// <summary>Simulates llama-stream.</summary>
    /// <param name="machine">Nodes with their pages, CPUs, drive, TLBs and costs.</param>
    /// <param name="profile">The kernel.</param>
    /// <param name="knobs">Its settings.</param>
    /// <param name="workload">The workload.</param>
    public static TieringSimulation Of(Machine machine, Profile profile, TieringKnobs knobs, LlamaStreaming workload)
    {
        TieringKernel kernel = new(machine, profile, knobs, LlamaProgram.Areas(workload), workload.Processes * workload.Threads);
        return new TieringSimulation(kernel, new LlamaProgram(kernel, workload));
    }

    /// <summary>Simulates abench. Where its touches are too many to be made one by one, most are drawn.</summary>
    /// <inheritdoc cref="Of(Machine, Profile, TieringKnobs, LlamaStreaming)"/>
    public static TieringSimulation Of(Machine machine, Profile profile, TieringKnobs knobs, Abench workload) =>
        Of(machine, profile, knobs, workload, AbenchProgram.Draws(workload));

    /// <summary>Simulates pmbench-like.</summary>
    /// <inheritdoc cref="Of(Machine, Profile, TieringKnobs, LlamaStreaming)"/>
    public static TieringSimulation Of(Machine machine, Profile profile, TieringKnobs knobs, PmbenchLike workload)
    {
        TieringKernel kernel = new(machine, profile, knobs, AnonymousProgram.Areas(workload.Pages), workload.Threads);
        return new TieringSimulation(kernel, new PmbenchProgram(kernel, workload));
    }

    /// <summary>Simulates xsbench-like.</summary>
    /// <inheritdoc cref="Of(Machine, Profile, TieringKnobs, LlamaStreaming)"/>
    public static TieringSimulation Of(Machine machine, Profile profile, TieringKnobs knobs, XsbenchLike workload)
    {
        TieringKernel kernel = new(machine, profile, knobs, AnonymousProgram.Areas(workload.Pages), workload.Threads);
        return new TieringSimulation(kernel, new XsbenchProgram(kernel, workload));
    }

    internal static TieringSimulation Of(Machine machine, Profile profile, TieringKnobs knobs, Abench workload, bool draws)
    {
        TieringKernel kernel = new(machine, profile, knobs, AnonymousProgram.Areas(workload.Pages), workload.Threads);
        return new TieringSimulation(kernel, new AbenchProgram(kernel, workload, draws));
    }

    /// <summary>Advances by that many actions, or to the end.</summary>
    public void Advance(long actions)
    {
        for (; actions > 0 && !program.Done; actions--)
        {
            kernel.Clock.Next();
            int actor = kernel.Clock.Actor;
            if (actor < kernel.Threads) program.Step();
            else if (actor < kernel.Threads + kernel.Nodes) kernel.Reclaim.StepKswapd(actor - kernel.Threads);
            else kernel.Kmmscand!.Step();
        }
    }

    /// <summary>What the run so far predicts.</summary>
    public Outcome Outcome() => TieringOutcome.Of(kernel, program);

    /// <summary>Writes everything the future depends on.</summary>
    public void Save(Stream to) => kernel.State.Save(to);

    /// <summary>Makes a saved state the present one.</summary>
    /// <param name="from">What <see cref="Save"/> wrote for a simulation of equal arguments.</param>
    /// <exception cref="InvalidDataException">It ends too early: it is damaged, or of another simulation.</exception>
    public void Resume(Stream from) => kernel.State.Resume(from);
}
