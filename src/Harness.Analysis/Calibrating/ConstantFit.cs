using Harness.Records;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace Harness.Analysis;

/// <summary>
/// Fits free parameters of a model to measured counts: bounded Levenberg-Marquardt on log((modelled + 1) / (measured + 1)), on the
/// parameters' logarithmic scales. A row weighs as its share of its plan's counts over the square of its measured spread and the model's
/// own error together, so that large rows matter as they do in the weighted error. First each parameter is put to both its ends while the
/// others stay: one that moves no row by half its spread is left as assumed, and told to be unknown. Of those fitted, the one with the
/// widest interval is given up while that interval covers its whole range, and the rest are fitted again, so that no constant told leans on
/// one that is not. The model answers with the same seeds each time, and slopes are taken over steps wide enough (15 % to either side) to
/// stand above what is left of its chance.
/// </summary>
public sealed class ConstantFit
{
    /// <summary>The method in one line, for the file of constants.</summary>
    public const string Method =
        "bounded Levenberg-Marquardt on log((modelled+1)/(measured+1)) of count rows, weight share/(spread^2+0.1^2), "
        + "central differences of 15 %, one-at-a-time screening, 95 % intervals from the Jacobian, what they cannot tell given up "
        + "and the rest fitted again";

    private const double SlopeStep = 0.15;       // assumed, within the 10 to 20 % at which a run's own chance no longer shows
    private const double Response = 0.5;         // assumed: of a row's spread; less than that no fit could see
    private const double ModelError = 0.1;       // assumed: a good model's own error, so that rows that do not scatter do not decide alone
    private const double LeastShare = 0.01;      // assumed: a row below a hundredth of its plan's counts still has a voice
    private const int MostEvaluations = 20;      // of the fit itself, slopes not counted: assumed, it ends by its step long before
    private const double FlatSlope = 1e-6;       // assumed: over all rows, far below what any count that moves has
    private const double SmallestStep = 0.002;   // of the scale: 1 % of a parameter with a range of a hundred
    private const double Alpha = 0.05;

    private readonly IReadOnlyList<FreeParameter> parameters;
    private readonly IReadOnlyList<FitRow> rows;
    private readonly IFitModel model;
    private readonly Action asked;
    private readonly CancellationToken cancel;
    private readonly Vector<double> measured;
    private readonly Vector<double> weights;
    private (List<FreeParameter> Free, Vector<double> Places, Matrix<double> Slopes)? last;

    private ConstantFit(
        IReadOnlyList<FreeParameter> parameters, IReadOnlyList<FitRow> rows, IFitModel model, Action asked, CancellationToken cancel)
    {
        this.parameters = parameters;
        this.rows = rows;
        this.model = model;
        this.asked = asked;
        this.cancel = cancel;
        measured = Vector<double>.Build.DenseOfEnumerable(rows.Select(row => Math.Log(row.Measured.Median!.Value + 1)));
        weights = Weights();
    }

    /// <summary>About how often a fit asks the model, for an estimate of the time left.</summary>
    public static int EvaluationsOf(int parameters) => 1 + (2 * parameters) + (8 * (1 + parameters));

    /// <summary>Fits.</summary>
    /// <param name="parameters">The free parameters.</param>
    /// <param name="rows">The rows to fit to, none of those held out.</param>
    /// <param name="model">The model.</param>
    /// <param name="asked">Called after each answer of the model.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>One constant for each parameter, told or not.</returns>
    /// <exception cref="UsageException">There is nothing to fit to.</exception>
    public static IReadOnlyList<FittedConstant> Of(
        IReadOnlyList<FreeParameter> parameters, IReadOnlyList<FitRow> rows, IFitModel model, Action asked, CancellationToken cancel)
    {
        if (rows.Count == 0) throw new UsageException("there is no count row to fit to; hold out fewer shapes or run more of them");
        return new ConstantFit(parameters, rows, model, asked, cancel).Run();
    }

    /// <summary>The values of constants by name: of all that a fit told.</summary>
    public static Dictionary<string, double> Told(IEnumerable<FittedConstant> constants) =>
        constants.Where(constant => constant.Untold is null).ToDictionary(constant => constant.Name, constant => constant.Value);

    private FittedConstant[] Run()
    {
        List<FreeParameter> free = [.. Screened()];
        HashSet<string> answered = [.. free.Select(parameter => parameter.Name)];
        // a slope of nothing where the fit begins leaves the minimiser without a step to take; where there is none these slopes are those
        // that it asks for first
        Matrix<double> slopes = Slopes(free, Start(free));
        bool[] flat = [.. Enumerable.Range(0, free.Count).Select(i => slopes.Column(i).L2Norm() <= FlatSlope)];
        if (Array.Exists(flat, one => one)) free = [.. free.Where((_, i) => !flat[i])];
        // more unknowns than rows cannot be told apart: the strongest are kept
        if (free.Count >= rows.Count) free.RemoveRange(rows.Count - 1, free.Count - rows.Count + 1);
        Dictionary<string, FittedConstant> told = [];
        while (free.Count > 0)
        {
            Vector<double> places = Minimum(free);
            (int[] kept, Vector<double> errors) = Tellable(free, places);
            if (kept.Length == free.Count)
            {
                told = free.Select((parameter, i) => Told(parameter, places[i], errors[i])).ToDictionary(constant => constant.Name);
                break;
            }
            free = [.. kept.Select(i => free[i])];
        }
        return [.. parameters.Select(p => told.GetValueOrDefault(p.Name)
            ?? Untold(p, answered.Contains(p.Name) ? "its interval covers its whole range" : "no row answers to it"))];
    }

    /// <summary>The parameters that some row answers to, the strongest first.</summary>
    private IEnumerable<FreeParameter> Screened()
    {
        Vector<double> assumed = Logs([]);
        List<(FreeParameter Parameter, double Response)> all = [];
        foreach (FreeParameter parameter in parameters)
        {
            Vector<double> low = Logs(new() { [parameter.Name] = parameter.Low });
            Vector<double> high = Logs(new() { [parameter.Name] = parameter.High });
            double response = rows
                .Select((row, i) => Math.Max(Math.Abs(low[i] - assumed[i]), Math.Abs(high[i] - assumed[i])) / row.Spread).Max();
            all.Add((parameter, response));
        }
        return all.Where(one => one.Response >= Response).OrderByDescending(one => one.Response).Select(one => one.Parameter);
    }

    private static Vector<double> Start(List<FreeParameter> free) =>
        Vector<double>.Build.DenseOfEnumerable(free.Select(parameter => parameter.PlaceOf(parameter.Assumed)));

    /// <summary>The places of the least weighted squares.</summary>
    private Vector<double> Minimum(List<FreeParameter> free)
    {
        Vector<double> start = Start(free);
        Vector<double> index = Vector<double>.Build.Dense(rows.Count, i => i);
        IObjectiveModel objective = ObjectiveFunction.NonlinearModel(
            (places, _) => Logs(At(free, places)), (places, _) => Slopes(free, places), index, measured, weights);
        return new LevenbergMarquardtMinimizer(
            stepTolerance: SmallestStep, functionTolerance: 1e-9, maximumIterations: MostEvaluations).FindMinimum(
            objective, start, Vector<double>.Build.Dense(free.Count, 0), Vector<double>.Build.Dense(free.Count, 1)).MinimizingPoint;
    }

    /// <summary>
    /// Which parameters are left when those are given up whose interval covers their range, and half of each one's interval.
    /// </summary>
    private (int[] Kept, Vector<double> Errors) Tellable(List<FreeParameter> free, Vector<double> places)
    {
        Matrix<double> slopes = Slopes(free, places);
        Vector<double> apart = Logs(At(free, places)) - measured;
        double squares = apart.PointwiseMultiply(apart).DotProduct(weights);
        List<int> kept = [.. Enumerable.Range(0, free.Count)];
        while (kept.Count > 0)
        {
            Matrix<double> some = Matrix<double>.Build.DenseOfColumnVectors(kept.Select(slopes.Column));
            Matrix<double> weighted = Matrix<double>.Build.DiagonalOfDiagonalVector(weights) * some;
            Matrix<double> covariance = some.TransposeThisAndMultiply(weighted).Inverse();
            // as many degrees of freedom as rows are left over
            int over = rows.Count - kept.Count;
            double wide = Student.Critical(Alpha, over) * Math.Sqrt(squares / over);
            Vector<double> errors = Vector<double>.Build.Dense(kept.Count, i => wide * Error(covariance[i, i]));
            int widest = errors.MaximumIndex();
            double place = places[kept[widest]];
            if (place - errors[widest] > 0 || place + errors[widest] < 1) return ([.. kept], errors);
            kept.RemoveAt(widest);
        }
        return ([], Vector<double>.Build.Dense(1));
    }

    /// <summary>What parameters that do the same have no finite variance of: rounding leaves any number there.</summary>
    private static double Error(double variance) => double.IsFinite(variance) && variance >= 0 ? Math.Sqrt(variance) : double.MaxValue;

    private static FittedConstant Told(FreeParameter parameter, double place, double error) => new()
    {
        Name = parameter.Name,
        Unit = parameter.Unit,
        Assumed = parameter.Assumed,
        Value = parameter.At(place),
        Low = parameter.At(place - error),
        High = parameter.At(place + error),
    };

    private static FittedConstant Untold(FreeParameter parameter, string why) => new()
    {
        Name = parameter.Name,
        Unit = parameter.Unit,
        Assumed = parameter.Assumed,
        Value = parameter.Assumed,
        Untold = why,
    };

    private Matrix<double> Slopes(List<FreeParameter> free, Vector<double> places)
    {
        // the minimiser asks once more at its end, and so do the intervals
        if (last is { } known && known.Free == free && known.Places.Equals(places)) return known.Slopes.Clone();
        Matrix<double> slopes = Matrix<double>.Build.Dense(rows.Count, free.Count);
        for (int i = 0; i < free.Count; i++)
        {
            // at an end of the range the step to that side is cut off
            double step = free[i].Step(SlopeStep);
            double below = Math.Clamp(places[i] - step, 0, 1);
            double above = Math.Clamp(places[i] + step, 0, 1);
            slopes.SetColumn(i, (Logs(At(free, Moved(places, i, above))) - Logs(At(free, Moved(places, i, below)))) / (above - below));
        }
        last = (free, places.Clone(), slopes.Clone());    // the minimiser weighs what it is given in place
        return slopes;
    }

    private static Vector<double> Moved(Vector<double> places, int at, double to)
    {
        Vector<double> moved = places.Clone();
        moved[at] = to;
        return moved;
    }

    private static Dictionary<string, double> At(List<FreeParameter> free, Vector<double> places) =>
        free.Select((parameter, i) => (parameter.Name, Value: parameter.At(places[i]))).ToDictionary(one => one.Name, one => one.Value);

    private Vector<double> Logs(Dictionary<string, double> constants)
    {
        cancel.ThrowIfCancellationRequested();
        double[] values = model.Values(constants, rows, cancel);
        asked();
        return Vector<double>.Build.DenseOfEnumerable(values.Select(value => Math.Log(value + 1)));
    }

    private Vector<double> Weights()
    {
        Dictionary<string, double> whole = rows.GroupBy(row => row.Plan)
            .ToDictionary(plan => plan.Key, plan => plan.Sum(row => row.Measured.Median!.Value));
        return Vector<double>.Build.DenseOfEnumerable(rows.Select(row =>
            Math.Max(row.Measured.Median!.Value / Math.Max(whole[row.Plan], 1), LeastShare)
                / ((row.Spread * row.Spread) + (ModelError * ModelError))));
    }
}
