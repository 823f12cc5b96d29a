using System.Text.Json.Serialization;
using Harness.Records;

namespace Harness.Analysis;

/// <summary>Which value of a published figure a row is about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PublishedSide>))]
public enum PublishedSide
{
    /// <summary>The value before the change.</summary>
    [JsonStringEnumMemberName("before")]
    Before,

    /// <summary>The value after the change.</summary>
    [JsonStringEnumMemberName("after")]
    After,

    /// <summary>The relative change.</summary>
    [JsonStringEnumMemberName("change")]
    Change,

    /// <summary>A value without a before and an after.</summary>
    [JsonStringEnumMemberName("value")]
    Value,
}

/// <summary>A published value beside the model's.</summary>
public sealed record PublishedRow
{
    /// <summary>The figure.</summary>
    public required PublishedFigure Figure { get; init; }

    /// <summary>Which of its values.</summary>
    public required PublishedSide Side { get; init; }

    /// <summary>The model's arm, or null when the value is no arm's.</summary>
    public string? Arm { get; init; }

    /// <summary>The published value; a range's middle.</summary>
    public required double Published { get; init; }

    /// <summary>What the model gives; null when it gives none, and <see cref="Note"/> says why.</summary>
    public double? Modelled { get; init; }

    /// <summary>
    /// The error: of a change, modelled − published; of a value, (modelled − published) / published, and of a range 0 inside of it and else
    /// against its nearer end.
    /// </summary>
    public double? Error { get; init; }

    /// <summary>Where the modelled value comes from, or why there is none: one line.</summary>
    public required string Note { get; init; }

    /// <summary>The rows of a figure that is held against a run.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="result">The run's result, or null when it could not be had.</param>
    /// <param name="note">Where the result comes from, or why there is none.</param>
    public static IEnumerable<PublishedRow> Of(PublishedFigure figure, ScaledResult? result, string note)
    {
        PublishedRun run = figure.Model.Run ?? throw new ArgumentException("the figure is held against no run", nameof(figure));
        double? before = ValueIn(figure, result, run.Before, out string lacks);
        string why = lacks.Length > 0 && result is not null ? lacks : note;
        if (figure.Before is { } published) yield return Row(figure, PublishedSide.Before, run.Before, published, before, why);
        if (figure.Value is not null || figure.Low is not null)
            yield return Row(figure, PublishedSide.Value, run.Before, Middle(figure), before, why);
        foreach (string arm in run.After)
        {
            double? after = ValueIn(figure, result, arm, out lacks);
            why = lacks.Length > 0 && result is not null ? lacks : note;
            if (figure.After is { } value) yield return Row(figure, PublishedSide.After, arm, value, after, why);
            if (figure.Change is not { } change) continue;
            double? modelled = before is (double first and not 0) ? after / first - 1 : null;
            yield return Row(figure, PublishedSide.Change, arm, change, modelled, before == 0 ? "it is 0 before the change" : why);
        }
    }

    /// <summary>The rows of a figure that is held against one value, or against none.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="modelled">The model's value, or null.</param>
    /// <param name="note">Where it comes from, or why there is none.</param>
    public static IEnumerable<PublishedRow> Of(PublishedFigure figure, double? modelled, string note)
    {
        if (figure.Before is { } before) yield return Row(figure, PublishedSide.Before, null, before, null, note);
        if (figure.After is { } after) yield return Row(figure, PublishedSide.After, null, after, null, note);
        if (figure.Change is { } change) yield return Row(figure, PublishedSide.Change, null, change, null, note);
        if (figure.Value is not null || figure.Low is not null)
            yield return Row(figure, PublishedSide.Value, null, Middle(figure), modelled, note);
    }

    private static PublishedRow Row(
        PublishedFigure figure, PublishedSide side, string? arm, double published, double? modelled, string note) =>
        new()
        {
            Figure = figure,
            Side = side,
            Arm = arm,
            Published = published,
            Modelled = modelled,
            Error = modelled is { } value ? ErrorOf(figure, side, published, value) : null,
            Note = note,
        };

    private static double Middle(PublishedFigure figure) => figure.Value ?? (figure.Low!.Value + figure.High!.Value) / 2;

    private static double? ErrorOf(PublishedFigure figure, PublishedSide side, double published, double modelled)
    {
        if (side == PublishedSide.Change) return modelled - published;
        if (side == PublishedSide.Value && figure is { Low: { } low, High: { } high })
        {
            if (modelled >= low && modelled <= high) return 0;
            published = modelled < low ? low : high;
        }
        return published == 0 ? null : modelled / published - 1;
    }

    // A count at a share of the machine stands for so many times as much; a quotient stands for itself.
    private static double? ValueIn(PublishedFigure figure, ScaledResult? result, string arm, out string lacks)
    {
        lacks = "";
        if (result?.Find(arm)?.Record is not { } record)
        {
            lacks = $"the plan has no arm '{arm}'";
            return null;
        }
        double? value = Sum(record, figure.Model.Counter!, ref lacks);
        double divisor = result.Fraction;
        if (figure.Model.Per is { } per)
        {
            if (Sum(record, per, ref lacks) is not { } sum) return null;
            divisor = sum;
        }
        if (divisor == 0) lacks = $"{figure.Model.Per} is 0";
        return divisor == 0 ? null : value * figure.Model.Times / divisor;
    }

    private static double? Sum(RunRecord record, string counters, ref string lacks)
    {
        double sum = 0;
        foreach (string name in new CounterSum(counters).Names)
        {
            if (record.Find(name)?.Value is not { } value)
            {
                lacks = $"the model does not count {name}";
                return null;
            }
            sum += value;
        }
        return sum;
    }
}
