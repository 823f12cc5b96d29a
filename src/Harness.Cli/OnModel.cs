using Harness.Experiments;
using Harness.Records;
using Harness.Targets;

namespace Harness.Cli;

/// <summary>
/// A plan with every arm on the model: <c>vm:6.1</c> becomes <c>model:6.1</c>. An arm whose settings the model lacks is left out.
/// </summary>
internal static class OnModel
{
    /// <summary>The plan so.</summary>
    /// <exception cref="UsageException">An arm runs on a kernel that the model cannot know.</exception>
    public static Plan Plan(Plan plan) => plan with
    {
        Arms = [.. plan.Arms.Where(arm => ModelTarget.Takes([.. plan.Knobs, .. arm.Knobs])).Select(Arm)],
    };

    private static Arm Arm(Arm arm)
    {
        TargetName target = TargetName.Parse(arm.Target);
        return target.Kind switch
        {
            TargetKind.Model => arm,
            TargetKind.Vm when !target.Detail.Contains('/', StringComparison.Ordinal) => arm with { Target = $"model:{target.Detail}" },
            _ => throw new UsageException(
                $"arm '{arm.Name}' runs on {arm.Target}, whose kernel the model cannot know; make it model:PROFILE in the plan"),
        };
    }
}
