using System.Globalization;
using Harness.Analysis;
using Harness.Records;
using Spectre.Console;

namespace Harness.Reports;

/// <summary>Published figures beside the model's, under a heading for each source.</summary>
public static class PublishedReport
{
    private const string Legend =
        "error: of a change in percentage points, of a value relative, of a range against its nearer end. fit: a constant of the model "
        + "was fitted on the figure or taken from it; all others are predictions.";

    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Dim = new(decoration: Decoration.Dim);

    /// <summary>Prints the rows as text; where the modelled values come from stands below each table.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyList<PublishedRow> rows)
    {
        foreach (IGrouping<string, PublishedRow> group in rows.GroupBy(row => row.Figure.Group))
        {
            ReportConsole.Paragraph(console, group.Key, style: Bold);
            List<string> notes = [.. group.Select(row => row.Note).Distinct()];
            TextTable table = new(
                new TextColumn("figure"), new TextColumn("of"), new TextColumn("published", Right: true),
                new TextColumn("modelled", Right: true), new TextColumn("error", Right: true), new TextColumn("kind"),
                new TextColumn("note"), new TextColumn("its spread"));
            PublishedFigure? last = null;
            foreach (PublishedRow row in group)
            {
                if (row.Figure != last) table.Row($"{row.Figure.What} ({row.Figure.Unit})");
                string? spread = row.Figure != last ? row.Figure.Spread : "";
                last = row.Figure;
                table.Row("", Of(row), Published(row), Modelled(row), Error(row), Kind(row), $"[{notes.IndexOf(row.Note) + 1}]", spread);
            }
            table.Write(console);
            for (int note = 0; note < notes.Count; note++) ReportConsole.Paragraph(console, notes[note], $"[{note + 1}] ");
            console.WriteLine();
        }
        ReportConsole.Paragraph(console, Legend, style: Dim);
    }

    /// <summary>Writes the rows as Markdown tables.</summary>
    public static void WriteMarkdown(TextWriter writer, IReadOnlyList<PublishedRow> rows)
    {
        foreach (IGrouping<string, PublishedRow> group in rows.GroupBy(row => row.Figure.Group))
        {
            writer.Write($"### {Markdown.Text(group.Key)}\n\n");
            writer.Write(Markdown.Row("figure", "of", "published", "modelled", "error", "its spread", "kind", "note"));
            writer.Write(Markdown.Rule("llrrrlll"));
            foreach (PublishedRow row in group)
            {
                writer.Write(Markdown.Row(
                    $"{row.Figure.What} ({row.Figure.Unit})", Of(row), Published(row), Modelled(row), Error(row), row.Figure.Spread,
                    Kind(row), row.Note));
            }
            writer.Write('\n');
        }
        writer.Write(Markdown.Text(Legend) + "\n");
    }

    private static string Of(PublishedRow row)
    {
        string side = row.Side == PublishedSide.Value ? "" : Plain.Word(row.Side);
        return row.Arm is null || row.Arm == side ? side : side.Length == 0 ? row.Arm : $"{side}, {row.Arm}";
    }

    private static string Published(PublishedRow row) => row switch
    {
        { Side: PublishedSide.Change } => Plain.Percent(row.Published),
        { Side: PublishedSide.Value, Figure: { Low: { } low, High: { } high } } => $"{Plain.Number(low)} to {Plain.Number(high)}",
        _ => Plain.Number(row.Published),
    };

    private static string Modelled(PublishedRow row) =>
        row.Side == PublishedSide.Change ? Plain.Percent(row.Modelled) : Plain.Number(row.Modelled);

    private static string Error(PublishedRow row) => row switch
    {
        { Error: null } => "-",
        { Side: PublishedSide.Change } => (row.Error.Value * 100).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) + " pp",
        { Side: PublishedSide.Value, Figure.Low: not null, Error: 0 } => "inside",
        _ => Plain.Percent(row.Error),
    };

    private static string Kind(PublishedRow row) => row.Figure.Fit ? "fit" : "prediction";
}
