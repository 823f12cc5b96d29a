using Spectre.Console;

namespace Harness.Reports;

/// <summary>A column of a <see cref="TextTable"/>.</summary>
/// <param name="Header">Its heading; columns without any give a table without a heading.</param>
/// <param name="Right">True to align numbers at their right end.</param>
/// <param name="Gap">Spaces before it.</param>
public sealed record TextColumn(string Header = "", bool Right = false, int Gap = 2);

/// <summary>A cell: its text and, on a terminal, its style.</summary>
/// <param name="Text">The text; made safe and put on one line when it is printed.</param>
/// <param name="Style">How it looks on a terminal; null for plain.</param>
public readonly record struct TextCell(string? Text, Style? Style = null)
{
    /// <summary>A plain cell.</summary>
    public static implicit operator TextCell(string? text) => new(text);

    /// <summary>A plain cell.</summary>
    public static TextCell ToTextCell(string? text) => new(text);
}

/// <summary>
/// Columns of text without borders: what reads well on a terminal, in a file and pasted into a letter. Lines carry no trailing spaces.
/// A table that would be wider than the console first folds its last column; if that would leave it too narrow, the longest cells of the
/// first column stand on lines of their own above the rest of their row; if that is not enough, the last column stands below it.
/// </summary>
public sealed class TextTable(params TextColumn[] columns)
{
    /// <summary>A last column narrower than this is not folded: it would be one word a line.</summary>
    private const int NarrowestFold = 24;

    /// <summary>The first column is never made narrower than this.</summary>
    private const int NarrowestFirst = 8;

    private static readonly Style Heading = new(decoration: Decoration.Bold);

    // a line over the whole width has two cells and is no row
    private readonly List<(TextCell[] Cells, bool Over)> lines = [];

    /// <summary>Adds a row; cells that are left out are empty.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more cells than columns.</exception>
    public void Row(params TextCell[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cells.Length, columns.Length, nameof(cells));
        TextCell[] row = new TextCell[columns.Length];
        for (int i = 0; i < cells.Length; i++) row[i] = cells[i] with { Text = Plain.Line(cells[i].Text) };
        for (int i = cells.Length; i < row.Length; i++) row[i] = "";
        lines.Add((row, Over: false));
    }

    /// <summary>Adds a line over the whole width, above the rows it belongs to.</summary>
    /// <param name="left">Stands at its left end.</param>
    /// <param name="right">Stands at its right end; on a line of its own when both do not fit.</param>
    public void Over(TextCell left, TextCell right) =>
        lines.Add(([left with { Text = Plain.Line(left.Text) }, right with { Text = Plain.Line(right.Text) }], Over: true));

    /// <summary>Prints the table.</summary>
    public void Write(IAnsiConsole console)
    {
        int last = columns.Length - 1;
        TextCell[][] rows = [.. lines.Where(line => !line.Over).Select(line => line.Cells)];
        int[] widths = [.. columns.Select((column, i) => rows.Select(row => row[i].Text!.Length).Append(column.Header.Length).Max())];
        int width = Math.Min(console.Profile.Width, ReportConsole.Widest);
        int excess = widths.Sum() + columns.Skip(1).Sum(column => column.Gap) - width;
        int fold = int.MaxValue;
        if (excess > 0 && last > 0 && !columns[last].Right && widths[last] - excess >= NarrowestFold) fold = widths[last] - excess;
        else if (excess > 0 && last > 0) excess -= Narrow(widths, excess);
        bool below = excess > 0 && last > 1 && fold == int.MaxValue;

        if (columns.Any(column => column.Header.Length > 0))
        {
            WriteRow(console, widths, fold, below, [.. columns.Select(column => new TextCell(column.Header, Heading))]);
        }
        foreach ((TextCell[] cells, bool spans) in lines)
        {
            if (spans) WriteOver(console, widths, cells[0], cells[1]);
            else WriteRow(console, widths, fold, below, cells);
        }
    }

    private void WriteOver(IAnsiConsole console, int[] widths, TextCell left, TextCell right)
    {
        int width = widths.Sum() + columns.Skip(1).Sum(column => column.Gap);
        int between = width - left.Text!.Length - right.Text!.Length;
        console.Write(left.Text, left.Style);
        if (right.Text.Length > 0)
        {
            if (between < 2) console.WriteLine();
            console.Write(new string(' ', between >= 2 ? between : Math.Max(0, width - right.Text.Length)) + right.Text, right.Style);
        }
        console.WriteLine();
    }

    // gives by how much the first column became narrower
    private int Narrow(int[] widths, int excess)
    {
        int narrowed = Math.Max(Math.Max(NarrowestFirst, columns[0].Header.Length), widths[0] - excess);
        int gained = Math.Max(0, widths[0] - narrowed);
        widths[0] -= gained;
        return gained;
    }

    private void WriteRow(IAnsiConsole console, int[] widths, int fold, bool below, TextCell[] row)
    {
        int last = columns.Length - 1;
        TextCell[] cells = [.. row];
        if (below)
        {
            TextCell end = cells[last];
            cells[last] = "";
            WriteRow(console, widths, fold, below: false, cells);
            if (end.Text!.Length > 0) ReportConsole.Paragraph(console, end.Text, new string(' ', widths[0] + columns[1].Gap), end.Style);
            return;
        }
        if (last > 0 && cells[0].Text!.Length > widths[0])
        {
            WriteLine(console, widths, [cells[0]]);
            cells[0] = "";
            if (Array.TrueForAll(cells, cell => cell.Text!.Length == 0)) return;
        }
        foreach (string line in Plain.Wrap(cells[last].Text!, fold))
        {
            cells[last] = cells[last] with { Text = line };
            WriteLine(console, widths, cells);
            Array.Fill(cells, "", 0, last);
        }
    }

    private void WriteLine(IAnsiConsole console, int[] widths, TextCell[] cells)
    {
        int end = cells.Length - 1;
        while (end >= 0 && cells[end].Text!.Length == 0) end--;
        for (int i = 0; i <= end; i++)
        {
            string text = cells[i].Text!;
            string padded = columns[i].Right ? text.PadLeft(widths[i]) : i == end ? text : text.PadRight(widths[i]);
            if (i > 0) console.Write(new string(' ', columns[i].Gap));
            console.Write(padded, cells[i].Style);
        }
        console.WriteLine();
    }
}
