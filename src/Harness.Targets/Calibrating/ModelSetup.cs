using Harness.Model;
using Harness.Records;

namespace Harness.Targets;

/// <summary>The model of the machine and kernel that a run was made on.</summary>
/// <param name="Profile">The kernel's profile.</param>
/// <param name="Machine">The machine, its costs as they are assumed.</param>
internal sealed record ModelSetup(string Profile, Machine Machine)
{
    /// <summary>The target with fitted constants; those as assumed where none are given.</summary>
    public ModelTarget Target(FittedConstants? constants) =>
        new($"model:{Profile}", Profile, constants is null ? Machine : FittedMachine.Of(Machine, constants));

    /// <summary>What the model says of a request when constants have those values.</summary>
    public RunRecord Run(RunRequest request, IReadOnlyDictionary<string, double> constants, CancellationToken cancel)
    {
        ModelTarget target = new($"model:{Profile}", Profile, FittedMachine.Of(Machine, constants, from: null));
        DateTimeOffset started = DateTimeOffset.UtcNow;
        ModelRun run = target.Start(request);
        while (!run.Done)
        {
            cancel.ThrowIfCancellationRequested();
            run.Advance(cancel);
        }
        return target.Record(request, started, run.Outcome());
    }
}
