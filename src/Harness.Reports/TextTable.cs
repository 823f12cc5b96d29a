using Spectre.Console;

namespace Harness.Reports;

/// <summary>A column of a <see cref="TextTable"/>.</summary>
/// <param name="Header">Its heading; columns without any give a table without a heading.</param>
/// <param name="Right">True to align numbers at their right end.</param>
/// <param name="Gap">Spaces before it.</param>
/// <param name="Limit">Longer cells of the first column stand on a line of their own, so that one long name does not widen the table.</param>
public sealed record TextColumn(string Header = "", bool Right = false, int Gap = 2, int Limit = int.MaxValue);

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
/// The last column is folded when the table would be wider than the console.
/// </summary>
public sealed class TextTable(params TextColumn[] columns)
{
    /// <summary>A last column narrower than this is not folded: it would be one word a line.</summary>
    private const int NarrowestFold = 16;

    private static readonly Style Heading = new(decoration: Decoration.Bold);

    private readonly List<TextCell[]> _rows = [];

    /// <summary>Adds a row; cells that are left out are empty.</summary>
    /// <exception cref="ArgumentException">There are more cells than columns.</exception>
    public void Row(params TextCell[] cells)
    {
        if (cells.Length > columns.Length) throw new ArgumentException($"a row of {cells.Length} cells in a table of {columns.Length} columns", nameof(cells));
        TextCell[] row = new TextCell[columns.Length];
        for (int i = 0; i < cells.Length; i++) row[i] = cells[i] with { Text = Plain.Line(cells[i].Text) };
        for (int i = cells.Length; i < row.Length; i++) row[i] = "";
        _rows.Add(row);
    }

    /// <summary>Prints the table.</summary>
    public void Write(IAnsiConsole console)
    {
        int[] widths = [.. columns.Select((column, i) => Math.Max(column.Header.Length, _rows.Select(row => row[i].Text!.Length).Where(n => n <= column.Limit).DefaultIfEmpty().Max()))];
        int last = widths.Length - 1;
        int left = columns.Skip(1).Sum(column => column.Gap) + widths[..last].Sum();
        int room = Math.Min(console.Profile.Width, ReportConsole.Widest) - left;
        int fold = !columns[last].Right && room >= NarrowestFold ? room : int.MaxValue;

        if (columns.Any(column => column.Header.Length > 0)) WriteLine(console, widths, [.. columns.Select(column => new TextCell(column.Header, Heading))]);
        foreach (TextCell[] row in _rows)
        {
            TextCell[] cells = row;
            if (cells[0].Text!.Length > columns[0].Limit && last > 0)
            {
                WriteLine(console, widths, [cells[0]]);
                cells = [cells[0] with { Text = "" }, .. cells[1..]];
            }
            foreach (string line in Plain.Wrap(cells[last].Text!, fold))
            {
                WriteLine(console, widths, [.. cells[..last], cells[last] with { Text = line }]);
                cells = new TextCell[columns.Length];
                Array.Fill(cells, "");
                cells[last] = row[last];
            }
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
