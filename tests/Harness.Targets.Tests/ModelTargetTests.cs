using Harness.Records;

namespace Harness.Targets.Tests;

/// <summary>Does the model answer a run request with a record like any other target, and refuse what it cannot predict?</summary>
public sealed class ModelTargetTests
{
    private static readonly MachineShape Machine = new()
    {
        Nodes =
        [
            new NodeShape { MemoryMiB = 512, Cpus = 4, LatencyNs = 100, BandwidthMiBps = 10_000 },
            new NodeShape { MemoryMiB = 512, Cpus = 0, LatencyNs = 250, BandwidthMiBps = 5_000 },
        ],
    };

    [Fact]
    public async Task A_prediction_is_a_done_record_of_modelled_origin_that_names_its_basis()
    {
        await using var target = new ModelTarget("model:6.12", "6.12", Machine, emulated: false);
        RunRequest request = Request([]);
        RunRecord record = await target.RunAsync(request, "", CancellationToken.None);
        Assert.Equal(Origin.Modelled, record.Origin);
        Assert.Equal(RunState.Done, record.State);
        Assert.Equal("model:6.12", record.Target);
        Assert.Same(request, record.Request);
        Assert.Contains("assumed", record.Caution, StringComparison.Ordinal);
        Assert.Null(record.Host);
        Assert.Equal(record.WindowSeconds, record.Find("workload.elapsed")!.Value);
        Assert.Equal(128, record.Find("workload.pages_moved")!.Value);
        Assert.Equal(4, record.Find("interrupts.TLB")!.PerCpu!.Count);
        string[] reasons = ["", "/task_switch", "/remote_shootdown", "/local_shootdown", "/local_mm_shootdown", "/remote_ipi_send"];
        Assert.All(reasons, reason => Assert.Equal("events", record.Find("trace.tlb:tlb_flush" + reason)!.Unit));
        Assert.Equal("pages/s", record.Find("workload.pages_per_second")!.Unit);
        Assert.Equal("pages", record.Find("vmstat.pgmigrate_success")!.Unit);
    }

    [Fact]
    public async Task A_seed_among_the_parameters_wins_over_the_requests_own()
    {
        await using var target = new ModelTarget("model:6.1", "6.1", Machine, emulated: true);
        RunRecord one = await target.RunAsync(Request([]) with { Seed = 3 }, "", CancellationToken.None);
        RunRecord same = await target.RunAsync(Request(new() { ["seed"] = "3" }), "", CancellationToken.None);
        RunRecord other = await target.RunAsync(Request(new() { ["seed"] = "4" }), "", CancellationToken.None);
        Assert.Equal(one.WindowSeconds, same.WindowSeconds);
        Assert.NotEqual(one.WindowSeconds, other.WindowSeconds);
    }

    [Theory]
    [InlineData("pages", "0")]
    [InlineData("pages", "-5")]
    [InlineData("pages", "99999999999999999999")]
    [InlineData("pages", "1e3")]
    [InlineData("rounds", "0")]
    [InlineData("threads", "-1")]
    [InlineData("threads", "1000000")]
    [InlineData("seed", "-1")]
    [InlineData("bind", "everywhere")]
    [InlineData("from", "2")]
    [InlineData("to", "0")]
    public async Task An_absurd_parameter_is_named_in_one_line(string parameter, string value)
    {
        await using var target = new ModelTarget("model:6.1", "6.1", Machine, emulated: false);
        UsageException error = await Assert.ThrowsAsync<UsageException>(() => target.RunAsync(Request(new() { [parameter] = value }), "", CancellationToken.None));
        Assert.Contains(parameter, error.Message, StringComparison.Ordinal);
        Assert.Contains("give", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task Pages_and_rounds_that_are_too_many_only_together_are_refused()
    {
        await using var target = new ModelTarget("model:6.1", "6.1", Machine, emulated: false);
        RunRequest request = Request(new() { ["pages"] = "16000000", ["rounds"] = "100000" });
        await Assert.ThrowsAsync<UsageException>(() => target.RunAsync(request, "", CancellationToken.None));
    }

    [Fact]
    public async Task An_unknown_workload_lists_the_known_ones()
    {
        await using var target = new ModelTarget("model:6.1", "6.1", Machine, emulated: false);
        UsageException error = await Assert.ThrowsAsync<UsageException>(() => target.RunAsync(Request([]) with { Workload = "llama" }, "", CancellationToken.None));
        Assert.Contains("no program for llama", error.Message, StringComparison.Ordinal);
        Assert.Contains("migrate-pingpong", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_profile_lists_the_known_ones()
    {
        UsageException error = Assert.Throws<UsageException>(() => new ModelTarget("model:2.4", "2.4", Machine, emulated: false));
        Assert.All(Model.Profile.Known, known => Assert.Contains(known.Name, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("abench", "share", "50", "give 0")]
    [InlineData("pmbench-like", "huge", "advise", "give never")]
    [InlineData("xsbench-like", "cpus", "0-3", "give any")]
    [InlineData("zap", "node", "0", "give any")]
    [InlineData("llama-stream", "node", "1", "give any")]
    public void What_the_model_does_not_follow_is_refused_with_what_it_takes(string workload, string parameter, string value, string says)
    {
        RunRequest request = Request(new Dictionary<string, string> { [parameter] = value }) with { Workload = workload };
        ModelTarget model = new("model:6.12", "6.12", Machine, emulated: false);
        UsageException error = Assert.Throws<UsageException>(() => model.Start(request));
        Assert.Equal($"model:6.12: workload parameter {parameter} is '{value}', which the model does not follow; {says}", error.Message);
        Assert.False(ModelTarget.Follows(request));
        Assert.True(ModelTarget.Follows(Request([]) with { Workload = workload }));
    }

    [Fact]
    public void A_machine_without_CPUs_is_refused() =>
        Assert.Throws<UsageException>(() => new ModelTarget("model:6.1", "6.1", new MachineShape { Nodes = [] }, emulated: false));

    private static RunRequest Request(Dictionary<string, string> changes)
    {
        Dictionary<string, string> parameters = new() { ["pages"] = "64", ["rounds"] = "2", ["threads"] = "3", ["write"] = "0", ["bind"] = "spread", ["from"] = "0", ["to"] = "1" };
        foreach ((string name, string value) in changes) parameters[name] = value;
        return new RunRequest
        {
            Session = "s", Plan = "p", Arm = "before", Pair = 0, Sequence = 0, Seed = 1, Workload = "migrate-pingpong", Parameters = parameters,
            Command = new WorkloadCommand { Program = "migrate-pingpong", Arguments = [] },
            MetricUnits = new Dictionary<string, string>(), DeadlineSeconds = 60,
        };
    }
}
