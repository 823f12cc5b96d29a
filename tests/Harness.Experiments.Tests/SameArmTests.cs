using Harness.Records;

namespace Harness.Experiments.Tests;

/// <summary>Is an A/A session run, stored and taken up like any other, and never mixed up with one?</summary>
public sealed class SameArmTests : IDisposable
{
    private readonly TempHome home = new();

    public void Dispose() => home.Dispose();

    [Fact]
    public async Task Both_sides_are_the_arm_and_each_has_a_target_of_its_own()
    {
        var bench = new Bench(home);
        await bench.Runner.RunAsync(Twice("after", pairs: 4), default);

        Assert.Equal(["open after-1 vm:6.12", "open after-2 vm:6.12"], bench.Events.Take(2));
        Manifest manifest = home.ReadManifest();
        Assert.Equal("after", manifest.SameArm);
        Assert.Equal([new ManifestArm("after-1", "vm:6.12"), new ManifestArm("after-2", "vm:6.12")], manifest.Arms);
        Assert.Equal([4, 4], bench.Requests.CountBy(r => r.Arm).Select(count => count.Value));
        foreach (IGrouping<int, RunRequest> pair in bench.Requests.GroupBy(r => r.Pair))
        {
            string[] sides = [.. pair.Select(r => RecordJson.Write(r with { Arm = "", Sequence = 0 })).Distinct()];
            Assert.Single(sides);    // nothing but the name and the place in the order differs
        }
    }

    [Fact]
    public void The_first_arm_is_taken_when_none_is_named_and_an_unknown_one_is_refused()
    {
        Assert.Equal("before", Twice(null, pairs: 2).Plan.SameArm);
        UsageException unknown = Assert.Throws<UsageException>(() => Twice("befor", pairs: 2));
        Assert.Equal("plan migrate-batching has no arm 'befor'; there are before, after", unknown.Message);
    }

    [Fact]
    public async Task It_is_resumed_as_what_it_is_and_not_as_a_comparison()
    {
        var bench = new Bench(home) { At = x => { if (x == "run 2") throw new InvalidOperationException("killed"); } };
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.Runner.RunAsync(Twice("before", pairs: 2), default));

        var next = new Bench(home);
        await Assert.ThrowsAsync<UsageException>(() => next.Runner.ResumeAsync(TempHome.WithPairs(2), default));
        await Assert.ThrowsAsync<UsageException>(() => next.Runner.ResumeAsync(Twice("after", pairs: 2), default));
        await next.Runner.ResumeAsync(Twice("before", pairs: 2), default);
        Assert.Equal([2, 3], next.Requests.Select(r => r.Sequence));
        Assert.All(home.ReadManifest().Runs, run => Assert.Equal(RunState.Done, run.State));
    }

    private static LoadedPlan Twice(string? arm, int pairs)
    {
        LoadedPlan plan = TempHome.WithPairs(pairs);
        return plan with { Plan = plan.Plan.WithOneArmTwice(arm) };
    }
}
