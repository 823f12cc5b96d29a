using System.CommandLine;
using Harness.Experiments;
using Harness.Records;
using Harness.Targets;
using Harness.Targets.Vm;

namespace Harness.Cli;

/// <summary><c>simulate PLAN</c>: the plan on the model alone.</summary>
internal static class SimulateVerb
{
    public static Command Create(Folders folders)
    {
        Argument<string> plan = CommonOptions.Plan();
        Option<string[]> set = CommonOptions.Set();
        Option<int?> pairs = CommonOptions.Pairs();
        MachineOptions machine = new();
        Option<bool> json = CommonOptions.Json();
        Command simulate = new("simulate",
            """
            Runs a plan's arms on the simulation model alone: vm:6.1 becomes model:6.1. The costs are those of hardware, not of an emulator.

            Examples:
              ./run.sh simulate migrate-batching
              ./run.sh simulate migrate-batching --vcpus 64 --json
            """)
        { plan, set, pairs, json };
        machine.AddTo(simulate);
        simulate.SetAction((parsed, cancel) =>
        {
            LoadedPlan loaded = Catalogs.Plans(folders).Load(parsed.GetRequiredValue(plan));
            Plan modelled = loaded.Plan with
            {
                Arms = [.. loaded.Plan.Arms.Select(OnModel)],
                Machine = machine.Apply(loaded.Plan.Machine, parsed),
                Parameters = CommonOptions.Apply(parsed.GetValue(set) ?? [], loaded.Plan.Parameters, loaded.Workload),
                Pairs = parsed.GetValue(pairs) ?? loaded.Plan.Pairs,
            };
            loaded = loaded with { Plan = modelled, Command = CommandLine.Typed() };
            SessionJob job = new(folders, VmOptions.For(modelled.Machine, folders), parsed.GetValue(json));
            return job.RunAsync(loaded, resume: false, cancel);
        });
        return simulate;
    }

    private static Arm OnModel(Arm arm)
    {
        TargetName target = TargetName.Parse(arm.Target);
        return target.Kind switch
        {
            TargetKind.Model => arm,
            TargetKind.Vm when !target.Detail.Contains('/', StringComparison.Ordinal) => arm with { Target = $"model:{target.Detail}" },
            _ => throw new UsageException(
                $"arm '{arm.Name}' runs on {arm.Target}, whose kernel the model cannot know; make it model:PROFILE in the plan"),
        };
    }
}
