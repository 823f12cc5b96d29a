using System.CommandLine;
using System.Text;

namespace Harness.Cli;

/// <summary>The manual page, in the roff of man(7), from the same texts as <c>--help</c>.</summary>
internal static class ManualPage
{
    /// <summary>Writes the page of all verbs.</summary>
    public static void Write(TextWriter writer, RootCommand root, string version)
    {
        VerbText text = VerbText.Of(root);
        writer.Write($".TH HARNESS 1 \"\" \"harness {Escaped(version)}\" \"User Commands\"\n");
        writer.Write(".SH NAME\nharness \\- before and after a kernel change, beside a model's prediction\n");
        writer.Write($".SH SYNOPSIS\n.B {Escaped(Usage.Program)}\n.I VERB\n[\\fIOPTION\\fR...]\n");
        writer.Write(".SH DESCRIPTION\n");
        Paragraphs(writer, text.What);
        Examples(writer, text.Examples);
        writer.Write(".SH VERBS\n");
        foreach (Command verb in Usage.CommandsOf(root)) Verb(writer, verb);
        Section(writer, "EXIT STATUS", Surroundings.ExitCodes);
        Section(writer, "ENVIRONMENT", Surroundings.Variables);
    }

    private static void Verb(TextWriter writer, Command command)
    {
        writer.Write($".SS \"{Escaped(Usage.Of(command))}\"\n");
        VerbText text = VerbText.Of(command);
        Paragraphs(writer, text.What);
        foreach (Argument argument in command.Arguments.Where(argument => !argument.Hidden))
            Item(writer, Usage.Name(argument), argument.Description);
        foreach (Option option in Usage.OptionsOf(command)) Item(writer, Usage.Of(option), option.Description);
        Examples(writer, text.Examples);
        foreach (Command sub in Usage.CommandsOf(command)) Verb(writer, sub);
    }

    private static void Section(TextWriter writer, string heading, IEnumerable<(string Name, string What)> items)
    {
        writer.Write($".SH \"{heading}\"\n");
        foreach ((string name, string what) in items) Item(writer, name, what);
    }

    private static void Paragraphs(TextWriter writer, IEnumerable<string> paragraphs)
    {
        foreach (string paragraph in paragraphs) writer.Write($".PP\n{Line(paragraph)}\n");
    }

    private static void Item(TextWriter writer, string name, string? what) =>
        writer.Write($".TP\n.B {Escaped(name)}\n{Line(what ?? "")}\n");

    private static void Examples(TextWriter writer, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0) return;
        writer.Write(".PP\nExamples:\n.PP\n.nf\n.RS\n");
        foreach (string line in lines) writer.Write($"{Line(line)}\n");
        writer.Write(".RE\n.fi\n");
    }

    // a line that begins with a dot or an apostrophe would be a request
    private static string Line(string text)
    {
        string escaped = Escaped(text);
        return escaped.StartsWith('.') || escaped.StartsWith('\'') ? "\\&" + escaped : escaped;
    }

    // a plain hyphen, apostrophe, backtick, caret or tilde is typeset as another character; options and commands must copy as they are
    private static string Escaped(string text)
    {
        StringBuilder escaped = new(text.Length + 16);
        foreach (char c in text)
        {
            escaped.Append(c switch
            {
                '\\' => "\\e",
                '-' => "\\-",
                '\'' => "\\(aq",
                '`' => "\\(ga",
                '^' => "\\(ha",
                '~' => "\\(ti",
                '"' => "\\(dq",
                '\n' => " ",
                _ => c.ToString(),
            });
        }
        return escaped.ToString();
    }
}
