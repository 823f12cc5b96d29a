using System.CommandLine;
using Harness.Experiments;
using Harness.Model;
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
        plan.Arity = ArgumentArity.ZeroOrOne;
        Option<string?> explore = new("--explore")
        {
            Description = "Instead of a plan: search all interleavings for what a flush policy does wrong "
                + $"({string.Join(", ", PolicyReview.Policies)})",
        };
        Option<bool> strict = new("--strict")
        {
            Description = "With --explore: deny old contents also between the clearing of a mapping and its batch's flush, as no kernel does",
        };
        Option<bool> mutants = new("--mutants") { Description = "Instead of a plan: take out every rule of the flush policies in turn" };
        Option<string?> before = Profile("--before", "first");
        Option<string?> after = Profile("--after", "last");
        PlanOptions change = new();
        Option<bool> json = CommonOptions.Json();
        Command simulate = new("simulate",
            """
            Runs a plan's arms on the simulation model alone: vm:6.1 becomes model:6.1. The costs are those of hardware, not of an emulator.
            Or explores a flush policy of the model: exit code 1 says that a counterexample was found.

            Examples:
              ./run.sh simulate migrate-batching
              ./run.sh simulate migrate-batching --vcpus 64 --json
              ./run.sh simulate migrate-batching --before 6.12 --after 6.12+luf
              ./run.sh simulate --explore luf
              ./run.sh simulate --mutants
            """)
        { plan, before, after, explore, strict, mutants, json };
        change.AddTo(simulate);
        simulate.SetAction((parsed, cancel) =>
        {
            string? name = parsed.GetValue(plan);
            string? policy = parsed.GetValue(explore);
            int asked = (name is null ? 0 : 1) + (policy is null ? 0 : 1) + (parsed.GetValue(mutants) ? 1 : 0);
            if (asked != 1) throw new UsageException("simulate takes a plan, or --explore POLICY, or --mutants: one of them");
            if (policy is not null)
                return Task.Run(() => ExploreOutput.Explore(policy, parsed.GetValue(strict), parsed.GetValue(json), cancel), cancel);
            if (name is null) return Task.Run(() => ExploreOutput.Mutants(parsed.GetValue(json), cancel), cancel);
            LoadedPlan loaded = Catalogs.Plans(folders).Load(name);
            Arm[] arms = [.. loaded.Plan.Arms.Select(OnModel)];
            if (parsed.GetValue(before) is { } first) arms[0] = arms[0] with { Target = $"model:{first}" };
            if (parsed.GetValue(after) is { } last) arms[^1] = arms[^1] with { Target = $"model:{last}" };
            Plan modelled = change.Apply(loaded, parsed) with { Arms = arms };
            loaded = loaded with { Plan = modelled, Command = CommandLine.Typed() };
            SessionJob job = new(folders, VmOptions.For(modelled.Machine, folders), parsed.GetValue(json));
            return job.RunAsync(loaded, resume: false, cancel);
        });
        return simulate;
    }

    private static Option<string?> Profile(string name, string which) => new(name)
    {
        Description = $"Another kernel profile for the plan's {which} arm "
            + $"({string.Join(", ", Model.Profile.Known.Select(profile => profile.Name))})",
    };

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
