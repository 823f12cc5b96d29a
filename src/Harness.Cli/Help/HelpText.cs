using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Harness.Reports;
using Spectre.Console;

namespace Harness.Cli;

/// <summary><c>--help</c>: what a command does, what it takes, examples; folded to 80 columns.</summary>
internal sealed class HelpText : SynchronousCommandLineAction
{
    // Assumed: names up to this stand beside what they do, longer ones above it.
    private const int Beside = 22;

    private static readonly Style Bold = new(decoration: Decoration.Bold);

    /// <inheritdoc />
    public override bool ClearsParseErrors => true;

    /// <summary>Puts this help in the place of the library's.</summary>
    public static void Use(RootCommand root)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpText();
        // nobody here types /h, and a shell would offer it
        foreach (string alias in help.Aliases.Where(alias => alias.StartsWith('/')).ToList()) help.Aliases.Remove(alias);
    }

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        Write(ReportConsole.On(Console.Out), parseResult.CommandResult.Command);
        return 0;
    }

    /// <summary>Writes a command's help.</summary>
    public static void Write(IAnsiConsole console, Command command)
    {
        VerbText text = VerbText.Of(command);
        foreach (string paragraph in text.What)
        {
            ReportConsole.Paragraph(console, paragraph);
            console.WriteLine();
        }
        ReportConsole.Paragraph(console, Usage.Of(command), "Usage: ");
        List(console, "Commands", Usage.CommandsOf(command).Select(sub => (sub.Name, VerbText.Of(sub).Brief)));
        List(console, "Arguments", command.Arguments.Where(argument => !argument.Hidden)
            .Select(argument => (Usage.Name(argument), argument.Description ?? "")));
        List(console, "Options", Usage.OptionsOf(command).Select(option => (Usage.Of(option), option.Description ?? "")));
        Lines(console, "Examples", text.Examples);
        if (command is RootCommand)
        {
            List(console, "Exit codes", Surroundings.ExitCodes);
            List(console, "Environment", Surroundings.Variables);
            console.WriteLine();
            ReportConsole.Paragraph(
                console, $"'{Usage.Program} COMMAND --help' tells more; '{Usage.Program} man | man -l -' shows all of it.");
        }
        else if (command.Subcommands.Count > 0)
        {
            console.WriteLine();
            ReportConsole.Paragraph(console, $"'{Usage.Program} {Usage.Path(command)} COMMAND --help' tells more.");
        }
    }

    private static void List(IAnsiConsole console, string heading, IEnumerable<(string Name, string What)> items)
    {
        (string Name, string What)[] all = [.. items];
        if (all.Length == 0) return;
        console.WriteLine();
        console.Write(heading, Bold);
        console.WriteLine();
        int width = Math.Min(Beside, all.Max(item => item.Name.Length));
        foreach ((string name, string what) in all)
        {
            if (name.Length <= width)
            {
                ReportConsole.Paragraph(console, what, $"  {name.PadRight(width)}  ");
                continue;
            }
            console.Write("  " + name);
            console.WriteLine();
            ReportConsole.Paragraph(console, what, new string(' ', width + 4));
        }
    }

    // a command is to be copied: it is never folded
    private static void Lines(IAnsiConsole console, string heading, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0) return;
        console.WriteLine();
        console.Write(heading, Bold);
        console.WriteLine();
        foreach (string line in lines)
        {
            console.Write("  " + line);
            console.WriteLine();
        }
    }
}
