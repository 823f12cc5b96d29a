using System.CommandLine;
using Harness.Experiments;
using Harness.Records;

namespace Harness.Cli;

/// <summary>Options that change a plan for one session: workload parameters, pairs, and the guest machine.</summary>
internal sealed class PlanOptions
{
    private readonly Option<string?> shape = new("--shape")
    {
        Description = "One of the plan's shapes (see 'plans') instead of the plan's own",
        HelpName = "NAME",
    };
    private readonly Option<string[]> set = CommonOptions.Set();
    private readonly MachineOptions machine = new();

    /// <summary><c>--pairs</c>.</summary>
    public Option<int?> Pairs { get; } = CommonOptions.Pairs();

    public void AddTo(Command command, bool pairs = true)
    {
        command.Options.Add(shape);
        command.Options.Add(set);
        if (pairs) command.Options.Add(Pairs);
        machine.AddTo(command);
    }

    /// <summary>The shape that the command line names, or null.</summary>
    public string? Shape(ParseResult parsed) => parsed.GetValue(shape);

    /// <summary>The plan with what the command line says of it.</summary>
    /// <exception cref="UsageException">A value that the plan's workload or machine does not take, or no such shape.</exception>
    public Plan Apply(LoadedPlan loaded, ParseResult parsed) => Apply(loaded, parsed, parsed.GetValue(shape));

    /// <summary>The plan in a shape, with everything else that the command line says of it.</summary>
    /// <exception cref="UsageException">As above.</exception>
    public Plan Apply(LoadedPlan loaded, ParseResult parsed, string? inShape)
    {
        Plan plan = loaded.Plan.InShape(inShape);
        return plan with
        {
            Parameters = CommonOptions.Apply(parsed.GetValue(set) ?? [], plan.Parameters, loaded.Workload),
            Pairs = parsed.GetValue(Pairs) ?? plan.Pairs,
            Machine = machine.Apply(plan.Machine, parsed),
            Altered = Reshapes(parsed),
        };
    }

    /// <summary>A machine with what the command line says of it.</summary>
    /// <exception cref="UsageException">It has no such node.</exception>
    public MachineShape Machine(MachineShape shape, ParseResult parsed) => machine.Apply(shape, parsed);

    /// <summary>True when the command line says anything of pairs, shape or machine.</summary>
    public bool ShapesSession(ParseResult parsed) =>
        parsed.GetValue(Pairs) is not null || Shape(parsed) is not null || machine.Given(parsed);

    /// <summary>True when the command line changes a parameter or the machine.</summary>
    public bool Reshapes(ParseResult parsed) => parsed.GetValue(set) is { Length: > 0 } || machine.Given(parsed);
}
