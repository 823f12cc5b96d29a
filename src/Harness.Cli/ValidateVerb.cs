using System.CommandLine;
using Harness.Analysis;
using Harness.Records;

namespace Harness.Cli;

/// <summary><c>validate PLAN</c>: measured against modelled, counter by counter.</summary>
internal static class ValidateVerb
{
    public static Command Create(Folders folders)
    {
        Argument<string> plan = CommonOptions.Plan();
        Option<string?> session = CommonOptions.Session();
        Option<bool> json = CommonOptions.Json();
        Command validate = new("validate",
            """
            Holds the last session of a plan against the model: error = (modelled - measured) / measured beside the measured spread, and the
            weighted error over the count rows.

            Example:
              ./run.sh validate migrate-batching --json
            """)
        { plan, session, json };
        validate.SetAction(parsed =>
        {
            string name = Catalogs.Plans(folders).Load(parsed.GetRequiredValue(plan)).Plan.Name;
            StoredSession stored = StoredSession.Load(folders, parsed.GetValue(session), name);
            if (stored.Modelled.Count == 0 || stored.Measured.Count == 0)
            {
                string lacks = stored.Modelled.Count == 0
                    ? "prediction: the model has no program for its workload"
                    : "measured run: it ran on the model alone";
                throw new UsageException($"session {stored.Manifest.Session} has no {lacks}");
            }
            Validation validation = Validation.Of(stored.Measured, stored.Modelled, stored.Manifest.Counters);
            SessionOutput.Print(stored, validation, parsed.GetValue(json));
            return (int)ExitCode.Done;
        });
        return validate;
    }
}
