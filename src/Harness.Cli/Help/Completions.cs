using System.CommandLine;
using System.CommandLine.Completions;
using Harness.Experiments;
using Harness.Records;
using Harness.Targets.Kernels;

namespace Harness.Cli;

/// <summary>What a shell may offer for arguments and options, by their names: the same name takes the same thing in every verb.</summary>
internal static class Completions
{
    /// <summary>
    /// Gives every argument and option of the tree that takes a plan, a shape, a target, a session or a machine its values.
    /// </summary>
    public static void Add(RootCommand root, Folders folders)
    {
        foreach (Command command in Tree(root))
        {
            foreach (Argument argument in command.Arguments) Add(argument.CompletionSources, argument.Name, folders);
            foreach (Option option in command.Options) Add(option.CompletionSources, option.Name, folders);
        }
    }

    private static IEnumerable<Command> Tree(Command command) => command.Subcommands.SelectMany(Tree).Prepend(command);

    private static void Add(List<Func<CompletionContext, IEnumerable<CompletionItem>>> sources, string name, Folders folders)
    {
        Func<CompletionContext, IEnumerable<string>>? values = name switch
        {
            "plan" or "plans" or "--plan" => _ => Catalogs.Plans(folders).Names,
            "--shape" => context => Shapes(context, folders),
            "--on" or "--target" => _ => Targets(),
            "--arm" => context => Arms(context, folders),
            "--session" or "session" or "sides" => _ => Sessions(folders),
            _ => null,
        };
        if (values is not null) sources.Add(context => values(context).Select(value => new CompletionItem(value)));
    }

    private static IEnumerable<string> Targets() =>
    [
        "local",
        .. KernelPackages.Versions.Select(version => $"vm:{version}"),
        .. KernelPackages.Versions.Select(version => $"model:{version}"),
    ];

    private static IEnumerable<string> Sessions(Folders folders) => Directory.Exists(folders.Sessions)
        ? Directory.GetDirectories(folders.Sessions).Select(folder => Path.GetFileName(folder))
            .Where(name => !name.StartsWith('.')).OrderDescending()
        : [];

    private static IEnumerable<string> Shapes(CompletionContext context, Folders folders) =>
        PlanOf(context, folders) is { } plan ? [PlanShape.Own, .. plan.Shapes.Select(shape => shape.Name), PlanShape.All] : [];

    private static IEnumerable<string> Arms(CompletionContext context, Folders folders) =>
        PlanOf(context, folders) is { } plan ? plan.Arms.SelectMany(arm => Targets().Select(target => $"{arm.Name}={target}")) : [];

    // the plan that stands on the line already
    private static Plan? PlanOf(CompletionContext context, Folders folders)
    {
        PlanCatalog catalog = Catalogs.Plans(folders);
        string? name = context.ParseResult.Tokens.Select(token => token.Value).FirstOrDefault(catalog.Names.Contains);
        return name is null ? null : catalog.Load(name).Plan;
    }
}
