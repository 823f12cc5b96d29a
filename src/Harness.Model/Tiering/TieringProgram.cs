namespace Harness.Model;

/// <summary>A workload's threads as the simulation steps them.</summary>
internal abstract class TieringProgram(TieringKernel kernel)
{
    /// <summary>The kernel it runs on.</summary>
    protected TieringKernel Kernel => kernel;

    /// <summary>True when every thread has ended.</summary>
    internal abstract bool Done { get; }

    /// <summary>How much is done, 0 to 1.</summary>
    internal abstract double Progress { get; }

    /// <summary>A thread, the present actor, goes on for a little while: it ends by yielding, waiting or stopping.</summary>
    internal abstract void Step();

    /// <summary>What the workload itself reports, over so many seconds.</summary>
    internal abstract IEnumerable<Prediction> Metrics(double seconds);
}
