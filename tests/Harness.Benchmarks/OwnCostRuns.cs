using System.Globalization;
using Harness.Host.Runs;
using Harness.Records;

namespace Harness.Benchmarks;

/// <summary>
/// What share of one CPU does the harness take in a real run's window, without a timeline and with one? The workload keeps one CPU busy; the
/// figures are those of the run's own record.
/// </summary>
internal static class OwnCostRuns
{
    private const string Program = "busy";
    private static readonly double[] Intervals = [0, 1, 0.1, 0.01];

    private static readonly string[] Counters =
    [
        "interrupts.TLB", "interrupts.CAL", "vmstat.pgmigrate_success", "vmstat.numa_pte_updates", "vmstat.numa_hint_faults",
        "vmstat.pgpromote_success", "node0.vmstat.pgdemote_kswapd", "node0.numastat.numa_hit", "perf.page-faults", "perf.context-switches",
    ];

    /// <summary>Runs once at each interval and prints a row for each.</summary>
    /// <param name="seconds">Length of a window.</param>
    public static async Task PrintAsync(int seconds)
    {
        string home = Directory.CreateTempSubdirectory("harness-own-cost-").FullName;
        try
        {
            string workload = Path.Combine(home, Program);
            await File.WriteAllTextAsync(workload, $$$"""
                #!/bin/sh
                echo ready
                read go
                timeout {{{seconds}}} sh -c 'while :; do :; done'
                echo '{"metrics":{}}'
                read end
                exit 0

                """);
            File.SetUnixFileMode(workload, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Folders folders = Folders.FromEnvironment() with { Home = home, Programs = home };
            Console.WriteLine("| Interval | Window | Harness | Its timeline | per tick | Missed | Switches | Allocated | Collections | Compiled |");
            Console.WriteLine("|---------:|-------:|--------:|-------------:|---------:|-------:|---------:|----------:|------------:|---------:|");
            foreach (double interval in Intervals) Print(await HostRun.ExecuteAsync(Request(interval, seconds), folders, "local", Origin.Measured, default));
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static void Print(RunRecord run)
    {
        OwnCost cost = run.OwnCost!;
        double sampler = cost.SamplerCpuSeconds ?? 0, ticks = Math.Max(1, cost.TimerInterrupts ?? 1);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {run.Request.TimelineSeconds} s | {run.WindowSeconds:F1} s | {cost.CpuSeconds / run.WindowSeconds:P3} | {sampler / run.WindowSeconds:P4} "
            + $"| {sampler / ticks * 1e6:F0} us | {run.Timeline?.MissedTicks ?? 0} of {run.Timeline?.MissedTicks + cost.TimerInterrupts ?? 0} "
            + $"| {cost.VoluntarySwitches + cost.InvoluntarySwitches} | {cost.AllocatedBytes} B | {cost.Collections} | {cost.MethodsCompiled} |"));
    }

    private static RunRequest Request(double interval, int seconds) => new()
    {
        Session = "own-cost",
        Plan = "own-cost",
        Arm = "only",
        Pair = 0,
        Sequence = 0,
        Seed = 1,
        Workload = Program,
        Parameters = new Dictionary<string, string>(),
        Command = new WorkloadCommand { Program = Program, Arguments = [], Handshake = true },
        MetricUnits = new Dictionary<string, string>(),
        Events = ["page-faults", "context-switches"],
        TimelineSeconds = interval,
        TimelineCounters = Counters,
        DeadlineSeconds = seconds + 60,
    };
}
