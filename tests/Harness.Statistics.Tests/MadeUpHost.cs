using Harness.Analysis;
using Harness.Analysis.Tests;
using Harness.Experiments;
using Harness.Records;

namespace Harness.Statistics.Tests;

/// <summary>
/// A host that exists only as numbers: a level that walks at random or runs away steadily, and single runs that scatter about it. All are
/// shares of the level before, which is 1.
/// </summary>
/// <param name="seed">Seed of everything it does.</param>
internal sealed class MadeUpHost(ulong seed)
{
    private static readonly RunRecord Template = new()
    {
        Request = new RunRequest
        {
            Session = "made up",
            Plan = "made-up",
            Arm = "before",
            Pair = 0,
            Sequence = 0,
            Seed = 1,
            Workload = "none",
            Parameters = new Dictionary<string, string>(),
            Command = new WorkloadCommand { Program = "none", Arguments = [] },
            MetricUnits = new Dictionary<string, string>(),
            DeadlineSeconds = 60,
        },
        Target = "local",
        Origin = Origin.Measured,
        State = RunState.Done,
        Started = DateTimeOffset.UnixEpoch,
        WindowSeconds = 1,
        Counters = [],
    };

    private readonly SeededRandom random = new(seed);
    private ulong sessions = seed << 32;

    /// <summary>Standard deviation of the step of the random walk from run to run.</summary>
    public double Walk { get; init; }

    /// <summary>Steady growth of the level from run to run.</summary>
    public double Trend { get; init; }

    /// <summary>Standard deviation of a single run about the level, of either arm, when it is normal.</summary>
    public double Noise { get; init; }

    /// <summary>What a single run gives at level 1, instead of a normal with that deviation; the effect is then a factor.</summary>
    public Func<SeededRandom, double>? Run { get; init; }

    /// <summary>The counters' unit.</summary>
    public string Unit { get; init; } = "s";

    /// <summary>What the arm after differs by.</summary>
    public double Effect { get; init; }

    /// <summary>How many counters, each with noise of its own about the one level.</summary>
    public int Counters { get; init; } = 1;

    /// <summary>How many of them the arm after changes; all when null.</summary>
    public int? ChangedCounters { get; init; }

    /// <summary>The counters of the plan.</summary>
    public JudgedCounter[] Judged => [.. Enumerable.Range(0, Counters).Select(i => new JudgedCounter("c" + i, Better.Lower))];

    /// <summary>The seeded order of a real session: for each run the pair, and whether it is of the arm after.</summary>
    public IEnumerable<(int Pair, bool After)> Interleaved(int pairs) => SessionOrder.Of(2, pairs, sessions++)
        .SelectMany((arms, pair) => arms.Select(arm => (pair, arm == 1)));

    /// <summary>What people do by hand: all runs of the one, then all of the other.</summary>
    public static IEnumerable<(int Pair, bool After)> OneAfterTheOther(int pairs) =>
        Enumerable.Range(0, 2 * pairs).Select(run => (run % pairs, run >= pairs));

    /// <summary>A session's records.</summary>
    public List<RunRecord> Session(IEnumerable<(int Pair, bool After)> order)
    {
        List<RunRecord> records = [];
        double level = 0;
        foreach ((int pair, bool after) in order)
        {
            level += (Walk * random.Normal()) + Trend;
            Counter[] counters = new Counter[Counters];
            for (int i = 0; i < counters.Length; i++) counters[i] = new() { Name = "c" + i, Unit = Unit, Value = Value(level, after && !(i >= ChangedCounters)) };
            records.Add(Record(pair, after, records.Count, counters));
        }
        return records;
    }

    /// <summary>The comparison of a seeded, interleaved session.</summary>
    public Comparison Compare(int pairs) => Compare(Session(Interleaved(pairs)));

    /// <summary>The comparison of such records.</summary>
    public Comparison Compare(List<RunRecord> records) => Comparison.Of(records, "before", "after", Judged);

    /// <summary>The share of sessions whose comparison has some property.</summary>
    public static Share Of(int sessions, Func<bool> session) =>
        new(Enumerable.Range(0, sessions).Count(_ => session()), sessions);

    /// <summary>True when some row says that something changed.</summary>
    public static bool Flags(Comparison comparison) =>
        comparison.Rows.Any(row => row.Verdict is Verdict.Improved or Verdict.Regressed or Verdict.Changed);

    private double Value(double level, bool changed)
    {
        double effect = changed ? Effect : 0;
        return Math.Exp(level) * (Run is null ? 1 + effect + (Noise * random.Normal()) : Run(random) * (1 + effect));
    }

    public static RunRecord Record(int pair, bool after, int sequence, Counter[] counters) => Template with
    {
        Request = Template.Request with { Arm = after ? "after" : "before", Pair = pair, Sequence = sequence },
        Counters = counters,
    };
}
