using System.CommandLine;
using Harness.Experiments;
using Harness.Records;
using Harness.Store;
using Harness.Targets.Vm;

namespace Harness.Cli;

/// <summary><c>validate PLAN</c>: measured against modelled, counter by counter.</summary>
internal static class ValidateVerb
{
    public static Command Create(Folders folders)
    {
        Argument<string> plan = CommonOptions.Plan();
        Option<string?> session = CommonOptions.Session();
        PlanOptions change = new();
        ConstantsOption constants = new(folders);
        change.Pairs.Description = "Run a new session of that many pairs first, instead of taking a stored one";
        Option<bool> json = CommonOptions.Json();
        Command validate = new("validate",
            """
            Holds the last session of a plan, or a new one, against the model as it now is: error = (modelled - measured) / measured beside the measured
            spread, and the weighted error over the count rows.

            Examples:
              ./run.sh validate migrate-batching --json
              ./run.sh validate migrate-batching --pairs 3 --vcpus 2
              ./run.sh validate migrate-batching --shape two-cpus
            """)
        { plan, session, json };
        change.AddTo(validate);
        constants.AddTo(validate);
        validate.SetAction((parsed, cancel) =>
        {
            LoadedPlan loaded = Catalogs.Plans(folders).Load(parsed.GetRequiredValue(plan));
            if (parsed.GetValue(change.Pairs) is not null)
            {
                if (parsed.GetValue(session) is not null)
                    throw new UsageException("--pairs runs a new session and --session takes a stored one: give one of them");
                Plan changed = change.Apply(loaded, parsed);
                SessionJob job = new(folders, VmOptions.For(changed.Machine, folders), parsed.GetValue(json))
                {
                    Validates = true, Constants = constants.Read(parsed).Constants,
                };
                return job.RunAsync(loaded with { Plan = changed, Command = CommandLine.Typed() }, resume: false, cancel);
            }
            if (change.Reshapes(parsed))
                throw new UsageException("--set and the machine's options shape a new session: give --pairs too");
            string? shape = change.Shape(parsed);
            if (shape is not null && parsed.GetValue(session) is not null)
                throw new UsageException("--shape takes the last session of a shape and --session a certain one: give one of them");
            Plan shaped = loaded.Plan.InShape(shape);
            StoredSession stored = shape is null ? Load(store => StoredSession.Load(store, parsed.GetValue(session), shaped.Name))
                : Load(store => StoredSession.OfShape(store, shaped.Name, shaped.Shape));
            return ShowAsync(stored, constants.Read(parsed).Constants, parsed.GetValue(json), cancel);
        });
        return validate;

        // a simulation comes next: the store is closed before
        StoredSession Load(Func<ResultStore, StoredSession> load)
        {
            using ResultStore store = StoredSession.OpenStore(folders);
            return load(store);
        }

        static async Task<int> ShowAsync(StoredSession stored, FittedConstants? constants, bool json, CancellationToken cancel)
        {
            SessionOutput.Print(stored, await new StoredValidation(constants).OfAsync(stored, cancel), json);
            return (int)ExitCode.Done;
        }
    }
}
