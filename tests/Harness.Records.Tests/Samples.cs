namespace Harness.Records.Tests;

internal static class Samples
{
    public static RunRecord Record() => new()
    {
        Request = Request(),
        Target = "vm:6.1",
        Origin = Origin.Emulated,
        Caution = "functional: counts, not hardware time",
        State = RunState.Done,
        Started = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        WindowSeconds = 0.25,
        Host = new HostDescription
        {
            KernelRelease = "6.1.0-56-cloud-amd64",
            CommandLine = "console=ttyS0 \"quoted\"",
            CpuModel = "QEMU TCG CPU",
            Hypervisor = "tcg",
            Cpus = [0, 1],
            Nodes = [new NodeDescription { Id = 0, Cpus = [0, 1], MemoryKiB = 500000, Distances = [10, 20], Tier = 4 }],
        },
        KnobsInForce = [new KnobSetting("numa_balancing", "0")],
        Checksum = "5710876e9ed65bc9",
        Counters =
        [
            new Counter { Name = "interrupts.TLB", Unit = "interrupts", Value = 8096, PerCpu = [0, 8096] },
            new Counter { Name = "perf.dTLB-load-misses", Unit = "events", Trust = CounterTrust.Unsupported, Note = "no hardware PMU" },
        ],
        OwnCost = new OwnCost { CpuSeconds = 0.01, GcPauseSeconds = 0, AllocatedBytes = 4096 },
    };

    public static RunRequest Request() => new()
    {
        Session = "20260102T030405Z-migrate-batching",
        Plan = "migrate-batching",
        Arm = "before",
        Pair = 0,
        Sequence = 1,
        Seed = ulong.MaxValue,
        Workload = "migrate-pingpong",
        Parameters = new Dictionary<string, string> { ["pages"] = "1024" },
        Command = new WorkloadCommand { Program = "migrate-pingpong", Arguments = ["--pages=1024"], Handshake = true },
        MetricUnits = new Dictionary<string, string> { ["elapsed"] = "s" },
        Knobs = [new KnobSetting("numa_balancing", "0")],
        Events = ["tlb:tlb_flush"],
        DeadlineSeconds = 120,
    };

    public static Manifest Manifest() => new()
    {
        Session = "s",
        Plan = "p",
        Title = "t",
        Command = "./run.sh run p",
        PlanText = "title: t\n",
        PlanChecksum = "00",
        Created = DateTimeOffset.UnixEpoch,
        Arms = [new ManifestArm("before", "vm:6.1"), new ManifestArm("after", "vm:6.12")],
        Counters = [new JudgedCounter("interrupts.TLB", Better.Lower, PerCpu: true)],
        Runs = [new ManifestRun { Sequence = 0, Pair = 0, Arm = "before", Seed = 7, State = RunState.Failed, Failures = 1, Why = "w", Record = "runs/000-before.json" }],
    };
}
