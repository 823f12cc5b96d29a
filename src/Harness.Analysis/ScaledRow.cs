using Harness.Records;

namespace Harness.Analysis;

/// <summary>A counter of a plan simulated at scale, over all its arms.</summary>
/// <param name="Counter">The counter's name.</param>
/// <param name="Unit">Its unit; empty when no arm has it.</param>
/// <param name="Values">Its value in each arm; null where the model does not count it.</param>
/// <param name="Changes">The relative change of each arm against the first; null for the first, and where there is none.</param>
/// <param name="Published">The published relative change; null when there is none.</param>
public sealed record ScaledRow(
    string Counter, string Unit, IReadOnlyList<double?> Values, IReadOnlyList<double?> Changes, double? Published)
{
    /// <summary>The rows of a result: the plan's counters in its order.</summary>
    /// <param name="result">The result.</param>
    /// <param name="figures">All published figures.</param>
    public static IReadOnlyList<ScaledRow> Of(ScaledResult result, IReadOnlyList<PublishedFigure> figures) =>
        [.. result.Counters.Select(judged => Of(result, judged.Name, figures))];

    private static ScaledRow Of(ScaledResult result, string counter, IReadOnlyList<PublishedFigure> figures)
    {
        Counter?[] found = [.. result.Arms.Select(arm => arm.Record.Find(counter))];
        double?[] values = [.. found.Select(one => one?.Value)];
        return new ScaledRow(
            counter,
            found.FirstOrDefault(one => one is not null)?.Unit ?? "",
            values,
            [.. values.Select((value, arm) => arm == 0 || values[0] is not (double first and not 0) ? null : value / first - 1)],
            figures.FirstOrDefault(figure => figure is { Change: not null, Model: { Per: null, Run: { } run } model }
                && model.Counter == counter && run.Is(result) && run.Before == result.Arms[0].Record.Request.Arm)?.Change);
    }
}
