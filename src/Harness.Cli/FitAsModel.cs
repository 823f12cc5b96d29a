using Harness.Analysis;
using Harness.Targets;

namespace Harness.Cli;

/// <summary>The modelled arms as a fit asks for them: row by row.</summary>
internal sealed class FitAsModel(ModelledArms arms) : IFitModel
{
    public double[] Values(IReadOnlyDictionary<string, double> constants, IReadOnlyList<FitRow> rows, CancellationToken cancel)
    {
        IReadOnlyDictionary<(SessionArm, string), double> means = arms.Means(constants, rows.Select(Arm), cancel);
        return [.. rows.Select(row => means.GetValueOrDefault((Arm(row), row.Counter)))];
    }

    private static SessionArm Arm(FitRow row) => new(row.Plan, row.Shape, row.Arm);
}
