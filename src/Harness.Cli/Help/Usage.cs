using System.CommandLine;

namespace Harness.Cli;

/// <summary>How commands, arguments and options are written in help and the manual.</summary>
internal static class Usage
{
    /// <summary>What people type.</summary>
    public const string Program = "./run.sh";

    /// <summary>The verbs and subcommands that lead to a command: <c>knobs set</c>; empty for the root.</summary>
    public static string Path(Command command)
    {
        List<string> names = [];
        for (Command? at = command; at is not null and not RootCommand; at = at.Parents.OfType<Command>().FirstOrDefault())
            names.Insert(0, at.Name);
        return string.Join(' ', names);
    }

    /// <summary>A command with its arguments: <c>./run.sh knobs set NAME VALUE [OPTION...]</c>.</summary>
    public static string Of(Command command)
    {
        IEnumerable<string> words = [Program, Path(command), .. command.Arguments.Where(argument => !argument.Hidden).Select(Of)];
        string line = string.Join(' ', words.Where(word => word.Length > 0));
        if (command.Subcommands.Count > 0) line += command.Action is null ? " COMMAND" : " [COMMAND]";
        return command.Options.Any(Shown) ? line + " [OPTION...]" : line;
    }

    /// <summary>An argument: <c>PLAN</c>, <c>[ARM...]</c>.</summary>
    public static string Of(Argument argument)
    {
        string name = Name(argument);
        if (argument.Arity.MaximumNumberOfValues > 1) name += "...";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    /// <summary>An argument's name alone.</summary>
    public static string Name(Argument argument) => (argument.HelpName ?? argument.Name).ToUpperInvariant();

    /// <summary>An option with its aliases and what it takes: <c>-o, --output FILE</c>.</summary>
    public static string Of(Option option)
    {
        string names = string.Join(", ", option.Aliases.Append(option.Name).Order(Comparer<string>.Create((a, b) => a.Length - b.Length)));
        if (option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool)) return names;
        string value = option.HelpName ?? (option.ValueType == typeof(int?) ? "N" : option.Name.TrimStart('-').ToUpperInvariant());
        return option.Arity.MinimumNumberOfValues == 0 ? $"{names} [{value}]" : $"{names} {value}";
    }

    /// <summary>The options to show: the command's own; those of every command stand with the root.</summary>
    public static IEnumerable<Option> OptionsOf(Command command) => command.Options.Where(Shown);

    /// <summary>The subcommands to show.</summary>
    public static IEnumerable<Command> CommandsOf(Command command) => command.Subcommands.Where(sub => !sub.Hidden);

    private static bool Shown(Option option) => !option.Hidden && option is not (System.CommandLine.Help.HelpOption or VersionOption);
}
