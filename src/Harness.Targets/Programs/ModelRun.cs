using Harness.Model;
using Harness.Records;

namespace Harness.Targets;

/// <summary>
/// A run on the model under way: advanced in parts, so that it can be watched, interrupted and, where its program can, saved.
/// </summary>
public abstract class ModelRun
{
    /// <summary>True when the workload has ended.</summary>
    public abstract bool Done { get; }

    /// <summary>How much of it is done, 0 to 1.</summary>
    public abstract double Progress { get; }

    /// <summary>True when <see cref="Save"/> and <see cref="Resume"/> work.</summary>
    public abstract bool CanBeSaved { get; }

    /// <summary>Advances by a part that takes well under a second where the run can be saved, else to the end.</summary>
    /// <param name="cancel">Ends a run that cannot be saved; one that can ends between two parts.</param>
    /// <exception cref="UsageException">The workload needs more memory than the machine has.</exception>
    public abstract void Advance(CancellationToken cancel);

    /// <summary>What the whole run predicts; only when it is <see cref="Done"/>.</summary>
    public abstract Outcome Outcome();

    /// <summary>Writes everything the future depends on.</summary>
    /// <exception cref="NotSupportedException">The run cannot be saved.</exception>
    public virtual void Save(Stream to) => throw new NotSupportedException();

    /// <summary>Makes a saved state the present one.</summary>
    /// <exception cref="InvalidDataException">It is not the state of such a run.</exception>
    /// <exception cref="NotSupportedException">The run cannot be saved.</exception>
    public virtual void Resume(Stream from) => throw new NotSupportedException();
}

/// <summary>A run that is simulated in one go.</summary>
/// <param name="simulate">Simulates it.</param>
internal sealed class WholeRun(Func<CancellationToken, Outcome> simulate) : ModelRun
{
    private Outcome? outcome;

    public override bool Done => outcome is not null;

    public override double Progress => Done ? 1 : 0;

    public override bool CanBeSaved => false;

    public override void Advance(CancellationToken cancel) => outcome = simulate(cancel);

    public override Outcome Outcome() => outcome ?? throw new InvalidOperationException("the run is not over");
}

/// <summary>A run of the tiering engine.</summary>
/// <param name="simulation">The simulation, at its beginning.</param>
internal sealed class TieringRun(TieringSimulation simulation) : ModelRun
{
    // Measured: about a tenth of a second of llama-stream under memory pressure.
    private const long ActionsOfAPart = 1 << 14;

    public override bool Done => simulation.Done;

    public override double Progress => simulation.Progress;

    public override bool CanBeSaved => true;

    public override void Advance(CancellationToken cancel)
    {
        try
        {
            simulation.Advance(ActionsOfAPart);
        }
        catch (MemoryExhaustedException e)
        {
            throw new UsageException($"the simulated machine is {e.Message}", e);
        }
    }

    public override Outcome Outcome() => simulation.Outcome();

    public override void Save(Stream to) => simulation.Save(to);

    public override void Resume(Stream from) => simulation.Resume(from);
}
