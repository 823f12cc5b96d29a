using System.Text.RegularExpressions;
using Harness.Records;

namespace Harness.Experiments.Tests;

public sealed class SessionRunnerTests : IDisposable
{
    private readonly TempHome home = new();

    public void Dispose() => home.Dispose();

    [Fact]
    public async Task Each_pair_runs_both_arms_and_each_arm_is_first_equally_often()
    {
        var bench = new Bench(home);
        await bench.Runner.RunAsync(TempHome.WithPairs(20), default);

        Assert.Equal(Enumerable.Range(0, 40), bench.Requests.Select(r => r.Sequence));
        var pairs = bench.Requests.GroupBy(r => r.Pair).Select(p => string.Join(" ", p.Select(r => r.Arm))).ToList();
        Assert.Equal(10, pairs.Count(p => p == "before after"));
        Assert.Equal(10, pairs.Count(p => p == "after before"));
        // every block of two pairs is A B B A or B A A B
        for (int i = 0; i < pairs.Count; i += 2) Assert.NotEqual(pairs[i], pairs[i + 1]);
    }

    [Fact]
    public async Task The_order_follows_from_the_seed_alone()
    {
        var orders = new List<string>();
        foreach (ulong seed in (ulong[])[1, 1, 2, 3, 4, 5, 6, 7])
        {
            using var own = new TempHome();
            var bench = new Bench(own);
            LoadedPlan plan = TempHome.WithPairs(8);
            await bench.Runner.RunAsync(plan with { Plan = plan.Plan with { Seed = seed } }, default);
            orders.Add(string.Join(" ", bench.Requests.Select(r => r.Arm)));
        }
        Assert.Equal(orders[0], orders[1]);
        Assert.InRange(orders.Distinct().Count(), 2, 7);
    }

    [Fact]
    public async Task Three_arms_take_turns_at_being_first()
    {
        var bench = new Bench(home);
        LoadedPlan plan = TempHome.WithPairs(12);
        await bench.Runner.RunAsync(plan with { Plan = plan.Plan with { Arms = [.. plan.Plan.Arms, new Arm { Name = "third", Target = "model:6.12" }] } }, default);
        Assert.All(bench.Requests.GroupBy(r => r.Pair), p => Assert.Equal(3, p.Select(r => r.Arm).Distinct().Count()));
        Assert.All(bench.Requests.GroupBy(r => r.Pair).Select(p => p.First().Arm).CountBy(a => a), c => Assert.Equal(4, c.Value));
    }

    [Fact]
    public async Task Both_sides_of_a_pair_have_one_seed_and_each_pair_its_own()
    {
        var bench = new Bench(home);
        await bench.Runner.RunAsync(TempHome.WithPairs(6), default);
        Assert.All(bench.Requests.GroupBy(r => r.Pair), p => Assert.Single(p.Select(r => r.Seed).Distinct()));
        Assert.Equal(6, bench.Requests.Select(r => r.Seed).Distinct().Count());
        Assert.All(bench.Requests, r => Assert.Contains($"--seed={r.Seed}", r.Command.Arguments));
    }

    [Fact]
    public async Task A_request_carries_the_plan_the_arm_and_the_workloads_defaults()
    {
        var bench = new Bench(home);
        LoadedPlan plan = TempHome.WithPairs(1);
        Arm after = plan.Plan.Arms[1] with { Knobs = [new KnobSetting("numa_balancing", "2")], Parameters = new Dictionary<string, string> { ["pages"] = "77" } };
        await bench.Runner.RunAsync(plan with { Plan = plan.Plan with { Arms = [plan.Plan.Arms[0], after] } }, default);

        RunRequest before = bench.Requests.Single(r => r.Arm == "before");
        Assert.Equal(1, before.TimelineSeconds);
        Assert.Contains("interrupts.TLB", before.TimelineCounters);
        Assert.DoesNotContain(before.TimelineCounters, name => name.StartsWith("workload.", StringComparison.Ordinal));
        Assert.Equal("4096", before.Parameters["pages"]);
        Assert.Equal("spread", before.Parameters["bind"]);
        Assert.Equal([new KnobSetting("numa_balancing", "0")], before.Knobs);
        Assert.Equal(["tlb:tlb_flush"], before.Events);
        Assert.Equal("pages/s", before.MetricUnits["pages_per_second"]);
        Assert.True(before.Command.Handshake);
        Assert.Equal("--handshake", before.Command.Arguments[^1]);
        RunRequest changed = bench.Requests.Single(r => r.Arm == "after");
        Assert.Contains("--pages=77", changed.Command.Arguments);
        Assert.Equal([new KnobSetting("numa_balancing", "2")], changed.Knobs);
    }

    [Fact]
    public async Task The_folder_holds_manifest_records_and_logs_and_its_name_sorts_by_time()
    {
        var bench = new Bench(home);
        Session session = await bench.Runner.RunAsync(TempHome.WithPairs(2), default);

        Assert.Equal("20260102T030405Z-migrate-batching", session.Manifest.Session);
        Assert.Equal(Path.Combine(home.Folders.Sessions, session.Manifest.Session), session.Folder);
        Assert.Equal(TempHome.Shipped.Text, home.ReadManifest().PlanText);
        Assert.Equal(TempHome.Shipped.Checksum, home.ReadManifest().PlanChecksum);
        Assert.NotNull(home.ReadManifest().Ended);
        Assert.Equal(4, Directory.GetFiles(Path.Combine(session.Folder, "runs")).Length);
        Assert.All(home.ReadManifest().Runs, r => Assert.Matches(new Regex("^runs/00[0-3]-(before|after)\\.json$"), r.Record!));
        Assert.Equal(bench.Saved.Select(RecordJson.Write), session.Records.Select(RecordJson.Write));
        Assert.Empty(Directory.GetFiles(session.Folder, "*.new", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Two_sessions_in_one_second_get_folders_of_their_own()
    {
        foreach (int _ in Enumerable.Range(0, 3))
        {
            var bench = new Bench(home);
            await bench.Runner.RunAsync(TempHome.WithPairs(1), default);
        }
        Assert.Equal(["20260102T030405Z-migrate-batching", "20260102T030405Z-migrate-batching-2", "20260102T030405Z-migrate-batching-3"],
            Directory.GetDirectories(home.Folders.Sessions).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(0.0, "stayed 0")]
    [InlineData(-1.0, "was not counted")]    // no such counter at all
    public async Task A_run_whose_proof_did_not_move_is_invalid_and_says_so(double migrated, string expected)
    {
        var bench = new Bench(home) { Result = r => r.Sequence != 1 ? Bench.Record(r, 42) : migrated < 0 ? Bench.Record(r, 0) with { Counters = [] } : Bench.Record(r, migrated) };
        Session session = await bench.Runner.RunAsync(TempHome.WithPairs(2), default);

        Assert.Equal(RunState.Invalid, session.Records[1].State);
        Assert.StartsWith("the plan's mustMove is not met: pgmigrate_success ", session.Records[1].Why, StringComparison.Ordinal);
        Assert.Contains(expected, session.Records[1].Why!, StringComparison.Ordinal);
        Assert.Equal(RunState.Invalid, home.ReadManifest().Runs[1].State);
        Assert.Equal(4, bench.Requests.Count);
    }

    [Fact]
    public async Task A_failed_run_is_kept_and_tried_once_more_at_the_end()
    {
        int attempts = 0;
        var bench = new Bench(home)
        {
            Result = r => r.Sequence == 1 && attempts++ == 0
                ? throw new RunFailedException(FailureKind.GuestPanic, "it panicked", "/logs/console")
                : Bench.Record(r, 42),
        };
        Session session = await bench.Runner.RunAsync(TempHome.WithPairs(2), default);

        Assert.Equal([0, 1, 2, 3, 1], bench.Requests.Select(r => r.Sequence));
        Assert.Equal([RunState.Done, RunState.Failed, RunState.Done, RunState.Done, RunState.Done], bench.Saved.Select(r => r.State));
        Assert.Equal((FailureKind.GuestPanic, "it panicked", "/logs/console"), (bench.Saved[1].Failure!.Value, bench.Saved[1].Why, bench.Saved[1].Log));
        Assert.All(session.Records, r => Assert.Equal(RunState.Done, r.State));
        Assert.Equal(1, home.ReadManifest().Runs[1].Failures);
        Assert.Equal(5, Directory.GetFiles(Path.Combine(session.Folder, "runs")).Length);
        Assert.Equal([(1, 4), (2, 5), (3, 5), (4, 5), (5, 5)], bench.Progress.Select(p => (p.Number, p.Total)));
    }

    [Theory]
    [InlineData(FailureKind.WorkloadExit, false)]
    [InlineData(FailureKind.Timeout, true)]
    [InlineData(FailureKind.OutOfMemory, false)]
    [InlineData(FailureKind.GuestPanic, true)]
    [InlineData(FailureKind.GuestHang, true)]
    [InlineData(FailureKind.KnobRefused, false)]
    [InlineData(FailureKind.CounterLost, true)]
    [InlineData(FailureKind.HostBusy, true)]
    [InlineData(FailureKind.MissingModule, false)]
    public async Task Only_a_failure_that_another_attempt_can_escape_is_tried_again(FailureKind kind, bool again)
    {
        var bench = new Bench(home) { Result = r => r.Sequence == 2 ? throw new RunFailedException(kind, "so it was") : Bench.Record(r, 42) };
        await bench.Runner.RunAsync(TempHome.WithPairs(2), default);
        Assert.Equal(again ? 5 : 4, bench.Requests.Count);
        Assert.Equal(kind, home.ReadManifest().Runs[2].Failure);
        Assert.Equal(bench.Progress[^1].Number, bench.Progress[^1].Total);
    }

    [Fact]
    public async Task A_run_that_lost_a_judged_counter_keeps_its_record_as_failed_and_is_tried_again()
    {
        int attempts = 0;
        var bench = new Bench(home)
        {
            Result = r => r.Sequence != 1 || attempts++ > 0 ? Bench.Record(r, 42) : Bench.Record(r, 42) with
            {
                Counters = [.. Bench.Record(r, 42).Counters,
                    new Counter { Name = "interrupts.TLB", Unit = "interrupts", Value = 7, Trust = CounterTrust.Lost, Note = "CPU 3 went off line" }],
            },
        };
        Session session = await bench.Runner.RunAsync(TempHome.WithPairs(1), default);
        Assert.Equal((RunState.Failed, FailureKind.CounterLost), (bench.Saved[1].State, bench.Saved[1].Failure));
        Assert.Equal("interrupts.TLB was lost within the window: CPU 3 went off line", bench.Saved[1].Why);
        Assert.Equal(7, bench.Saved[1].Find("interrupts.TLB")!.Value);
        Assert.All(session.Records, r => Assert.Equal(RunState.Done, r.State));
    }

    [Fact]
    public async Task A_run_waits_for_the_host_and_fails_as_busy_when_it_is_not_let_go()
    {
        int asked = 0;
        var bench = new Bench(home);
        SessionRunner runner = bench.Held(_ => ++asked == 2 ? throw new RunFailedException(FailureKind.HostBusy, "others") : Task.CompletedTask);
        Session session = await runner.RunAsync(TempHome.WithPairs(1), default);
        Assert.Equal([0, 1], bench.Requests.Select(r => r.Sequence));
        Assert.Equal([RunState.Done, RunState.Failed, RunState.Done], bench.Saved.Select(r => r.State));
        Assert.All(session.Records, r => Assert.Equal(RunState.Done, r.State));
    }

    [Fact]
    public async Task A_run_that_fails_twice_stays_failed_and_the_session_is_done()
    {
        var bench = new Bench(home) { Result = r => r.Sequence == 2 ? throw new RunFailedException(FailureKind.GuestHang, "silence") : Bench.Record(r, 42) };
        Session session = await bench.Runner.RunAsync(TempHome.WithPairs(3), default);
        Assert.Equal(7, bench.Requests.Count);
        Assert.Equal(RunState.Failed, session.Records[2].State);
        Assert.Equal(2, home.ReadManifest().Runs[2].Failures);
        Assert.NotNull(home.ReadManifest().Ended);
    }

    [Theory]
    [InlineData(1, 2)]    // one attempt and its retry
    [InlineData(2, 4)]
    [InlineData(9, 3)]    // three failures in a row are enough
    public async Task An_arm_that_always_fails_ends_the_session_with_its_last_failure(int pairs, int attempts)
    {
        var bench = new Bench(home) { Result = r => r.Arm == "after" ? throw new RunFailedException(FailureKind.BootTimeout, "no init", "/log") : Bench.Record(r, 42) };
        RunFailedException e = await Assert.ThrowsAsync<RunFailedException>(() => bench.Runner.RunAsync(TempHome.WithPairs(pairs), default));
        Assert.Equal(FailureKind.BootTimeout, e.Kind);
        Assert.Equal("/log", e.Log);
        Assert.Contains("every run of arm 'after' failed", e.Message, StringComparison.Ordinal);
        Assert.Equal(attempts, bench.Requests.Count(r => r.Arm == "after"));
        Assert.Equal(2, bench.Events.Count(x => x.StartsWith("dispose", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_host_that_cannot_ends_the_session_at_once()
    {
        var bench = new Bench(home) { Result = r => r.Sequence == 1 ? throw new HostCannotException("one node") : Bench.Record(r, 42) };
        await Assert.ThrowsAsync<HostCannotException>(() => bench.Runner.RunAsync(TempHome.WithPairs(3), default));
        Assert.Equal(2, bench.Requests.Count);
        Assert.Equal(2, bench.Events.Count(x => x.StartsWith("dispose", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_target_that_does_not_open_leaves_no_session_and_no_open_target()
    {
        var bench = new Bench(home) { At = x => { if (x.StartsWith("open after", StringComparison.Ordinal)) throw new HostCannotException("no QEMU"); } };
        await Assert.ThrowsAsync<HostCannotException>(() => bench.Runner.RunAsync(TempHome.WithPairs(1), default));
        Assert.Equal(["open before vm:6.1", "open after vm:6.12", "dispose before"], bench.Events);
        Assert.False(Directory.Exists(home.Folders.Sessions));
    }

    [Fact]
    public async Task A_target_that_cannot_be_disposed_keeps_no_other_open()
    {
        var bench = new Bench(home) { At = x => { if (x == "dispose after") throw new IOException("stuck"); } };
        await Assert.ThrowsAsync<IOException>(() => bench.Runner.RunAsync(TempHome.WithPairs(1), default));
        Assert.Contains("dispose before", bench.Events);
    }

    [Fact]
    public async Task The_estimate_is_the_runs_left_times_what_runs_took()
    {
        var bench = new Bench(home);
        await bench.Runner.RunAsync(TempHome.WithPairs(3), default);
        Assert.Equal([50.0, 40, 30, 20, 10, 0], bench.Progress.Select(p => p.Remaining!.Value.TotalSeconds));
    }
}
