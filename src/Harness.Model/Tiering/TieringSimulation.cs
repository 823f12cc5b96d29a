namespace Harness.Model;

/// <summary>
/// A simulated run in which memory is scarce: reclaim, demotion, promotion and the page cache decide, page by page, while each path of the
/// kernel is one action in time. It can be advanced in parts, saved, and resumed; equal arguments give equal outcomes however it is cut.
/// </summary>
public sealed class TieringSimulation
{
    /// <summary>True when the workload has ended.</summary>
    public bool Done => throw new NotImplementedException();

    /// <summary>How much of the workload is done, 0 to 1.</summary>
    public double Progress => throw new NotImplementedException();

    /// <summary>Simulates llama-stream.</summary>
    /// <param name="machine">Nodes with their pages, CPUs, drive, TLBs and costs.</param>
    /// <param name="profile">The kernel.</param>
    /// <param name="knobs">Its settings.</param>
    /// <param name="workload">The workload.</param>
    public static TieringSimulation Of(Machine machine, Profile profile, TieringKnobs knobs, LlamaStreaming workload) =>
        throw new NotImplementedException();

    /// <summary>Advances by about that many actions, or to the end.</summary>
    public void Advance(long actions) => throw new NotImplementedException();

    /// <summary>What the run so far predicts.</summary>
    public Outcome Outcome() => throw new NotImplementedException();

    /// <summary>Writes everything the future depends on.</summary>
    public void Save(Stream to) => throw new NotImplementedException();

    /// <summary>Makes a saved state the present one.</summary>
    /// <param name="from">What <see cref="Save"/> wrote for a simulation of equal arguments.</param>
    /// <exception cref="InvalidDataException">It is not, or is damaged.</exception>
    public void Resume(Stream from) => throw new NotImplementedException();
}
