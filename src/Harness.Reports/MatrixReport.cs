using Harness.Analysis;
using Spectre.Console;

namespace Harness.Reports;

/// <summary>The model against the sessions of all plans and shapes.</summary>
public static class MatrixReport
{
    private const string Legend =
        "error = (modelled - measured) / measured, of the medians; the interval is of the measured median. "
        + "held: no constant was fitted to the row.";

    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Dim = new(decoration: Decoration.Dim);

    /// <summary>Prints the matrix.</summary>
    /// <param name="console">The console.</param>
    /// <param name="matrix">The matrix.</param>
    /// <param name="worst">True for one table with the largest errors first instead of one for each session.</param>
    public static void Write(IAnsiConsole console, ValidationMatrix matrix, bool worst)
    {
        ReportConsole.Paragraph(console, matrix.Constants);
        console.WriteLine();
        if (worst) WriteWorst(console, matrix);
        else foreach (MatrixSession session in matrix.Sessions) WriteSession(console, session);
        ScatterText.Write(console, ScatterPoint.Of(matrix));
        console.WriteLine();
        TextTable errors = new(
            new TextColumn("WMAPE"), new TextColumn("all", Right: true), new TextColumn("fitted", Right: true),
            new TextColumn("held out", Right: true), new TextColumn("count rows", Right: true));
        foreach ((string name, WeightedError error) in Errors(matrix))
        {
            errors.Row(name, Plain.Size(error.All), Plain.Size(error.Fitted), Plain.Size(error.HeldOut), Plain.Whole(error.Rows));
        }
        errors.Write(console);
        console.WriteLine();
        ReportConsole.Paragraph(console, Legend, style: Dim);
        if (matrix.Missing.Count > 0) ReportConsole.Paragraph(console, $"without a stored session: {string.Join(", ", matrix.Missing)}");
    }

    /// <summary>Writes the matrix as Markdown.</summary>
    /// <param name="writer">Takes the text.</param>
    /// <param name="matrix">The matrix.</param>
    /// <param name="plot">The plot's file as the text names it.</param>
    public static void WriteMarkdown(TextWriter writer, ValidationMatrix matrix, string plot)
    {
        writer.Write($"# Modelled against measured\n\n{Markdown.Text(matrix.Constants)}\n\n![modelled over measured counts]({plot})\n\n");
        writer.Write(Markdown.Row("WMAPE", "all", "fitted", "held out", "count rows") + Markdown.Rule("lrrrr"));
        foreach ((string name, WeightedError error) in Errors(matrix))
        {
            writer.Write(Markdown.Row(
                name, Plain.Size(error.All), Plain.Size(error.Fitted), Plain.Size(error.HeldOut), Plain.Whole(error.Rows)));
        }
        writer.Write('\n');
        writer.Write(Markdown.Row("plan, shape", "arm", "counter", "measured", "[95 %]", "modelled", "error", "held"));
        writer.Write(Markdown.Rule("lllrlrrl"));
        foreach (MatrixSession session in matrix.Sessions)
        {
            foreach (ValidationRow row in session.Rows) writer.Write(Markdown.Row([Name(session), .. Cells(row)]));
        }
        writer.Write($"\n{Markdown.Text(Legend)}\n");
        if (matrix.Missing.Count > 0) writer.Write($"\nWithout a stored session: {Markdown.Text(string.Join(", ", matrix.Missing))}\n");
    }

    /// <summary>A session's plan and shape.</summary>
    internal static string Name(MatrixSession session) => session.Shape is null ? session.Plan : $"{session.Plan} {session.Shape}";

    private static void WriteSession(IAnsiConsole console, MatrixSession session)
    {
        ReportConsole.Paragraph(console, $"{Name(session)}, WMAPE {Plain.Size(session.Wmape.All)}", style: Bold);
        TextTable table = new(Columns("counter"));
        foreach (ValidationRow row in session.Rows)
        {
            string[] cells = Cells(row);
            table.Row([cells[1], cells[0], .. cells[2..].Select(TextCell.ToTextCell)]);
        }
        table.Write(console);
        console.WriteLine();
    }

    private static void WriteWorst(IAnsiConsole console, ValidationMatrix matrix)
    {
        TextTable table = new(Columns("plan, shape: counter"));
        foreach ((MatrixSession session, ValidationRow row) in matrix.Worst())
        {
            string[] cells = Cells(row);
            table.Row([$"{Name(session)}: {cells[1]}", cells[0], .. cells[2..].Select(TextCell.ToTextCell)]);
        }
        table.Write(console);
        console.WriteLine();
    }

    private static TextColumn[] Columns(string first) =>
    [
        new(first), new("arm"), new("measured", Right: true), new("[95 %]"), new("modelled", Right: true),
        new("error", Right: true), new("held"),
    ];

    private static string[] Cells(ValidationRow row) =>
    [
        row.Arm, row.Unit.Length > 0 ? $"{row.Counter} ({row.Unit})" : row.Counter, Plain.Number(row.Measured.Median),
        $"[{Plain.Number(row.Measured.Low)}, {Plain.Number(row.Measured.High)}]", Plain.Number(row.Modelled.Median),
        Plain.Percent(row.Error), row.HeldOut ? "held" : "fitted",
    ];

    private static IEnumerable<(string Name, WeightedError Error)> Errors(ValidationMatrix matrix) =>
        matrix.Plans.Select(plan => (plan.Plan, plan.Wmape)).Append(("all plans", matrix.Wmape));
}
