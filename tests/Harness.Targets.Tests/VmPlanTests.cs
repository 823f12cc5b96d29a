using Harness.Experiments;
using Harness.Host.Knobs;
using Harness.Records;

namespace Harness.Targets.Tests;

/// <summary>
/// Do the shipped plans' arms act on the real kernels, small, and is an arm in which nothing acted called invalid? All arms of a kernel
/// share one guest.
/// </summary>
[Collection("vm")]
public sealed class VmPlanTests(VmPlanTests.Guests guests) : IClassFixture<VmPlanTests.Guests>
{
    [Fact]
    public async Task Each_kernel_gives_the_folios_that_its_arm_asks_for()
    {
        Dictionary<string, RunRecord> runs = await guests.RunAsync("zap-folio-sizes", new() { ["pages"] = "16384" });
        Assert.Equal(["6.1-2m", "6.1-4k", "6.12-2m", "6.12-4k", "6.12-64k"], runs.Keys.Order(StringComparer.Ordinal));
        foreach ((string arm, int pages) in new[] { ("6.1-2m", 512), ("6.12-2m", 512), ("6.1-4k", 1), ("6.12-4k", 1), ("6.12-64k", 16) })
        {
            Assert.True(runs[arm].State == RunState.Done, $"{arm}: {runs[arm].Why}");
            Assert.Equal(16384 / pages, runs[arm].Find("workload.folios")!.Value);
        }
        Assert.Single(runs.Values.Select(run => run.Checksum).Distinct());

        // 16,384 pages fill the gather of 6.1 page by page; in 6.12 a folio is a run, of which there are few
        const string Flushes = "trace.tlb:tlb_flush/local_mm_shootdown";
        Assert.True(runs["6.1-2m"].Find(Flushes)!.Value > runs["6.12-2m"].Find(Flushes)!.Value);
    }

    [Fact]
    public async Task Slow_memory_is_promoted_by_hint_faults_and_by_DAMON_each_proven_and_put_back()
    {
        // An emulated TLB holds all of the pages, so that their accessed bits, which DAMON clears without a flush, stay clear: the sampler's
        // address space flushes it each time it runs.
        Dictionary<string, RunRecord> runs = await guests.RunAsync("promotion-scan", new() { ["iterations"] = "600" }, timelineSeconds: 0.02);
        Assert.All(runs, run => Assert.True(run.Value.State == RunState.Done, $"{run.Key}: {run.Value.Why}"));
        Assert.Equal(0, runs["off"].Find("vmstat.pgmigrate_success")!.Value);
        Assert.True(runs["tiering"].Find("vmstat.pgpromote_success")!.Value > 0);
        Assert.True(runs["balancing"].Find("vmstat.numa_hint_faults")!.Value > 0);

        // accessed bits tell DAMON: not one PTE is made inaccessible, and no task takes a fault
        Assert.True(runs["damon"].Find("workload.pages_elsewhere")!.Value > 0);
        Assert.Equal(0, runs["damon"].Find("vmstat.numa_pte_updates")!.Value);
        Assert.True(runs["damon"].Find("threads.kdamond")!.Value > 0);
        Assert.Equal(0, runs["tiering"].Find("threads.kdamond")!.Value);
        Assert.Contains(runs["damon"].Proofs, proof => proof is { Setting: "damon=promote", Acted: true });
        RunRecord later = await guests.ShellAsync("echo \"{\\\"metrics\\\":{\\\"threads\\\":$(busybox cat /sys/kernel/mm/damon/admin/kdamonds/nr_kdamonds)}}\"");
        Assert.Equal(0, later.Find("workload.threads")!.Value);
    }

    [Fact]
    public async Task A_table_larger_than_the_fast_node_moves_both_ways_and_one_that_fits_is_invalid()
    {
        Dictionary<string, RunRecord> runs = await guests.RunAsync("migrc-xsbench", new() { ["lookups"] = "60000" });
        Assert.All(runs, run => Assert.True(run.Value.State == RunState.Done, $"{run.Key}: {run.Value.Why}"));
        Assert.Equal(0, runs["off"].Find("vmstat.pgmigrate_success")!.Value);
        Assert.True(runs["tiering"].Find("vmstat.pgpromote_success")!.Value > 0);

        Dictionary<string, RunRecord> small = await guests.RunAsync("migrc-xsbench", new() { ["pages"] = "2048", ["lookups"] = "10000" }, "tiering");
        Assert.Equal(RunState.Invalid, small["tiering"].State);
        Assert.Contains("pgpromote_success stayed 0", small["tiering"].Why, StringComparison.Ordinal);
    }

    /// <summary>A guest for each kernel, with two tiers, booted at its first run.</summary>
    public sealed class Guests : IAsyncLifetime, IDisposable
    {
        private static readonly MachineShape Machine = new()
        {
            Nodes =
            [
                new NodeShape { MemoryMiB = 256, Cpus = 2, LatencyNs = 90, BandwidthMiBps = 40000 },
                new NodeShape { MemoryMiB = 512, Cpus = 0, LatencyNs = 250, BandwidthMiBps = 20000 },
            ],
        };

        private readonly Dictionary<string, ITarget> targets = [];
        private readonly VmBed bed = new();

        public Task InitializeAsync() => Task.CompletedTask;

        /// <summary>One run of each arm of a plan that has a guest, judged as a session judges it.</summary>
        internal async Task<Dictionary<string, RunRecord>> RunAsync(
            string name, Dictionary<string, string> parameters, string? only = null, double timelineSeconds = 1)
        {
            Folders real = Folders.FromEnvironment();
            LoadedPlan loaded = new PlanCatalog(real, new Vocabulary(WorkloadCatalog.List(real), KnobCatalog.Names, MachineCatalog.Names(real))).Load(name);
            Dictionary<string, string> all = new(loaded.Plan.Parameters);
            foreach ((string parameter, string value) in parameters) all[parameter] = value;
            Arm[] arms = [.. loaded.Plan.Arms.Where(arm => arm.Target.StartsWith("vm:", StringComparison.Ordinal) && (only is null || only == arm.Name))];
            Dictionary<string, RunRecord> records = [];
            SessionRunner runner = new(bed.Folders, async arm => new Shared(await TargetAsync(arm.Target)), record => records[record.Request.Arm] = record, new Silent());
            await runner.RunAsync(loaded with { Plan = loaded.Plan with { Arms = arms, Parameters = all, Pairs = 1, Machine = Machine, TimelineSeconds = timelineSeconds } }, CancellationToken.None);
            return records;
        }

        /// <summary>A run of shell commands in the guest of 6.12.</summary>
        internal async Task<RunRecord> ShellAsync(string commands) =>
            await (await TargetAsync("vm:6.12")).RunAsync(
                VmBed.Shell(commands) with { MetricUnits = new Dictionary<string, string> { ["threads"] = "threads" } }, bed.Logs, CancellationToken.None);

        public async Task DisposeAsync()
        {
            foreach (ITarget target in targets.Values) await target.DisposeAsync();
        }

        public void Dispose() => bed.Dispose();

        // With the shipped workload programs beside the shell.
        private async Task<ITarget> TargetAsync(string name)
        {
            if (targets.TryGetValue(name, out ITarget? target)) return target;
            foreach (string program in Directory.EnumerateFiles(Folders.FromEnvironment().Programs))
                File.Copy(program, Path.Combine(bed.Folders.Programs, Path.GetFileName(program)), overwrite: true);
            return targets[name] = await bed.OpenAsync(name["vm:".Length..], bed.Options with { Machine = Machine });
        }
    }

    /// <summary>A guest that outlives the session.</summary>
    private sealed class Shared(ITarget target) : ITarget
    {
        public string Name => target.Name;

        public Task<RunRecord> RunAsync(RunRequest request, string logs, CancellationToken cancel) => target.RunAsync(request, logs, cancel);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Silent : ISessionProgress
    {
        public void Opened(Manifest manifest)
        {
        }

        public void Started(RunProgress progress)
        {
        }

        public void Finished(RunProgress progress, RunRecord record)
        {
        }

        public void Notice(string line)
        {
        }
    }
}
