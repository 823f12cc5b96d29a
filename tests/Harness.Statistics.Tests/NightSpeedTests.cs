using System.Diagnostics;
using System.Globalization;
using Harness.Analysis;
using Harness.Analysis.Tests;
using Harness.Records;

namespace Harness.Statistics.Tests;

/// <summary>What does it cost to go through a whole history each night?</summary>
public sealed class NightSpeedTests
{
    private const int Nights = 400;
    private const int Counters = 10;

    private static readonly string[] Arms = ["before", "after"];

    [Fact]
    public void A_year_of_a_plan_with_20_series_is_judged_whole()
    {
        SeededRandom random = new(36);
        JudgedCounter[] counters = [.. Enumerable.Range(0, Counters).Select(i => new JudgedCounter($"c{i}", Better.Lower))];
        Dictionary<string, RunRecord[]> records = [];
        List<Manifest> nights = [];
        for (int night = 0; night < Nights; night++)
        {
            nights.Add(Night(night, counters));
            records[nights[^1].Session] = [.. Arms.Select(arm => Run(arm, counters, random))];
        }
        Stopwatch watch = Stopwatch.StartNew();
        PlanHistory history = HistoryJudge.Judge(nights, night => records[night.Session]);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"figure: {Nights} nights of {Arms.Length * Counters} series judged anew in {watch.Elapsed.TotalMilliseconds:0} ms"));
        Assert.Equal(Arms.Length * Counters, history.Series.Count);
        Assert.All(history.Series, series => Assert.Equal(Nights, series.Values.Count));
    }

    private static Manifest Night(int night, JudgedCounter[] counters) => new()
    {
        Session = night.ToString(CultureInfo.InvariantCulture),
        Plan = "p",
        Title = "p",
        Command = "c",
        PlanText = "",
        PlanChecksum = "",
        Created = DateTimeOffset.UnixEpoch.AddDays(night),
        Arms = [.. Arms.Select(arm => new ManifestArm(arm, "local"))],
        Counters = counters,
        Runs = [.. Arms.Select((arm, at) => new ManifestRun { Sequence = at, Pair = 0, Arm = arm, Seed = 1, State = RunState.Done })],
    };

    private static RunRecord Run(string arm, JudgedCounter[] counters, SeededRandom random)
    {
        RunRecord made = MadeUpHost.Record(0, arm == "after", 0, [.. counters.Select(counter =>
            new Counter { Name = counter.Name, Unit = "s", Value = Math.Exp(0.02 * random.Normal()) })]);
        return made with { Environment = new Dictionary<string, string> { ["kernel.release"] = "6.12", ["cpu.model"] = "x" } };
    }
}
