using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports;

/// <summary>What the model predicts of each arm, how far it is off, and over all.</summary>
internal static class ModelSection
{
    /// <summary>The part; null when the model or a measurement is missing.</summary>
    public static PageSection? Of(SessionReport report) => report.Validation is not { } validation ? null
        : new PageSection("model", "The model's prediction", page =>
        {
            string[] cautions = [.. report.Records.Where(run => run.Origin == Origin.Modelled)
                .Select(run => run.Caution).OfType<string>().Distinct()];
            page.Paragraph("Modelled, not measured" + (cautions.Length > 0 ? $": {string.Join("; ", cautions)}." : "."));
            page.Labelled(Notes.OfModel(report));
            page.Table("Modelled beside measured", "llrrrrr",
                ["counter", "arm", "modelled", "measured", "error", "modelled change", "measured change"],
                validation.Rows.Where(row => row.Cpu is null).Select(Cells));
        })
        { Folds = true };

    private static PageCell[] Cells(ValidationRow row)
    {
        bool isCount = Units.IsCount(row.Unit);
        return
        [
            new(Plain.Named(row.Counter, row.Unit)),
            new(row.Arm),
            new(Plain.Number(row.Modelled.Median, isCount), Style: "modelled"),
            new(Plain.Number(row.Measured.Median, isCount), row.Measured.N > 1
                ? $"[{Plain.Number(row.Measured.Low, isCount)}, {Plain.Number(row.Measured.High, isCount)}]" : ""),
            new(Plain.Percent(row.Error)),
            new(Plain.Percent(row.ModelledChange), Style: "modelled"),
            new(Plain.Percent(row.MeasuredChange)),
        ];
    }
}
