using System.CommandLine;
using Harness.Records;

namespace Harness.Cli;

/// <summary>The verbs of the command line. Each is a small class that declares its options and calls the libraries.</summary>
internal static class Verbs
{
    public static RootCommand Root(Folders folders)
    {
        RootCommand root = new(
            """
            Measures TLB shootdowns, page migration and tiering before and after a change, beside a model's prediction.

            Examples:
              ./run.sh run migrate-batching --pairs 10
              ./run.sh compare --json
              ./run.sh doctor
            """)
        {
            DoctorVerb.Create(folders),
            RunVerb.Create(folders),
            SimulateVerb.Create(folders),
            CompareVerb.Create(folders),
            ValidateVerb.Create(folders),
            CalibrateVerb.Create(folders),
            RecordVerb.Create(folders),
            ReplayVerb.Create(folders),
            ReportVerb.Create(folders),
            NightlyVerb.Create(folders),
            HistoryVerb.Create(folders),
            KnobsVerb.Create(folders),
            VmVerb.Create(folders),
            ListVerbs.Plans(folders),
            ListVerbs.Workloads(folders),
            ListVerbs.Machines(folders),
            ManVerb.Create(),
            CompletionVerb.Create(),
        };
        HelpText.Use(root);
        Completions.Add(root, folders);
        return root;
    }
}
