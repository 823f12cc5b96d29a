using Harness.Records;

namespace Harness.Analysis.Tests;

/// <summary>Run records made by hand.</summary>
internal static class Runs
{
    public static readonly JudgedCounter Tlb = new("interrupts.TLB", Better.Lower);
    public static readonly JudgedCounter Migrated = new("vmstat.pgmigrate_success", Better.Higher);
    public static readonly JudgedCounter Elapsed = new("workload.elapsed", Better.Lower);

    public static Counter Count(string name, double? value) => new() { Name = name, Unit = "interrupts", Value = value };

    public static Counter Seconds(double value) => new() { Name = "workload.elapsed", Unit = "s", Value = value };

    public static RunRecord Run(string arm, int pair, params Counter[] counters) => new()
    {
        Request = new RunRequest
        {
            Session = "s1",
            Plan = "migrate-batching",
            Arm = arm,
            Pair = pair,
            Sequence = (2 * pair) + ((arm == "after") == (pair % 2 == 0) ? 1 : 0),
            Seed = 1,
            Workload = "migrate-pingpong",
            Parameters = new Dictionary<string, string>(),
            Command = new WorkloadCommand { Program = "migrate-pingpong", Arguments = [] },
            MetricUnits = new Dictionary<string, string>(),
            DeadlineSeconds = 60,
        },
        Target = "vm:" + arm,
        Origin = Origin.Emulated,
        State = RunState.Done,
        Started = DateTimeOffset.UnixEpoch.AddMinutes(pair),
        WindowSeconds = 1,
        Counters = counters,
    };

    /// <summary>Pairs of one counter: the same number of values before and after.</summary>
    public static List<RunRecord> Pairs(string name, double[] before, double[] after, string unit = "interrupts")
    {
        List<RunRecord> runs = [];
        for (int i = 0; i < before.Length; i++)
        {
            runs.Add(Run("before", i, new Counter { Name = name, Unit = unit, Value = before[i] }));
            runs.Add(Run("after", i, new Counter { Name = name, Unit = unit, Value = after[i] }));
        }
        return runs;
    }

    public static ComparisonRow Only(List<RunRecord> runs, JudgedCounter counter, JudgingRules? rules = null) =>
        Assert.Single(Comparison.Of(runs, "before", "after", [counter], rules).Rows);
}
