using Harness.Analysis;
using Harness.Records;
using Spectre.Console;

namespace Harness.Reports;

/// <summary>What a calibration found: the constants, then every row they were fitted to or judged by.</summary>
public static class CalibrationReport
{
    /// <summary>Prints it.</summary>
    public static void Write(IAnsiConsole console, Calibration calibration)
    {
        FittedConstants fitted = calibration.Constants;
        MatrixReport.Write(console, calibration.Matrix, worst: false);
        console.WriteLine();
        TextTable table = new(
            new TextColumn("constant"), new TextColumn("assumed", Right: true), new TextColumn("fitted", Right: true),
            new TextColumn("[95 %]"), new TextColumn("note"));
        foreach (FittedConstant constant in fitted.Constants)
        {
            bool told = constant.Untold is null;
            table.Row(
                $"{constant.Name} ({constant.Unit})", Plain.Number(constant.Assumed), told ? Plain.Number(constant.Value) : "-",
                told ? $"[{Plain.Number(constant.Low)}, {Plain.Number(constant.High)}]" : "",
                told ? "" : $"the data cannot tell: {constant.Untold}");
        }
        table.Write(console);
        console.WriteLine();
        ReportConsole.Paragraph(console, $"WMAPE with the assumed constants {Plain.Size(fitted.Wmape.Before)}; with these "
            + $"{Plain.Size(fitted.Wmape.Fitted)} over the fitted shapes, {Plain.Size(fitted.Wmape.HeldOut)} over those held out"
            + (fitted.Wmape.Folds is null
                ? "."
                : $", {Plain.Size(fitted.Wmape.Folds)} over the fitted ones when each fold is predicted by the others."));
        ReportConsole.Paragraph(console, fitted.Method, "method ");
        console.WriteLine($"\nconstants  {Plain.Line(calibration.File)}");
    }
}
