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
            HelpName = "POLICY",
        };
        Option<bool> strict = new("--strict")
        {
            Description = "With --explore: deny old contents also between the clearing of a mapping and its batch's flush, as no kernel does",
        };
        Option<bool> mutants = new("--mutants") { Description = "Instead of a plan: take out every rule of the flush policies in turn" };
        Option<string?> before = Profile("--before", "first");
        Option<string?> after = Profile("--after", "last");
        Option<string?> scale = new("--scale")
        {
            Description = "Simulate the plan's full size: full, or a fraction of its memory like 1/64 or 0.01; what --set gives is of the full size",
            HelpName = "SHARE",
        };
        Option<bool> serial = new("--serial") { Description = "With --scale: one arm after the other; the results are the same" };
        Option<bool> resume = new("--resume") { Description = "With --scale: go on where an interrupted simulation was" };
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
              ./run.sh simulate migrate-batching --scale 1/4
              ./run.sh simulate --explore luf
              ./run.sh simulate --mutants
            """)
        { plan, before, after, scale, serial, resume, explore, strict, mutants, json };
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
            Scale? share = parsed.GetValue(scale) is { } text ? Scale.Parse(text) : null;
            if (share is null && (parsed.GetValue(serial) || parsed.GetValue(resume)))
                throw new UsageException("--serial and --resume go with --scale");
            if (share is not null) loaded = ScaledPlan.AtFullSize(loaded);
            Arm[] arms = [.. OnModel.Plan(loaded.Plan).Arms];
            if (parsed.GetValue(before) is { } first) arms[0] = arms[0] with { Target = $"model:{first}" };
            if (parsed.GetValue(after) is { } last) arms[^1] = arms[^1] with { Target = $"model:{last}" };
            Plan modelled = change.Apply(loaded, parsed) with { Arms = arms };
            loaded = loaded with { Plan = modelled, Command = CommandLine.Typed() };
            if (share is not null)
            {
                if (change.ShapesSession(parsed))
                    throw new UsageException($"--scale simulates one run an arm on {modelled.Full!.Machine}; leave out --pairs and the machine's options");
                ScaledPlan scaled = new(loaded, share, MachineCatalog.Load(folders, modelled.Full!.Machine));
                ScaledJob big = new(folders, scaled) { Serial = parsed.GetValue(serial), Resume = parsed.GetValue(resume) };
                return big.RunAsync(parsed.GetValue(json), cancel);
            }
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
}
