using Harness.Records;

namespace Harness.Experiments.Tests;

/// <summary>Does a workload without its libraries give way to its stand-in, where a program is started, and only there?</summary>
public sealed class StandInTests : IDisposable
{
    private readonly DirectoryInfo programs = Directory.CreateTempSubdirectory("harness-programs-");
    private readonly List<string> notices = [];
    private readonly LoadedPlan shipped = new PlanCatalog(Folders.FromEnvironment(), TempHome.Known).Load("llama-stand-in");

    [Fact]
    public void It_takes_every_parameter_of_the_one_it_stands_in_for()
    {
        foreach (Workload workload in TempHome.Known.Workloads.Where(w => w.StandIn is not null))
        {
            Workload standIn = TempHome.Known.Workloads.Single(w => w.Name == workload.StandIn);
            Assert.Empty(workload.Parameters.Select(p => p.Name).Except(standIn.Parameters.Select(p => p.Name)));
        }
    }

    [Fact]
    public void Without_the_libraries_it_runs_instead_and_that_is_said_once()
    {
        LoadedPlan settled = Settle(_ => true);
        Assert.Equal(("llama-stream", "llama-stream"), (settled.Workload.Name, settled.Plan.Workload));
        Assert.Equal($"note: llama-stream stands in for llama-real: {programs.FullName}/llama-cpp is not there", Assert.Single(notices));
        Assert.NotEqual(shipped.Checksum, settled.Checksum);    // a session of one is not resumed with the other
    }

    [Fact]
    public void With_the_libraries_or_on_the_model_nothing_changes()
    {
        Assert.Same(shipped, Settle(_ => false));
        programs.CreateSubdirectory("llama-cpp");
        Assert.Same(shipped, Settle(_ => true));
        Assert.Empty(notices);
    }

    public void Dispose() => programs.Delete(recursive: true);

    private LoadedPlan Settle(Func<Arm, bool> needs) => shipped.WithStandIns(programs.FullName, TempHome.Known.Workloads, needs, notices.Add);
}
