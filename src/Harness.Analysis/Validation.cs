using System.Text.Json.Serialization;
using Harness.Records;

namespace Harness.Analysis;

/// <summary>One counter of one arm: what was measured, what the model predicts, and how far apart they are.</summary>
public sealed record ValidationRow
{
    /// <summary>The arm.</summary>
    public required string Arm { get; init; }

    /// <summary>The counter's name; <c>NAME/cpuN</c> for one CPU's part.</summary>
    public required string Counter { get; init; }

    /// <summary>The counter's unit; empty when no run has it.</summary>
    public required string Unit { get; init; }

    /// <summary>The runs on a real kernel.</summary>
    public required Summary Measured { get; init; }

    /// <summary>The model's runs, one for each seed.</summary>
    public required Summary Modelled { get; init; }

    /// <summary>(modelled - measured) / measured, of the medians; null when the measured median is 0 or a side has no value.</summary>
    public double? Error { get; init; }

    /// <summary>True when no cost of the model was fitted on this row.</summary>
    public required bool HeldOut { get; init; }

    /// <summary>Why there is no error; null when there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Why { get; init; }

    /// <summary>How the measured numbers came to be; null when there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Origin? Origin { get; init; }

    /// <summary>The CPU, when the row is one CPU's part of a counter.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Cpu { get; init; }

    /// <summary>
    /// What the arm changes: the measured median against that of the first arm that was measured, as a part of the latter; null for that
    /// arm itself and where there is nothing to divide by.
    /// </summary>
    public double? MeasuredChange { get; init; }

    /// <summary>The same of the model's medians, against the same arm.</summary>
    public double? ModelledChange { get; init; }
}

/// <summary>
/// The weighted error over several count rows: the sum of |modelled - measured| over the sum of measured, of the medians. Null when nothing
/// was measured. Times and rates are not in it (their units do not add up), nor are parts per CPU (their total is).
/// </summary>
/// <param name="All">Over all count rows.</param>
/// <param name="HeldOut">Over those that no cost was fitted on.</param>
/// <param name="Rows">How many count rows that is.</param>
/// <param name="Fitted">Over those that one was fitted on.</param>
public sealed record WeightedError(double? All, double? HeldOut, int Rows, double? Fitted)
{
    /// <summary>The weighted error over the count rows among these.</summary>
    public static WeightedError Of(IEnumerable<ValidationRow> rows)
    {
        List<ValidationRow> counts = [.. Validation.Counts(rows)];
        return new WeightedError(
            Weigh(counts), Weigh(counts.Where(row => row.HeldOut)), counts.Count, Weigh(counts.Where(row => !row.HeldOut)));
    }

    private static double? Weigh(IEnumerable<ValidationRow> counts)
    {
        double apart = 0;
        double whole = 0;
        foreach (ValidationRow row in counts)
        {
            apart += Math.Abs(row.Modelled.Median!.Value - row.Measured.Median!.Value);
            whole += row.Measured.Median.Value;
        }
        return whole > 0 ? apart / whole : null;
    }
}

/// <summary>A plan's measured runs held against the model's.</summary>
public sealed record Validation
{
    private const string NothingFitted = "no cost was fitted, so every row is held out";
    private const string OnModelOnly = "the arm runs on the model alone";
    private const string EmulatedTime = "a time under emulation is no hardware time: compare what the arms change";
    private const string NothingMeasured = "the measured median is 0, so there is no relative error";

    /// <summary>The plan's name.</summary>
    public required string Plan { get; init; }

    /// <summary>One row for each arm and counter.</summary>
    public required IReadOnlyList<ValidationRow> Rows { get; init; }

    /// <summary>The weighted error.</summary>
    public required WeightedError Wmape { get; init; }

    /// <summary>What was fitted before, in one sentence.</summary>
    public string Note { get; init; } = NothingFitted;

    /// <summary>The row of an arm and a counter, or null.</summary>
    public ValidationRow? Find(string arm, string counter) => Rows.FirstOrDefault(row => row.Arm == arm && row.Counter == counter);

    /// <summary>Holds measured records against modelled ones of the same plan.</summary>
    /// <param name="measured">Records from real kernels; modelled ones among them are passed over.</param>
    /// <param name="modelled">The model's records; others among them are passed over.</param>
    /// <param name="counters">The counters to show.</param>
    /// <param name="fitted">The constants that the modelled runs had; null when none was fitted.</param>
    /// <param name="fittedTo">True when they were fitted to these measured counts.</param>
    /// <exception cref="UsageException">One of the two sides has no record.</exception>
    public static Validation Of(
        IReadOnlyList<RunRecord> measured, IReadOnlyList<RunRecord> modelled, IReadOnlyList<JudgedCounter> counters,
        FittedConstants? fitted = null, bool fittedTo = false)
    {
        List<RunRecord> real = [.. measured.Where(record => record.Origin != Origin.Modelled)];
        List<RunRecord> model = [.. modelled.Where(record => record.Origin == Origin.Modelled)];
        if (real.Count == 0)
            throw new UsageException("nothing to validate against: the session has no run on a real kernel; run the plan first");
        if (model.Count == 0) throw new UsageException("nothing to validate: the model has not run this plan; simulate it first");

        string[] measuredArms = Arms(real);
        List<ValidationRow> rows = [];
        foreach (string arm in measuredArms.Concat(Arms(model).Except(measuredArms)))
        {
            ArmRuns realArm = ArmRuns.Of(real, arm);
            ArmRuns modelArm = ArmRuns.Of(model, arm);
            List<ValidationRow> ofArm =
            [
                .. counters.SelectMany(counter => ArmRuns.Parts(counter, realArm, modelArm))
                    .Select(part => Row(part, realArm, modelArm, fittedTo)),
            ];
            rows.AddRange(arm == measuredArms[0] ? ofArm : [.. ofArm.Select(row => Changes(row, rows, measuredArms[0]))]);
        }
        return new Validation
        {
            Plan = real[0].Request.Plan,
            Rows = rows,
            Wmape = WeightedError.Of(rows),
            Note = fitted is null ? NothingFitted
                : $"constants fitted {fitted.Fitted:yyyy-MM-dd}, "
                    + (fittedTo ? "to the counts of this shape too" : "not to this shape: every row is held out"),
        };
    }

    private static string[] Arms(List<RunRecord> records) =>
        [.. records.OrderBy(record => record.Request.Sequence).Select(record => record.Request.Arm).Distinct()];

    private static ValidationRow Changes(ValidationRow row, List<ValidationRow> rows, string first)
    {
        ValidationRow? before = rows.Find(other => other.Arm == first && other.Counter == row.Counter);
        return row with
        {
            MeasuredChange = Change(before?.Measured.Median, row.Measured.Median),
            ModelledChange = Change(before?.Modelled.Median, row.Modelled.Median),
        };
    }

    private static double? Change(double? before, double? after) =>
        before is > 0 and double from && after is double to ? (to - from) / from : null;

    private static ValidationRow Row(CounterPart part, ArmRuns real, ArmRuns model, bool fittedTo)
    {
        Summary measured = Summary.Of(real.Values(part).Values);
        Summary modelled = Summary.Of(model.Values(part).Values);
        string[] units = [.. real.Done.Concat(model.Done).Select(run => Reading.Of(run, part).Unit).OfType<string>().Distinct()];
        string? why = WhyNoError(part, real, model, measured, modelled, units);
        double? error = why is null ? (modelled.Median - measured.Median) / measured.Median : null;
        return new ValidationRow
        {
            Arm = real.Name,
            Counter = part.RowName,
            Unit = units.Length > 0 ? units[0] : "",
            Measured = measured,
            Modelled = modelled,
            Error = error,
            HeldOut = !(fittedTo && part.Cpu is null && Units.IsCount(units.FirstOrDefault())),
            Why = why,
            Origin = real.Facts.Origins.Count > 0 ? real.Facts.Origins[0] : null,
            Cpu = part.Cpu,
        };
    }

    private static string? WhyNoError(CounterPart part, ArmRuns real, ArmRuns model, Summary measured, Summary modelled, string[] units)
    {
        if (real.Facts.Origins.Count == 0) return OnModelOnly;
        if (real.Facts.Origins.Count > 1) return $"measured runs are of different origins: {Words.Of(real.Facts.Origins)}";
        if (units.Length > 1) return $"runs give it in different units: {string.Join(", ", units)}";
        if ((Problem(real, part) ?? Problem(model, part)) is { } problem) return problem;
        if (measured.N == 0) return "no measured run has this counter";
        if (modelled.N == 0) return "the model does not predict it";
        if (real.Facts.Origins[0] == Origin.Emulated && units.Length > 0 && !Units.IsCount(units[0])) return EmulatedTime;
        return measured.Median == 0 ? NothingMeasured : null;
    }

    private static string? Problem(ArmRuns arm, CounterPart part) =>
        arm.Done.Select(run => Reading.Of(run, part).Problem).FirstOrDefault(problem => problem is not null);

    /// <summary>The rows that the weighted error is taken over.</summary>
    internal static IEnumerable<ValidationRow> Counts(IEnumerable<ValidationRow> rows) =>
        rows.Where(row => row is { Cpu: null, Measured.N: > 0, Modelled.N: > 0 } && Units.IsCount(row.Unit))
            .Where(row => row.Why is null or NothingMeasured);
}
