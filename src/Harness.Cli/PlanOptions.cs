using System.CommandLine;
using Harness.Experiments;

namespace Harness.Cli;

/// <summary>Options that change a plan for one session: workload parameters, pairs, and the guest machine.</summary>
internal sealed class PlanOptions
{
    private readonly Option<string[]> set = CommonOptions.Set();
    private readonly MachineOptions machine = new();

    /// <summary><c>--pairs</c>.</summary>
    public Option<int?> Pairs { get; } = CommonOptions.Pairs();

    public void AddTo(Command command)
    {
        command.Options.Add(set);
        command.Options.Add(Pairs);
        machine.AddTo(command);
    }

    /// <summary>The plan with what the command line says of it.</summary>
    /// <exception cref="Records.UsageException">A value that the plan's workload or machine does not take.</exception>
    public Plan Apply(LoadedPlan loaded, ParseResult parsed) => loaded.Plan with
    {
        Parameters = CommonOptions.Apply(parsed.GetValue(set) ?? [], loaded.Plan.Parameters, loaded.Workload),
        Pairs = parsed.GetValue(Pairs) ?? loaded.Plan.Pairs,
        Machine = machine.Apply(loaded.Plan.Machine, parsed),
    };

    /// <summary>True when the command line says anything of pairs or of the machine.</summary>
    public bool ShapesSession(ParseResult parsed) => parsed.GetValue(Pairs) is not null || machine.Given(parsed);

    /// <summary>True when the command line changes more than the number of pairs.</summary>
    public bool Reshapes(ParseResult parsed) => parsed.GetValue(set) is { Length: > 0 } || machine.Given(parsed);
}
