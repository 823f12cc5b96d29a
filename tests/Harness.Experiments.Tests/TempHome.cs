using Harness.Records;

namespace Harness.Experiments.Tests;

/// <summary>The project's own workloads and plans with a home folder of the test's own.</summary>
public sealed class TempHome : IDisposable
{
    public Folders Folders { get; } = Folders.FromEnvironment() with { Home = Directory.CreateTempSubdirectory("harness-session-").FullName };

    public static Vocabulary Known { get; } = new(
        WorkloadCatalog.List(Folders.FromEnvironment()),
        [
            "numa_balancing", "demotion_enabled", "scan_delay_ms", "scan_period_min_ms", "scan_period_max_ms", "damon", "thp_enabled",
            "thp_enabled_64kB", "thp_enabled_2048kB",
        ],
        MachineCatalog.Names(Folders.FromEnvironment()));

    public static LoadedPlan Shipped => new PlanCatalog(Folders.FromEnvironment(), Known).Load("migrate-batching");

    public static LoadedPlan WithPairs(int pairs)
    {
        LoadedPlan shipped = Shipped;
        return shipped with { Plan = shipped.Plan with { Pairs = pairs } };
    }

    public string OnlySession => Directory.GetDirectories(Folders.Sessions).Single();

    public Manifest ReadManifest()
    {
        string file = Path.Combine(OnlySession, "manifest.json");
        return RecordJson.Read<Manifest>(File.ReadAllText(file), file);
    }

    public void Dispose() => Directory.Delete(Folders.Home, recursive: true);
}
