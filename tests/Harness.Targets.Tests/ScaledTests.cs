using Harness.Experiments;
using Harness.Records;

namespace Harness.Targets.Tests;

/// <summary>Is a plan simulated on the share of its full machine that was asked for, with the same result however the arms are run?</summary>
public sealed class ScaledTests : IDisposable
{
    private readonly Folders folders = Folders.FromEnvironment() with { Home = Directory.CreateTempSubdirectory("harness-scaled-").FullName };

    public void Dispose() => Directory.Delete(folders.Home, recursive: true);

    [Theory]
    [InlineData("full", "full", 1)]
    [InlineData("1/64", "1/64", 1.0 / 64)]
    [InlineData("3/4", "3/4", 0.75)]
    [InlineData("0.01", "0.01", 0.01)]
    [InlineData("1", "full", 1)]
    [InlineData("2/2", "full", 1)]
    public void A_scale_is_read(string text, string shown, double fraction) => Assert.Equal(new Scale(shown, fraction), Scale.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("half")]
    [InlineData("0")]
    [InlineData("-1/2")]
    [InlineData("2")]
    [InlineData("1/0")]
    [InlineData("0/0")]
    [InlineData("1/2/3")]
    [InlineData("NaN")]
    [InlineData("1e-400")]
    public void What_is_no_scale_ends_in_one_line(string text)
    {
        UsageException e = Assert.Throws<UsageException>(() => Scale.Parse(text));
        Assert.StartsWith("--scale takes full, a fraction like 1/64", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Memory_and_the_parameters_that_scale_shrink_and_nothing_else_does()
    {
        ScaledPlan plan = Plan("1/64");
        Assert.Equal("65536", plan.Parameters["pages"]);
        Assert.All(plan.Arms, arm => Assert.Equal(
            ("1024", "34", "4"), (arm.Request.Parameters["pages"], arm.Request.Parameters["threads"], arm.Request.Parameters["rounds"])));
        MachineDescription machine = MachineCatalog.Load(folders, "two-socket-2022");
        Model.Machine whole = DescribedMachine.Model(machine, 1);
        Model.Machine share = DescribedMachine.Model(machine, 1.0 / 64);
        Assert.Equal([1 << 25, 1 << 25], whole.Nodes.Select(node => node.Pages));
        Assert.Equal([1 << 19, 1 << 19], share.Nodes.Select(node => node.Pages));
        Assert.Equal((112, 2, 1_536), (share.Cpus, share.ThreadsPerCore, share.Tlb.Second.Entries));
        Assert.Equal(whole.Nodes.Select(node => (node.Cpus, node.LatencyNs)), share.Nodes.Select(node => (node.Cpus, node.LatencyNs)));
    }

    [Fact]
    public async Task Side_by_side_or_one_after_the_other_the_result_is_the_same_and_is_kept()
    {
        ScaledResult beside = await new ScaledRuns(Plan("1/512"), folders, Assert.Fail) { AtOnce = 2 }.RunAsync(CancellationToken.None);
        ScaledResult serial = await new ScaledRuns(Plan("1/512"), folders, Assert.Fail) { AtOnce = 1 }.RunAsync(CancellationToken.None);
        Assert.Equal(["before", "after"], beside.Arms.Select(arm => arm.Record.Request.Arm));
        for (int arm = 0; arm < 2; arm++)
            Assert.Equal(Counters(beside.Arms[arm].Record), Counters(serial.Arms[arm].Record));
        Assert.NotEqual(Counters(beside.Arms[0].Record), Counters(beside.Arms[1].Record));
        ScaledResult kept = ScaledResults.Newest(folders, "migrate-batching").First();
        Assert.Equal(("1/512", "two-socket-2022", ScaledPlan.Build), (kept.Scale, kept.Machine, kept.Model));
        Assert.Equal(Counters(serial.Arms[0].Record), Counters(kept.Arms[0].Record));
        Assert.Empty(Directory.GetFiles(folders.Scaled, "*.state*"));
        Assert.Empty(ScaledResults.Newest(folders, "migrate"));
    }

    [Fact]
    public async Task Interrupted_and_resumed_it_gives_what_it_gives_in_one_go()
    {
        ScaledResult whole = await new ScaledRuns(Llama(), folders, Assert.Fail).RunAsync(CancellationToken.None);
        using CancellationTokenSource interrupt = new();
        ScaledRuns first = new(Llama(), folders, Assert.Fail) { AtOnce = 1 };
        Task<ScaledResult> cut = first.RunAsync(interrupt.Token);
        while (first.ProgressOf(0) is 0 && !cut.IsCompleted) await Task.Yield();
        await interrupt.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cut);
        Assert.InRange(first.ProgressOf(0), 0.0001, 0.9999);
        Assert.Single(Directory.GetFiles(folders.Scaled, "luf-llama-*.state"));
        ScaledResult resumed = await new ScaledRuns(Llama(), folders, Assert.Fail) { Resume = true }.RunAsync(CancellationToken.None);
        for (int arm = 0; arm < whole.Arms.Count; arm++)
            Assert.Equal(Counters(whole.Arms[arm].Record), Counters(resumed.Arms[arm].Record));
        Assert.Empty(Directory.GetFiles(folders.Scaled, "*.state*"));
    }

    [Fact]
    public async Task Without_a_state_there_is_nothing_to_resume()
    {
        UsageException e = await Assert.ThrowsAsync<UsageException>(
            () => new ScaledRuns(Plan("1/512"), folders, Assert.Fail) { Resume = true }.RunAsync(CancellationToken.None));
        Assert.Contains("nothing to resume: no state of migrate-batching-1-512", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_without_a_full_size_says_so()
    {
        UsageException e = Assert.Throws<UsageException>(() => ScaledPlan.AtFullSize(Shipped("tiering-check")));
        Assert.Contains("plan tiering-check states no full size", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_belongs_to_one_arm_one_scale_and_one_set_of_parameters()
    {
        ScaledPlan plan = Plan("1/64");
        string[] keys = [plan.KeyOf(plan.Arms[0].Request), plan.KeyOf(plan.Arms[1].Request), Plan("1/32").KeyOf(plan.Arms[0].Request),
            plan.KeyOf(plan.Arms[0].Request with { Seed = 2 })];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], Plan("1/64").KeyOf(Plan("1/64").Arms[0].Request));
    }

    private static string[] Counters(RunRecord record) => [.. record.Counters.Select(counter => $"{counter.Name}={counter.Value:R}")];

    private LoadedPlan Shipped(string name)
    {
        Vocabulary known = new(WorkloadCatalog.List(folders), [.. Host.Knobs.KnobCatalog.All.Select(knob => knob.Name)], MachineCatalog.Names(folders));
        return new PlanCatalog(folders, known).Load(name);
    }

    // Small, and yet with enough actions to be cut in the middle.
    private ScaledPlan Llama() => Plan("1/600", "luf-llama", "xeon-gold-6430");

    private ScaledPlan Plan(string scale, string name = "migrate-batching", string machine = "two-socket-2022")
    {
        LoadedPlan full = ScaledPlan.AtFullSize(Shipped(name));
        Arm[] arms = [.. full.Plan.Arms.Select(arm => arm with { Target = arm.Target.Replace("vm:", "model:", StringComparison.Ordinal) })];
        return new ScaledPlan(full with { Plan = full.Plan with { Arms = arms } }, Scale.Parse(scale), MachineCatalog.Load(folders, machine));
    }
}
