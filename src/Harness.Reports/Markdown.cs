using System.Text;

namespace Harness.Reports;

/// <summary>The few Markdown forms a report needs, safe for any text.</summary>
internal static class Markdown
{
    /// <summary>
    /// Text that a reader sees exactly as it is, in the rendered page and as far as possible in the file: what could start emphasis, code,
    /// HTML, a link, a formula or a new cell is escaped, and nothing else.
    /// </summary>
    public static string Text(string? text)
    {
        string line = Plain.Line(text);
        StringBuilder escaped = new(line.Length);
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            escaped.Append(c switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '\\' or '`' or '*' or '|' or '~' or '$' => "\\" + c,
                // inside a word an underscore is only an underscore
                '_' when !InsideWord(line, i) => "\\_",
                // brackets alone mean nothing; a link, a reference and its definition need one of these behind
                ']' when i + 1 < line.Length && line[i + 1] is '(' or '[' or ':' => "\\]",
                // at the start of a line these make a heading or a list
                '#' or '+' or '-' when i == 0 && i + 1 < line.Length && line[i + 1] is ' ' or '#' => "\\" + c,
                _ => c.ToString(),
            });
        }
        return escaped.ToString();
    }

    private static bool InsideWord(string line, int at) =>
        at > 0 && at + 1 < line.Length && char.IsLetterOrDigit(line[at - 1]) && char.IsLetterOrDigit(line[at + 1]);

    /// <summary>A block of code whose fence is longer than any row of backticks in it.</summary>
    public static string Code(string text)
    {
        string line = Plain.Line(text);
        string fence = Fence(line, 3);
        return $"{fence}\n{line}\n{fence}\n";
    }

    /// <summary>Code within a line, between more backticks than are in a row in it.</summary>
    public static string InlineCode(string text)
    {
        string line = Plain.Line(text);
        string fence = Fence(line, 1);
        return fence.Length == 1 ? fence + line + fence : $"{fence} {line} {fence}";
    }

    private static string Fence(string line, int atLeast)
    {
        int run = 0;
        int longest = atLeast - 1;
        foreach (char c in line)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }
        return new string('`', longest + 1);
    }

    /// <summary>A table's row; cells are escaped.</summary>
    public static string Row(params IEnumerable<string?> cells) => "| " + string.Join(" | ", cells.Select(Text)) + " |\n";

    /// <summary>The line between a table's heading and its rows.</summary>
    /// <param name="columns">One character a column: <c>r</c> aligns right, anything else left.</param>
    public static string Rule(string columns) => "|" + string.Concat(columns.Select(c => c == 'r' ? " ---: |" : " --- |")) + "\n";
}
