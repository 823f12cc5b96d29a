using Harness.Records;

namespace Harness.Analysis.Tests;

/// <summary>Nights made by hand: one arm, one counter unless a test adds more.</summary>
internal sealed class Nights
{
    private static readonly DateTimeOffset First = new(2026, 1, 1, 1, 0, 0, TimeSpan.Zero);

    private readonly List<Manifest> manifests = [];
    private readonly Dictionary<string, List<RunRecord>> records = [];

    public JudgedCounter Counter { get; init; } = Runs.Tlb;

    public string Unit { get; init; } = "interrupts";

    /// <summary>The environment of the nights to come.</summary>
    public Dictionary<string, string> Environment { get; set; } = new() { ["kernel.release"] = "6.12.1", ["cpu.model"] = "x" };

    public string Target { get; set; } = "vm:6.12";

    /// <summary>Adds a night of one run for each value.</summary>
    public Nights Add(params double[] runs) => Add(null, runs);

    /// <summary>The same with the reason for which its level was accepted.</summary>
    public Nights Add(string? accepted, double[] runs) =>
        Add([.. runs.Select((value, pair) => Run(pair, value))], accepted);

    /// <summary>Adds a night of such records.</summary>
    public Nights Add(List<RunRecord> runs, string? accepted = null)
    {
        string id = $"night-{manifests.Count}";
        manifests.Add(new Manifest
        {
            Session = id,
            Plan = "p",
            Title = "p",
            Command = "c",
            PlanText = "",
            PlanChecksum = "",
            Created = First.AddDays(manifests.Count),
            Arms = [new("after", Target)],
            Counters = [Counter],
            Runs = [.. runs.Select((run, at) => new ManifestRun { Sequence = at, Pair = at, Arm = "after", Seed = 1, State = run.State })],
            Box = "box",
            Nightly = true,
            Accepted = accepted,
        });
        records[id] = runs;
        return this;
    }

    /// <summary>So many nights alike.</summary>
    public Nights Times(int count, params double[] runs)
    {
        for (int i = 0; i < count; i++) Add(runs);
        return this;
    }

    public RunRecord Run(int pair, double? value, CounterTrust trust = CounterTrust.Counted) =>
        Runs.Run("after", pair, new Counter { Name = Counter.Name, Unit = Unit, Value = value, Trust = trust }) with
        {
            Target = Target,
            Environment = new Dictionary<string, string>(Environment),
        };

    public PlanHistory Judge(int? upTo = null) => HistoryJudge.Judge([.. manifests.Take(upTo ?? manifests.Count)], night => records[night.Session]);

    /// <summary>The one series.</summary>
    public CounterHistory Series(int? upTo = null) => Assert.Single(Judge(upTo).Series);

    public HistoryVerdict Verdict => Series().Verdict;
}
