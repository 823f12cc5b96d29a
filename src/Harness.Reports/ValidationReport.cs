using Harness.Analysis;
using Spectre.Console;

namespace Harness.Reports;

/// <summary>Measured against modelled as text, one row an arm and counter.</summary>
public static class ValidationReport
{
    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Dim = new(decoration: Decoration.Dim);

    /// <summary>Prints the rows, the weighted error and what it is taken over.</summary>
    public static void Write(IAnsiConsole console, string title, Validation validation)
    {
        ReportConsole.Paragraph(console, title, style: Bold);
        console.WriteLine();
        TextTable table = new(
            new TextColumn("counter"), new TextColumn("arm"), new TextColumn("measured", Right: true), new TextColumn("[95 %]"),
            new TextColumn("modelled", Right: true), new TextColumn("error", Right: true),
            new TextColumn("change", Right: true), new TextColumn("modelled", Right: true));
        foreach (ValidationRow row in validation.Rows)
        {
            table.Row(
                $"{row.Counter} ({row.Unit})", row.Arm,
                Plain.Number(row.Measured.Median), $"[{Plain.Number(row.Measured.Low)}, {Plain.Number(row.Measured.High)}]",
                Plain.Number(row.Modelled.Median), Plain.Percent(row.Error),
                Plain.Percent(row.MeasuredChange), Plain.Percent(row.ModelledChange));
        }
        table.Write(console);
        console.WriteLine();
        ReportConsole.Paragraph(console,
            "error = (modelled - measured) / measured, of the medians; the interval is of the measured median. change: from the first "
            + "arm to this one, measured and modelled. A time under emulation has no error of its own.", style: Dim);
        ReportConsole.Paragraph(console,
            $"WMAPE over {validation.Wmape.Rows} count rows: {Plain.Percent(validation.Wmape.All)}; {validation.Note}.");
    }
}
