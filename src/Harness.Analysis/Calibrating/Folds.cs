using Harness.Records;

namespace Harness.Analysis;

/// <summary>k-fold cross-validation over shapes: each shape is predicted by a fit that has not seen it.</summary>
public static class Folds
{
    /// <summary>The weighted error over all rows, each predicted without its fold.</summary>
    /// <param name="count">Folds, from 2 to the number of shapes; shapes are dealt to them in turn.</param>
    /// <param name="parameters">The free parameters.</param>
    /// <param name="rows">The rows, none of those held out.</param>
    /// <param name="model">The model.</param>
    /// <param name="asked">Called after each answer of the model.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="UsageException">There are fewer shapes than folds.</exception>
    public static double? Error(
        int count, IReadOnlyList<FreeParameter> parameters, IReadOnlyList<FitRow> rows, IFitModel model, Action asked,
        CancellationToken cancel)
    {
        List<(string Plan, string? Shape)> shapes = [.. rows.Select(row => (row.Plan, row.Shape)).Distinct()];
        if (count < 2 || count > shapes.Count)
            throw new UsageException($"{count} folds of {shapes.Count} fitted shapes; give 2 to {shapes.Count}");
        double apart = 0;
        for (int fold = 0; fold < count; fold++)
        {
            ILookup<bool, FitRow> sides = rows.ToLookup(row => shapes.IndexOf((row.Plan, row.Shape)) % count == fold);
            List<FitRow> left = [.. sides[true]];
            IReadOnlyList<FittedConstant> fitted = ConstantFit.Of(parameters, [.. sides[false]], model, asked, cancel);
            double[] values = model.Values(ConstantFit.Told(fitted), left, cancel);
            for (int i = 0; i < left.Count; i++) apart += Math.Abs(values[i] - left[i].Measured.Median!.Value);
        }
        double whole = rows.Sum(row => row.Measured.Median!.Value);
        return whole > 0 ? apart / whole : null;
    }
}
