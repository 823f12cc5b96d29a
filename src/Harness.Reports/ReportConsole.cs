using Spectre.Console;

namespace Harness.Reports;

/// <summary>Consoles for reports: colours on a terminal (unless NO_COLOR is set), plain text everywhere else.</summary>
public static class ReportConsole
{
    /// <summary>The widest line of any report, in characters: fits a patch letter's reader and a diff of two of them.</summary>
    public const int Widest = 100;

    /// <summary>A console on a writer. Whether it is a terminal is found out; the CI's own colour guesses are not used.</summary>
    public static IAnsiConsole On(TextWriter writer)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        // without a terminal there is no width to be found, and the library's guess of 80 would fold wide rows
        if (!console.Profile.Out.IsTerminal) console.Profile.Width = Widest;
        return console;
    }

    /// <summary>Writes text as running lines, folded to the console, at most 80 characters; further lines are indented as asked.</summary>
    internal static void Paragraph(IAnsiConsole console, string text, int indent = 0, Style? style = null)
    {
        const int readable = 80;
        int width = Math.Max(20, Math.Min(console.Profile.Width, readable) - indent);
        string before = "";
        foreach (string line in Plain.Wrap(Plain.Line(text), width))
        {
            console.Write(before + line, style);
            console.WriteLine();
            before = new string(' ', indent);
        }
    }
}
