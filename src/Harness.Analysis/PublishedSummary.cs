namespace Harness.Analysis;

/// <summary>One row of <see cref="PublishedSummary"/>.</summary>
/// <param name="Group">The heading it stands under.</param>
/// <param name="Id">The figure's short name.</param>
/// <param name="What">The quantity.</param>
/// <param name="Side">Which of the figure's values.</param>
/// <param name="Arm">The model's arm, or null.</param>
/// <param name="Unit">The unit of a value; null for a relative change.</param>
/// <param name="Published">The published value.</param>
/// <param name="Low">The lower end of a published range, or null.</param>
/// <param name="High">The upper end of a published range, or null.</param>
/// <param name="Modelled">The model's value, or null.</param>
/// <param name="Error">See <see cref="PublishedRow.Error"/>.</param>
/// <param name="Spread">The source's own spread, in its words, or null.</param>
/// <param name="Fit">True when a constant was fitted on it; false for a prediction.</param>
/// <param name="Note">Where the modelled value comes from, or why there is none.</param>
/// <param name="Source">Where it was published.</param>
public sealed record PublishedSummaryRow(
    string Group, string Id, string What, PublishedSide Side, string? Arm, string? Unit, double Published, double? Low, double? High,
    double? Modelled, double? Error, string? Spread, bool Fit, string Note, string Source);

/// <summary>The object that <c>report published --json</c> prints.</summary>
/// <param name="Rows">The rows, in the order of the files.</param>
public sealed record PublishedSummary(IReadOnlyList<PublishedSummaryRow> Rows)
{
    /// <summary>The summary of rows.</summary>
    public static PublishedSummary Of(IEnumerable<PublishedRow> rows) => new([.. rows.Select(row => new PublishedSummaryRow(
        row.Figure.Group, row.Figure.Id, row.Figure.What, row.Side, row.Arm, row.Side == PublishedSide.Change ? null : row.Figure.Unit,
        row.Published, row.Figure.Low, row.Figure.High, row.Modelled, row.Error, row.Figure.Spread, row.Figure.Fit, row.Note,
        row.Figure.Source))]);
}
