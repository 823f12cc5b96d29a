using System.Text;

namespace Harness.Reports;

/// <summary>The few Markdown forms a report needs, safe for any text.</summary>
internal static class Markdown
{
    private const string Special = "\\`*_{}[]<>()#+!|~&$^:";

    /// <summary>Text that a reader sees exactly as it is: every character with a meaning in Markdown or HTML is escaped.</summary>
    public static string Text(string? text)
    {
        StringBuilder escaped = new();
        foreach (char c in Plain.Line(text))
        {
            // an escaped colon keeps addresses from turning into links; entities work where a backslash might not
            escaped.Append(c switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                ':' => "&#58;",
                '@' => "&#64;",
                _ when Special.Contains(c, StringComparison.Ordinal) => "\\" + c,
                _ => c.ToString(),
            });
        }
        return escaped.ToString();
    }

    /// <summary>A block of code whose fence is longer than any row of backticks in it.</summary>
    public static string Code(string text)
    {
        string line = Plain.Line(text);
        int run = 0;
        int longest = 2;
        foreach (char c in line)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }
        string fence = new('`', longest + 1);
        return $"{fence}\n{line}\n{fence}\n";
    }

    /// <summary>A table's row; cells are escaped.</summary>
    public static string Row(params IEnumerable<string?> cells) => "| " + string.Join(" | ", cells.Select(Text)) + " |\n";

    /// <summary>The line between a table's heading and its rows.</summary>
    /// <param name="columns">One character a column: <c>r</c> aligns right, anything else left.</param>
    public static string Rule(string columns) => "|" + string.Concat(columns.Select(c => c == 'r' ? " ---: |" : " --- |")) + "\n";
}
