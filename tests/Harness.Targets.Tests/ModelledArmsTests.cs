using Harness.Model;
using Harness.Records;

namespace Harness.Targets.Tests;

/// <summary>Do fitted constants reach the model, and do the runs of a fit say what a prediction says?</summary>
public sealed class ModelledArmsTests
{
    private static readonly MachineShape Guest = new()
    {
        Nodes =
        [
            new NodeShape { MemoryMiB = 512, Cpus = 4, LatencyNs = 90, BandwidthMiBps = 40_000 },
            new NodeShape { MemoryMiB = 512, Cpus = 0, LatencyNs = 250, BandwidthMiBps = 20_000 },
        ],
    };

    [Fact]
    public void Every_free_constant_changes_the_machine_and_only_what_it_names()
    {
        Machine machine = Machine.Emulated(2, [new MemoryNode(90)], 2);
        foreach (FreeConstant constant in FreeConstants.All)
        {
            double assumed = constant.Of(machine);
            Assert.True(assumed > 0 && constant.Least < 1 && constant.Most > 1, constant.Name);
            Assert.NotEqual(machine, constant.Set(machine, assumed * constant.Most));
            foreach (FreeConstant other in FreeConstants.All.Where(other => other != constant))
                Assert.Equal(other.Of(machine), other.Of(constant.Set(machine, assumed * constant.Most)));
        }
        Assert.Equal(FreeConstants.All.Count, FreeConstants.All.Select(constant => constant.Name).Distinct().Count());
    }

    [Fact]
    public async Task The_mean_over_the_seeds_is_that_of_the_predictions()
    {
        RunRecord[] measured = [Run(pair: 0, seed: 5), Run(pair: 1, seed: 6)];
        ModelledArms arms = new([new MeasuredSession("p", null, "s", Guest, measured)]);
        SessionArm after = new("p", null, "after");
        IReadOnlyList<RunRecord> predicted = await Prediction.OfAsync(measured, Guest, constants: null, default);
        double mean = predicted.Average(run => run.Find("interrupts.TLB")!.Value!.Value);
        Assert.Equal(mean, arms.Means(new Dictionary<string, double>(), [after], default)[(after, "interrupts.TLB")], 6);
        Assert.Empty(arms.Means(new Dictionary<string, double>(), [after with { Shape = "other" }], default));
    }

    [Fact]
    public async Task Fitted_constants_are_used_for_runs_of_their_origin_and_named_in_the_caution()
    {
        RunRecord[] measured = [Run(pair: 0, seed: 5)];
        FittedConstants slow = Fitted("copy", 1e6);
        RunRecord assumed = (await Prediction.OfAsync(measured, Guest, constants: null, default))[0];
        RunRecord fitted = (await Prediction.OfAsync(measured, Guest, slow, default))[0];
        Assert.True(fitted.WindowSeconds > 2 * assumed.WindowSeconds);
        Assert.Contains("fitted to measured runs: 2026-02-01", fitted.Caution, StringComparison.Ordinal);
        RunRecord other = (await Prediction.OfAsync(measured, Guest, slow with { Origin = Origin.Measured }, default))[0];
        Assert.Equal(assumed.WindowSeconds, other.WindowSeconds);
    }

    [Fact]
    public async Task A_run_on_a_kernel_of_the_model_alone_is_predicted_on_the_machine_of_the_measured_ones()
    {
        RunRecord measured = Run(pair: 0, seed: 5);
        RunRecord luf = measured with { Request = measured.Request with { Arm = "luf" }, Target = "model:6.1", Origin = Origin.Modelled, Host = null };
        IReadOnlyList<RunRecord> predicted = await Prediction.OfAsync([measured, luf], Guest, constants: null, default);
        Assert.Equal(["after", "luf"], predicted.Select(run => run.Request.Arm));
        // one flush a page instead of one a batch, on the same emulated guest
        Assert.True(predicted[1].Find("trace.tlb:tlb_flush")!.Value > 10 * predicted[0].Find("trace.tlb:tlb_flush")!.Value);
        Assert.Equal(predicted[0].Caution, predicted[1].Caution);
        Assert.Empty(await Prediction.OfAsync([luf], Guest, constants: null, default));
    }

    [Fact]
    public void A_guest_has_the_memory_and_the_watermarks_that_its_record_tells()
    {
        RunRecord run = Run(pair: 0, seed: 5);
        NodeDescription left = new() { Id = 0, Cpus = [0, 1, 2, 3], MemoryKiB = 500 * 1024, AvailableKiB = 128 * 1024, Distances = [] };
        RunRecord told = run with
        {
            Host = run.Host! with { Nodes = [left] },
            Environment = new Dictionary<string, string> { ["memory.min_free_kbytes"] = "2806" },
        };
        Machine asked = Prediction.SetupOf(run, Guest)!.Machine;
        Machine machine = Prediction.SetupOf(told, Guest)!.Machine;
        Assert.Equal((512 * 256, (int?)null), (asked.Nodes[0].Pages, asked.MinFreeKilobytes));
        Assert.Equal((128 * 256, 512 * 256, 2806), (machine.Nodes[0].Pages, machine.Nodes[1].Pages, machine.MinFreeKilobytes));
    }

    [Fact]
    public async Task Constants_of_another_version_are_refused_by_name()
    {
        UsageException refused = await Assert.ThrowsAsync<UsageException>(() => Prediction.OfAsync([Run(0, 5)], Guest, Fitted("warp", 1), default));
        Assert.Contains("no free constant 'warp'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sessions_that_the_model_cannot_run_are_refused() =>
        Assert.Throws<UsageException>(() => new ModelledArms([new MeasuredSession("p", null, "s", Guest, [Run(0, 5) with { State = RunState.Failed }])]));

    private static FittedConstants Fitted(string name, double value) => new()
    {
        Origin = Origin.Emulated,
        Fitted = new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero),
        Model = "m",
        Method = "m",
        Cpus = [],
        HostCores = 2,
        Kernels = [],
        Sessions = [],
        Constants =
        [
            new FittedConstant { Name = name, Unit = "ns", Value = value, Assumed = 1, Low = 1, High = 2 },
            new FittedConstant { Name = "never-heard-of", Unit = "ns", Value = 1, Assumed = 1, Untold = "no row answers to it" },
        ],
        Wmape = new FittedErrors(null, null, null, null),
    };

    private static RunRecord Run(int pair, ulong seed) => new()
    {
        Request = new RunRequest
        {
            Session = "s", Plan = "p", Arm = "after", Pair = pair, Sequence = pair, Seed = seed, Workload = "migrate-pingpong",
            Parameters = new Dictionary<string, string> { ["pages"] = "64", ["rounds"] = "2", ["threads"] = "1" },
            Command = new WorkloadCommand { Program = "migrate-pingpong", Arguments = [] },
            MetricUnits = new Dictionary<string, string>(),
            DeadlineSeconds = 10,
        },
        Target = "vm:6.12",
        Origin = Origin.Emulated,
        State = RunState.Done,
        Started = DateTimeOffset.UnixEpoch,
        WindowSeconds = 1,
        Host = new HostDescription { KernelRelease = "6.12.1", CommandLine = "", CpuModel = "QEMU", Cpus = [0, 1, 2, 3], Nodes = [] },
        Counters = [new Counter { Name = "interrupts.TLB", Unit = "interrupts", Value = 100 }],
    };
}
