namespace Harness.Analysis;

/// <summary>A count that a fit is made to, or judged by.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Shape">Its shape; null for the plan's own.</param>
/// <param name="Arm">The arm.</param>
/// <param name="Counter">The counter's name.</param>
/// <param name="Measured">What was measured.</param>
public sealed record FitRow(string Plan, string? Shape, string Arm, string Counter, Summary Measured)
{
    // Assumed: below it no emulated run repeats itself, and a row that never varies would else rule the fit.
    private const double LeastSpread = 0.02;

    /// <summary>Half the interval of the measured median over the median, at least 2 %.</summary>
    public double Spread => Measured is { Median: > 0 and double median, Low: { } low, High: { } high }
        ? Math.Max(LeastSpread, (high - low) / 2 / median)
        : 1;

    /// <summary>The count rows of a validation that can be fitted to.</summary>
    /// <param name="validation">The validation.</param>
    /// <param name="shape">The shape of its session.</param>
    public static IEnumerable<FitRow> Of(Validation validation, string? shape) =>
        Validation.Counts(validation.Rows).Select(row => new FitRow(validation.Plan, shape, row.Arm, row.Counter, row.Measured));
}

/// <summary>A model that a fit can ask. For the same constants it gives the same values.</summary>
public interface IFitModel
{
    /// <summary>The modelled values of some rows.</summary>
    /// <param name="constants">Values of the free parameters, by name.</param>
    /// <param name="rows">The rows; the model runs no other shapes than theirs.</param>
    /// <param name="cancel">Ends it.</param>
    double[] Values(IReadOnlyDictionary<string, double> constants, IReadOnlyList<FitRow> rows, CancellationToken cancel);
}
