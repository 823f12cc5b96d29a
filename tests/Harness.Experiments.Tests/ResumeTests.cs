using Harness.Records;

namespace Harness.Experiments.Tests;

public sealed class ResumeTests : IDisposable
{
    private readonly TempHome home = new();

    public void Dispose() => home.Dispose();

    public static TheoryData<string> Points() => [.. new[] { "opened" }.Concat(Enumerable.Range(0, 6).SelectMany(i => new[] { $"started {i}", $"run {i}", $"save {i}", $"finished {i}" }))];

    // the disk is left by an exception at that point just as a kill would leave it: the runner writes nothing on its way out
    [Theory]
    [MemberData(nameof(Points))]
    public async Task A_session_killed_anywhere_is_taken_up_and_loses_at_most_the_run_in_progress(string point)
    {
        using var whole = new TempHome();
        var uninterrupted = new Bench(whole);
        await uninterrupted.Runner.RunAsync(TempHome.WithPairs(3), default);

        var killed = new Bench(home) { At = x => { if (x == point) throw new InvalidOperationException("killed"); } };
        await Assert.ThrowsAsync<InvalidOperationException>(() => killed.Runner.RunAsync(TempHome.WithPairs(3), default));
        var next = new Bench(home);
        Session session = await next.Runner.ResumeAsync(TempHome.Shipped, default);

        Assert.Equal(uninterrupted.Requests.Select(Key), session.Records.Select(r => Key(r.Request)));
        Assert.All(home.ReadManifest().Runs, r => Assert.Equal(RunState.Done, r.State));
        Assert.Equal(Enumerable.Range(0, 6), next.Saved.Select(r => r.Request.Sequence).Order());
        int repeated = killed.Requests.Count + next.Requests.Count - 6;
        Assert.Equal(point.StartsWith("run", StringComparison.Ordinal) ? 1 : 0, repeated);

        UsageException over = await Assert.ThrowsAsync<UsageException>(() => next.Runner.ResumeAsync(TempHome.Shipped, default));
        Assert.Contains("no unfinished session", over.Message, StringComparison.Ordinal);

        static (int, int, string, ulong) Key(RunRequest r) => (r.Sequence, r.Pair, r.Arm, r.Seed);
    }

    [Fact]
    public async Task An_interrupt_leaves_a_session_that_can_be_resumed()
    {
        using var interrupt = new CancellationTokenSource();
        var bench = new Bench(home) { At = x => { if (x == "run 2") interrupt.Cancel(); } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Runner.RunAsync(TempHome.WithPairs(2), interrupt.Token));
        Assert.Equal([RunState.Done, RunState.Done, RunState.Planned, RunState.Planned], home.ReadManifest().Runs.Select(r => r.State));
        Assert.Equal(2, bench.Events.Count(x => x.StartsWith("dispose", StringComparison.Ordinal)));

        var next = new Bench(home);
        await next.Runner.ResumeAsync(TempHome.Shipped, default);
        Assert.Equal([2, 3], next.Requests.Select(r => r.Sequence));
    }

    // The end came between the record's file and the manifest that would have named it.
    [Fact]
    public async Task A_record_that_was_on_disk_when_the_session_ended_is_not_made_again()
    {
        var killed = new Bench(home) { At = x => { if (x == "save 1") throw new InvalidOperationException("killed"); } };
        await Assert.ThrowsAsync<InvalidOperationException>(() => killed.Runner.RunAsync(TempHome.WithPairs(2), default));
        Manifest manifest = home.ReadManifest();
        ManifestRun[] runs = [.. manifest.Runs.Select(r => r.Sequence == 1 ? r with { State = RunState.Running, Record = null } : r)];
        DurableFile.Write(Path.Combine(home.OnlySession, "manifest.json"), RecordJson.WriteIndented(manifest with { Runs = runs }));

        var next = new Bench(home);
        Session session = await next.Runner.ResumeAsync(TempHome.Shipped, default);
        Assert.Equal([2, 3], next.Requests.Select(r => r.Sequence));
        Assert.Equal(4, session.Records.Count);
    }

    [Fact]
    public async Task A_run_that_brings_the_harness_down_again_and_again_is_given_up_and_the_others_are_run()
    {
        for (int time = 0; time < 3; time++)
        {
            var down = new Bench(home) { At = x => { if (x == "run 1") throw new InvalidOperationException("killed"); } };
            await Assert.ThrowsAsync<InvalidOperationException>(() =>
                time == 0 ? down.Runner.RunAsync(TempHome.WithPairs(2), default) : down.Runner.ResumeAsync(TempHome.Shipped, default));
        }
        var next = new Bench(home);
        Session session = await next.Runner.ResumeAsync(TempHome.Shipped, default);
        Assert.Equal([2, 3], next.Requests.Select(r => r.Sequence));
        Assert.Equal([RunState.Done, RunState.Failed, RunState.Done, RunState.Done], home.ReadManifest().Runs.Select(r => r.State));
        Assert.Equal(FailureKind.Interrupted, home.ReadManifest().Runs[1].Failure);
        Assert.Contains("went down 3 times", session.Records[1].Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resumed_session_keeps_its_targets_and_retries_what_failed_once()
    {
        LoadedPlan plan = TempHome.WithPairs(2);
        plan = plan with { Plan = plan.Plan with { Arms = [plan.Plan.Arms[0] with { Target = "local" }, plan.Plan.Arms[1]] } };
        var bench = new Bench(home)
        {
            Result = r => r.Sequence == 0 ? throw new RunFailedException(FailureKind.GuestHang, "silence") : Bench.Record(r, 42),
            At = x => { if (x == "run 3") throw new InvalidOperationException("killed"); },
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.Runner.RunAsync(plan, default));

        var next = new Bench(home);
        await next.Runner.ResumeAsync(TempHome.Shipped, default);
        Assert.Contains("open before local", next.Events);
        Assert.Equal([3, 0], next.Requests.Select(r => r.Sequence));
    }

    [Fact]
    public async Task A_changed_plan_is_not_resumed()
    {
        var bench = new Bench(home) { At = x => { if (x == "run 1") throw new InvalidOperationException("killed"); } };
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.Runner.RunAsync(TempHome.WithPairs(1), default));
        LoadedPlan changed = TempHome.Shipped with { Text = TempHome.Shipped.Text + "\n" };
        UsageException e = await Assert.ThrowsAsync<UsageException>(() => new Bench(home).Runner.ResumeAsync(changed, default));
        Assert.Contains("no unfinished session of plan 'migrate-batching'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manifest_that_cannot_be_read_is_passed_over_with_a_line()
    {
        var bench = new Bench(home) { At = x => { if (x == "run 1") throw new InvalidOperationException("killed"); } };
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.Runner.RunAsync(TempHome.WithPairs(1), default));
        string broken = Path.Combine(home.Folders.Sessions, "29990101T000000Z-migrate-batching");
        Directory.CreateDirectory(broken);
        File.WriteAllText(Path.Combine(broken, "manifest.json"), "{");

        var next = new Bench(home);
        await next.Runner.ResumeAsync(TempHome.Shipped, default);
        Assert.Contains(next.Events, x => x.StartsWith("notice passed over a session: " + broken, StringComparison.Ordinal));
        Assert.Single(next.Requests);
    }

    [Fact]
    public async Task A_session_that_another_box_began_is_left_to_it()
    {
        var killed = new Bench(home) { At = x => { if (x == "run 1") throw new InvalidOperationException("killed"); } };
        await Assert.ThrowsAsync<InvalidOperationException>(() => killed.Runner.RunAsync(TempHome.WithPairs(2), default));

        LoadedPlan elsewhere = TempHome.Shipped with { Box = "another-box" };
        UsageException e = await Assert.ThrowsAsync<UsageException>(() => new Bench(home).Runner.ResumeAsync(elsewhere, default));
        Assert.Contains("no unfinished session", e.Message, StringComparison.Ordinal);
        await new Bench(home).Runner.ResumeAsync(TempHome.Shipped, default);
    }

    [Fact]
    public async Task A_session_that_is_being_run_cannot_be_resumed_by_another_process()
    {
        var second = new Bench(home);
        HostCannotException? refused = null;
        var bench = new Bench(home)
        {
            At = x => { if (x == "run 0") refused = Assert.Throws<HostCannotException>(() => { second.Runner.ResumeAsync(TempHome.Shipped, default).GetAwaiter().GetResult(); }); },
        };
        await bench.Runner.RunAsync(TempHome.WithPairs(1), default);
        Assert.Contains("is being run by another process", refused!.Message, StringComparison.Ordinal);
        Assert.Empty(second.Requests);
    }
}
