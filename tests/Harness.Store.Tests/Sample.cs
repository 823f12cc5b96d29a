using Harness.Records;

namespace Harness.Store.Tests;

internal static class Sample
{
    public static Manifest Manifest(string session, string plan = "migrate-batching", int runs = 4) => new()
    {
        Session = session,
        Plan = plan,
        Title = "title",
        Command = "./run.sh run p",
        PlanText = "title: title\n",
        PlanChecksum = "00",
        Created = DateTimeOffset.UnixEpoch,
        Arms = [new ManifestArm("before", "vm:6.1"), new ManifestArm("after", "vm:6.12")],
        Counters = [new JudgedCounter("interrupts.TLB", Better.Lower)],
        Runs = [.. Enumerable.Range(0, runs).Select(i => new ManifestRun
        {
            Sequence = i, Pair = i / 2, Arm = i % 2 == 0 ? "before" : "after", Seed = 1, State = RunState.Done, Record = $"runs/{i:000}.json",
        })],
    };

    public static RunRecord Record(string session, int sequence, double tlb = 8096, Origin origin = Origin.Emulated) => new()
    {
        Request = new RunRequest
        {
            Session = session,
            Plan = "migrate-batching",
            Arm = sequence % 2 == 0 ? "before" : "after",
            Pair = sequence / 2,
            Sequence = sequence,
            Seed = 1,
            Workload = "migrate-pingpong",
            Parameters = new Dictionary<string, string> { ["pages"] = "1024" },
            Command = new WorkloadCommand { Program = "migrate-pingpong", Arguments = [] },
            MetricUnits = new Dictionary<string, string>(),
            DeadlineSeconds = 10,
        },
        Target = "vm:6.1",
        Origin = origin,
        State = RunState.Done,
        Started = DateTimeOffset.UnixEpoch,
        WindowSeconds = 0.5,
        Counters =
        [
            new Counter { Name = "interrupts.TLB", Unit = "interrupts", Value = tlb, PerCpu = [1, tlb - 1] },
            new Counter { Name = "perf.dTLB-load-misses", Unit = "events", Trust = CounterTrust.Unsupported, Note = "no PMU" },
        ],
    };

    public static HostDescription Host(string kernel) => new()
    {
        KernelRelease = kernel, CommandLine = "", CpuModel = "cpu", Cpus = [0], Nodes = [],
    };

    public static FittedConstants Constants(int day) => new()
    {
        Origin = Origin.Emulated,
        Fitted = new DateTimeOffset(2026, 11, day, 1, 2, 3, TimeSpan.Zero),
        Model = "build",
        Method = "method",
        Cpus = [],
        HostCores = 2,
        Kernels = [],
        Sessions = [],
        Constants = [],
        Wmape = new FittedErrors(1, 0.5, 0.6, null),
    };
}
