using Spectre.Console;

namespace Harness.Reports;

/// <summary>Consoles for reports: colours on a terminal (unless NO_COLOR is set), plain text everywhere else.</summary>
public static class ReportConsole
{
    /// <summary>The widest line of any report on a wide terminal, in characters. Assumed.</summary>
    public const int Widest = 100;

    /// <summary>The widest line in a file, a pipe or a log, in characters: what a mail reader and a terminal as it opens have.</summary>
    public const int WidestInFile = 80;

    /// <summary>A console on a writer. Whether it is a terminal is found out; the CI's own colour guesses are not used.</summary>
    public static IAnsiConsole On(TextWriter writer)
    {
        AnsiConsoleOutput output = new(writer);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = output,
            Ansi = output.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        // without a terminal there is no width to be found
        if (!output.IsTerminal) console.Profile.Width = WidestInFile;
        return console;
    }

    /// <summary>Writes labelled lines, as they stand above and below a table.</summary>
    internal static void Labelled(IAnsiConsole console, IEnumerable<(string Label, string Text)> lines)
    {
        const int width = 9;
        foreach ((string label, string text) in lines) Paragraph(console, text, label.PadRight(width));
    }

    /// <summary>Writes text as running lines, folded to the console, at most 80 characters wide.</summary>
    /// <param name="console">The console.</param>
    /// <param name="text">The text; made safe here.</param>
    /// <param name="lead">What stands before the first line (a label, a dash); further lines are indented by as much.</param>
    /// <param name="style">How it looks on a terminal.</param>
    /// <param name="column">How many characters stand on the line already.</param>
    public static void Paragraph(IAnsiConsole console, string text, string lead = "", Style? style = null, int column = 0)
    {
        int width = Math.Max(20, Math.Min(console.Profile.Width, WidestInFile) - lead.Length - column);
        foreach (string line in Plain.Wrap(Plain.Line(text), width))
        {
            console.Write((lead + line).TrimEnd(), style);
            console.WriteLine();
            lead = new string(' ', lead.Length + column);
            column = 0;
        }
    }
}
