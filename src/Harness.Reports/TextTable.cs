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
/// first column stand on lines of their own above the rest of their row.
/// </summary>
public sealed class TextTable(params TextColumn[] columns)
{
    /// <summary>A last column narrower than this is not folded: it would be one word a line.</summary>
    private const int NarrowestFold = 24;

    /// <summary>The first column is never made narrower than this.</summary>
    private const int NarrowestFirst = 8;

    private static readonly Style Heading = new(decoration: Decoration.Bold);

    private readonly List<TextCell[]> rows = [];

    /// <summary>Adds a row; cells that are left out are empty.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more cells than columns.</exception>
    public void Row(params TextCell[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cells.Length, columns.Length, nameof(cells));
        TextCell[] row = new TextCell[columns.Length];
        for (int i = 0; i < cells.Length; i++) row[i] = cells[i] with { Text = Plain.Line(cells[i].Text) };
        for (int i = cells.Length; i < row.Length; i++) row[i] = "";
        rows.Add(row);
    }

    /// <summary>Prints the table.</summary>
    public void Write(IAnsiConsole console)
    {
        int last = columns.Length - 1;
        int[] widths = [.. columns.Select((column, i) => rows.Select(row => row[i].Text!.Length).Append(column.Header.Length).Max())];
        int width = Math.Min(console.Profile.Width, ReportConsole.Widest);
        int excess = widths.Sum() + columns.Skip(1).Sum(column => column.Gap) - width;
        int fold = int.MaxValue;
        if (excess > 0 && last > 0 && !columns[last].Right && widths[last] - excess >= NarrowestFold) fold = widths[last] - excess;
        else if (excess > 0 && last > 0) widths[0] = Math.Max(Math.Max(NarrowestFirst, columns[0].Header.Length), widths[0] - excess);

        if (columns.Any(column => column.Header.Length > 0))
        {
            WriteLine(console, widths, [.. columns.Select(column => new TextCell(column.Header, Heading))]);
        }
        foreach (TextCell[] row in rows) WriteRow(console, widths, fold, row);
    }

    private void WriteRow(IAnsiConsole console, int[] widths, int fold, TextCell[] row)
    {
        int last = columns.Length - 1;
        TextCell[] cells = [.. row];
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
