using Harness.Records;

namespace Harness.Analysis.Tests;

/// <summary>Does a fit find what was planted, leave alone what nothing answers to, and say how sure it is?</summary>
public sealed class ConstantFitTests
{
    private static readonly FreeParameter[] Parameters =
    [
        new("fault", "ns", "", 1_000, 100, 10_000), new("copy", "ns", "", 1_000, 100, 10_000), new("drive", "ns", "", 1_000, 100, 10_000),
    ];

    [Fact]
    public void Planted_values_are_found_within_their_intervals()
    {
        Dictionary<string, double> planted = new() { ["fault"] = 2_500, ["copy"] = 400 };
        FittedConstant[] fitted = Fit(Rows(new MadeUpModel(Noise: 0.005, Seed: 7), planted), new MadeUpModel(Noise: 0.005, Seed: 1));
        foreach ((string name, double value) in planted)
        {
            FittedConstant constant = fitted.Single(constant => constant.Name == name);
            Assert.Null(constant.Untold);
            Assert.InRange(constant.Value / value, 0.9, 1.1);
            Assert.True(constant.Low <= constant.Value && constant.Value <= constant.High);
            Assert.InRange(constant.High!.Value / constant.Low!.Value, 1.0001, 2);
        }
    }

    [Fact]
    public void A_constant_no_row_answers_to_stays_as_assumed_and_is_told_to_be_unknown()
    {
        FittedConstant drive = Fit(Rows(new MadeUpModel(), []), new MadeUpModel()).Single(constant => constant.Name == "drive");
        Assert.Contains("no row answers", drive.Untold, StringComparison.Ordinal);
        Assert.Equal((1_000, null, null), (drive.Value, drive.Low, drive.High));
    }

    [Fact]
    public void A_constant_is_not_pushed_out_of_its_range()
    {
        FittedConstant[] fitted = Fit(Rows(new MadeUpModel(), new() { ["fault"] = 40_000, ["copy"] = 1_000 }), new MadeUpModel());
        Assert.InRange(fitted.Single(constant => constant.Name == "fault").Value, 5_000, 10_000);
    }

    [Fact]
    public void Two_constants_that_do_the_same_are_not_both_told()
    {
        FreeParameter[] twins = [Parameters[0], Parameters[0] with { Name = "twin" }];
        IReadOnlyList<FittedConstant> fitted = ConstantFit.Of(twins, Rows(new MadeUpModel(Noise: 0.005, Seed: 7), []), new MadeUpModel(Noise: 0.005, Seed: 1), () => { }, default);
        Assert.Contains(fitted, constant => constant.Untold is not null || constant.High / constant.Low > 10);
    }

    [Fact]
    public void Folds_predict_each_shape_without_it_and_there_are_no_more_of_them_than_shapes()
    {
        List<FitRow> rows = Rows(new MadeUpModel(), new() { ["fault"] = 2_500, ["copy"] = 400 });
        AskedModel model = new(new MadeUpModel());
        Assert.InRange(Folds.Error(2, Parameters, rows, model, () => { }, default)!.Value, 0, 0.02);
        Assert.Contains(model.Shapes, shapes => shapes is ["0", "2"]);
        Assert.Contains(model.Shapes, shapes => shapes is ["1", "3"]);
        Assert.DoesNotContain(model.Shapes, shapes => shapes.Length == 4);
        Assert.Throws<UsageException>(() => Folds.Error(5, Parameters, rows, model, () => { }, default));
    }

    [Fact]
    public void Nothing_to_fit_to_and_an_interruption_end_it()
    {
        Assert.Throws<UsageException>(() => ConstantFit.Of(Parameters, [], new MadeUpModel(), () => { }, default));
        Assert.Throws<OperationCanceledException>(
            () => ConstantFit.Of(Parameters, Rows(new MadeUpModel(), []), new MadeUpModel(), () => { }, new CancellationToken(canceled: true)));
    }

    private static FittedConstant[] Fit(List<FitRow> rows, IFitModel model) => [.. ConstantFit.Of(Parameters, rows, model, () => { }, default)];

    /// <summary>Four shapes with three counters each.</summary>
    private static List<FitRow> Rows(MadeUpModel truth, Dictionary<string, double> planted)
    {
        FitRow[] rows =
        [
            .. from shape in Enumerable.Range(0, 4) from counter in new[] { "a", "b", "c" }
               select new FitRow("p", $"{shape}", "arm", counter, Summary.Empty),
        ];
        double[] values = truth.Values(planted, rows, default);
        return [.. rows.Select((row, i) => row with { Measured = Summary.Of([values[i] * 0.99, values[i], values[i] * 1.01]) })];
    }

    /// <summary>Counts that grow with two costs in proportions of the shape, and a chance of its own for each seed.</summary>
    private sealed record MadeUpModel(double Noise = 0, ulong Seed = 1) : IFitModel
    {
        public double[] Values(IReadOnlyDictionary<string, double> constants, IReadOnlyList<FitRow> rows, CancellationToken cancel)
        {
            double fault = constants.GetValueOrDefault("fault", 1_000) * constants.GetValueOrDefault("twin", 1_000) / 1_000;
            double copy = constants.GetValueOrDefault("copy", 1_000);
            SeededRandom random = new(Seed);
            return
            [
                .. rows.Select(row =>
                {
                    double scale = 1 + int.Parse(row.Shape!, System.Globalization.CultureInfo.InvariantCulture);
                    double value = row.Counter switch
                    {
                        "a" => scale * 10_000 * fault / (fault + copy),
                        "b" => scale * 500 * Math.Sqrt(copy),
                        _ => (3_000 * scale) + fault,
                    };
                    return value * (1 + (Noise * ((2 * random.Uniform()) - 1)));
                }),
            ];
        }
    }

    /// <summary>Notes which shapes were asked for.</summary>
    private sealed class AskedModel(IFitModel inner) : IFitModel
    {
        public List<string[]> Shapes { get; } = [];

        public double[] Values(IReadOnlyDictionary<string, double> constants, IReadOnlyList<FitRow> rows, CancellationToken cancel)
        {
            Shapes.Add([.. rows.Select(row => row.Shape!).Distinct()]);
            return inner.Values(constants, rows, cancel);
        }
    }
}
