using Harness.Experiments;
using Harness.Records;

namespace Harness.Cli;

/// <summary>The shapes that a fit must not see: those that their plans hold out, and those named on the command line.</summary>
internal sealed class HeldOutShapes
{
    private readonly HashSet<(string Plan, string? Shape)> shapes = [];

    /// <summary>Reads <c>SHAPE</c> and <c>PLAN/SHAPE</c>.</summary>
    /// <exception cref="UsageException">No plan has such a shape, or none is left to fit to.</exception>
    public HeldOutShapes(IReadOnlyList<Plan> plans, IReadOnlyList<string> named)
    {
        foreach (Plan plan in plans)
        {
            foreach (PlanShape shape in plan.Shapes.Where(shape => shape.HeldOut)) shapes.Add((plan.Name, shape.Name));
        }
        foreach (string name in named)
        {
            string[] parts = name.Split('/', 2);
            (string Plan, string? Shape)[] meant =
            [
                .. plans.Where(plan => parts.Length == 1 || plan.Name == parts[0]).SelectMany(plan => PlanSessions.ShapesOf(plan)
                    .Where(shape => (shape ?? PlanShape.Own) == parts[^1]).Select(shape => (plan.Name, shape))),
            ];
            if (meant.Length == 0) throw new UsageException($"--hold-out {name}: no such shape; 'plans' lists those of each plan");
            shapes.UnionWith(meant);
        }
        if (plans.All(plan => PlanSessions.ShapesOf(plan).All(shape => shapes.Contains((plan.Name, shape)))))
            throw new UsageException("every shape is held out, so there is nothing to fit to; leave out a --hold-out");
    }

    /// <summary>True when the session's shape is held out.</summary>
    public bool Has(Manifest manifest) => shapes.Contains((manifest.Plan, manifest.Shape));
}
