using Harness.Records;

namespace Harness.Experiments;

/// <summary>A named variant of a plan: another machine, other parameters, the same arms and counters.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Machine">The machine in the place of the plan's; null for the plan's.</param>
/// <param name="Parameters">Workload parameters on top of the plan's.</param>
/// <param name="HeldOut">True when the model is never fitted to it, so that it tells how well the model predicts.</param>
public sealed record PlanShape(string Name, MachineShape? Machine, IReadOnlyDictionary<string, string> Parameters, bool HeldOut)
{
    /// <summary>In the place of a shape's name: the plan's own shape and every named one.</summary>
    public const string All = "all";

    /// <summary>The word for the plan's own shape.</summary>
    public const string Own = "own";
}
