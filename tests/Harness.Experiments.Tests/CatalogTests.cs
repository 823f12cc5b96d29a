using Harness.Records;

namespace Harness.Experiments.Tests;

public sealed class CatalogTests
{
    private static readonly Folders Here = Folders.FromEnvironment();

    [Fact]
    public void An_unknown_plan_is_answered_with_those_there_are()
    {
        UsageException e = Assert.Throws<UsageException>(() => new PlanCatalog(Here, TempHome.Known).Load("nope"));
        Assert.Equal("no plan 'nope'; there are llama-stand-in, luf-llama, migrate-batching, migrc-xsbench, promotion-scan, stress-ng, tiering-check, zap-folio-sizes, or give a path ending in .yaml", e.Message);
    }

    [Theory]
    [InlineData("../plans/migrate-batching")]    // a path, and without its ending no file
    [InlineData("/nowhere.yaml")]
    [InlineData("/dev/zero")]
    [InlineData("/proc/self/mem")]
    [InlineData("/")]
    [InlineData("")]
    public void A_path_that_is_no_plan_ends_in_one_line(string path) =>
        Assert.DoesNotContain('\n', Assert.Throws<UsageException>(() => new PlanCatalog(Here, TempHome.Known).Load(path)).Message);

    [Fact]
    public void A_plan_can_be_given_by_its_path()
    {
        LoadedPlan plan = new PlanCatalog(Here, TempHome.Known).Load(Path.Combine(Here.Plans, "migrate-batching.yaml"));
        Assert.Equal("migrate-batching", plan.Plan.Name);
        Assert.Equal(64, plan.Checksum.Length);
        Assert.NotEqual(plan.Checksum, (plan with { Text = plan.Text + " " }).Checksum);
    }

    [Fact]
    public void An_unknown_workload_is_answered_with_those_there_are() =>
        Assert.Contains("migrate-pingpong", Assert.Throws<UsageException>(() => WorkloadCatalog.Load(Here, "nope")).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_the_projects_files_there_is_nothing_to_list()
    {
        Folders empty = Here with { Root = "/nowhere" };
        Assert.Empty(WorkloadCatalog.List(empty));
        Assert.Empty(new PlanCatalog(empty, TempHome.Known).Names);
    }
}
