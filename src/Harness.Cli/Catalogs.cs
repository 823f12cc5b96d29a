using Harness.Experiments;
using Harness.Host.Knobs;
using Harness.Records;

namespace Harness.Cli;

/// <summary>The catalogs with the names this build knows.</summary>
internal static class Catalogs
{
    public static PlanCatalog Plans(Folders folders) => new(folders, Names(folders));

    /// <summary>The workloads, knobs and machines that a plan may name.</summary>
    public static Vocabulary Names(Folders folders) =>
        new(WorkloadCatalog.List(folders), KnobCatalog.Names, MachineCatalog.Names(folders));
}
