using Harness.Records;

namespace Harness.Reports.Tests;

/// <summary>A made-up session: two kernels in guests and the model, the shape of the main job's.</summary>
internal static class Sessions
{
    public static readonly JudgedCounter[] Counters =
    [
        new("interrupts.TLB", Better.Lower, PerCpu: true),
        new("trace.tlb:tlb_flush", Better.Lower),
        new("trace.tlb:tlb_flush/remote_ipi_send", Better.Lower),
        new("trace.tlb:tlb_flush/local_mm_shootdown", Better.Lower),
        new("vmstat.pgmigrate_success", Better.Higher),
        new("workload.pages_per_second", Better.Higher),
        new("workload.elapsed", Better.Lower),
    ];

    public static SessionReport Report(List<RunRecord> records, string title = "Migrate anonymous folios to and fro: 6.1 against 6.12") =>
        new(records, "before", "after", Counters) { Title = title, Source = "a patch letter", Command = "./run.sh run migrate-batching --pairs 4" };

    public static List<RunRecord> MeasuredAndModelled(int pairs = 4, int cpus = 4) =>
        [.. Measured(pairs, cpus), .. Measured(pairs, cpus).Select(Model)];

    public static List<RunRecord> Measured(int pairs, int cpus = 4)
    {
        List<RunRecord> runs = [];
        for (int pair = 0; pair < pairs; pair++)
        {
            bool swapped = pair % 2 == 1;
            runs.Add(Run("before", pair, 2 * pair + (swapped ? 1 : 0), cpus));
            runs.Add(Run("after", pair, 2 * pair + (swapped ? 0 : 1), cpus));
        }
        return runs;
    }

    /// <summary>Three pairs; before, mode 2 did not act in the last two, after it did.</summary>
    public static List<RunRecord> WithProofs() => [.. Measured(3).Select(run =>
    {
        bool broken = run.Request is { Arm: "before", Pair: > 0 };
        string scan = broken ? "numa_balancing=2 did not act: one tier" : "numa_pte_updates +33,012";
        string promotion = broken ? "the plan's mustMove is not met: pgpromote_success stayed 0" : "pgpromote_success +15,942";
        return run with
        {
            State = broken ? RunState.Invalid : RunState.Done,
            Why = broken ? $"{scan}; {promotion}" : null,
            Proofs =
            [
                new ModeProof { Setting = "numa_balancing=2", Expected = ["vmstat.numa_pte_updates"], Acted = !broken, Why = scan },
                new ModeProof { Setting = "plan", Expected = ["vmstat.pgpromote_success"], Acted = !broken, Why = promotion },
            ],
        };
    })];

    private static RunRecord Run(string arm, int pair, int sequence, int cpus)
    {
        bool before = arm == "before";
        double jitter = 1 + (0.004 * ((sequence * 7 % 5) - 2));
        double[] perCpu = [.. Enumerable.Range(0, cpus).Select(cpu => Math.Round((before ? 65536.0 : 160) * jitter / cpus * (1 + (0.01 * cpu))))];
        double seconds = (before ? 9.4 : 6.1) * (1 + (0.01 * ((sequence * 3 % 7) - 3)));
        return new RunRecord
        {
            Request = new RunRequest
            {
                Session = "20250101-000000",
                Plan = "migrate-batching",
                Arm = arm,
                Pair = pair,
                Sequence = sequence,
                Seed = 7,
                Workload = "migrate-pingpong",
                Parameters = new Dictionary<string, string> { ["threads"] = "3", ["rounds"] = "8" },
                Command = new WorkloadCommand { Program = "migrate-pingpong", Arguments = [] },
                MetricUnits = new Dictionary<string, string>(),
                DeadlineSeconds = 60,
            },
            Target = before ? "vm:6.1" : "vm:6.12",
            Origin = Origin.Emulated,
            Caution = "software emulation: counts are functional, times are not hardware times",
            State = RunState.Done,
            Started = DateTimeOffset.UnixEpoch.AddMinutes(sequence),
            WindowSeconds = seconds,
            Host = Host(before ? "6.1.0-56-cloud-amd64" : "6.12.117+deb12-cloud-amd64", cpus),
            KnobsInForce = [new KnobSetting("numa_balancing", "0")],
            Checksum = "9f3a",
            OwnCost = new OwnCost { CpuSeconds = 0.02, GcPauseSeconds = 0, AllocatedBytes = 120_000 },
            Counters =
            [
                new Counter { Name = "interrupts.TLB", Unit = "interrupts", Value = perCpu.Sum(), PerCpu = perCpu },
                new Counter { Name = "trace.tlb:tlb_flush", Unit = "events", Value = Math.Round((before ? 87_000 : 420) * jitter) },
                new Counter { Name = "trace.tlb:tlb_flush/remote_ipi_send", Unit = "events", Value = Math.Round((before ? 21_846 : 54) * jitter) },
                new Counter { Name = "trace.tlb:tlb_flush/local_mm_shootdown", Unit = "events", Value = before ? 12 : sequence % 3 },
                new Counter { Name = "vmstat.pgmigrate_success", Unit = "pages", Value = 21_846 },
                new Counter { Name = "workload.pages_per_second", Unit = "pages/s", Value = 21_846 / seconds },
                new Counter { Name = "workload.elapsed", Unit = "s", Value = seconds },
            ],
        };
    }

    private static HostDescription Host(string release, int cpus) => new()
    {
        KernelRelease = release,
        CommandLine = "console=ttyS0 panic=-1",
        CpuModel = "QEMU Virtual CPU",
        Hypervisor = "tcg",
        Cpus = [.. Enumerable.Range(0, cpus)],
        Nodes =
        [
            new NodeDescription { Id = 0, Cpus = [.. Enumerable.Range(0, cpus)], MemoryKiB = 1_000_000, Distances = [10, 20], Tier = 4 },
            new NodeDescription { Id = 1, Cpus = [], MemoryKiB = 1_048_576, Distances = [20, 10], Tier = 4 },
        ],
    };

    private static RunRecord Model(RunRecord run) => run with
    {
        Target = run.Request.Arm == "before" ? "model:6.1" : "model:6.12",
        Origin = Origin.Modelled,
        Caution = "no cost is calibrated",
        Host = null,
        OwnCost = null,
        KnobsInForce = [],
        Counters =
        [
            .. run.Counters.Where(counter => counter.Name != "trace.tlb:tlb_flush/local_mm_shootdown")
                .Select(counter => counter with { Value = Math.Round(counter.Value!.Value * 1.05, 3), PerCpu = null }),
        ],
    };
}
