using Harness.Records;

namespace Harness.Analysis.Tests;

/// <summary>Over many made-up sessions of 10 pairs: how often does a comparison raise a false alarm, and how often does it find what is there?</summary>
public sealed class SimulationTests
{
    private const int Sessions = 2000;
    private const int Pairs = 10;

    private static readonly bool[] Interleaved = [.. Enumerable.Range(0, 2 * Pairs).Select(run => run % 4 is 1 or 2)];
    private static readonly bool[] OneAfterTheOther = [.. Enumerable.Range(0, 2 * Pairs).Select(run => run >= Pairs)];

    [Fact]
    public void Without_a_change_interleaved_runs_on_drifting_hardware_flag_about_5_percent() =>
        Assert.InRange(Flagged(Interleaved, effect: 0, noise: 0.01, seed: 11), 0.02, 0.08);

    [Fact]
    public void Without_a_change_all_before_then_all_after_would_flag_far_more() =>
        Assert.True(Flagged(OneAfterTheOther, effect: 0, noise: 0.01, seed: 12) > 0.25);

    [Fact]
    public void A_real_rise_of_4_5_percent_at_3_percent_noise_is_found_in_80_percent_of_sessions() =>
        Assert.InRange(Flagged(Interleaved, effect: 0.045, noise: 0.03, seed: 13), 0.8, 0.95);

    [Fact]
    public void Ten_counters_without_a_change_raise_one_false_alarm_in_about_5_percent_of_sessions()
    {
        SeededRandom random = new(14);
        JudgedCounter[] counters = [.. Enumerable.Range(0, 10).Select(i => new JudgedCounter("c" + i, Better.Lower))];
        int alarms = 0;
        const int sessions = 400;
        for (int session = 0; session < sessions; session++)
        {
            List<RunRecord> runs = [];
            for (int run = 0; run < 2 * Pairs; run++)
            {
                Counter[] values = [.. counters.Select(c => new Counter { Name = c.Name, Unit = "s", Value = Math.Exp(0.02 * random.Normal()) })];
                runs.Add(Runs.Run(Interleaved[run] ? "after" : "before", run / 2, values));
            }
            if (Comparison.Of(runs, "before", "after", counters).Rows.Any(IsChange)) alarms++;
        }
        Assert.InRange(alarms / (double)sessions, 0.02, 0.08);
    }

    [Fact]
    public void The_number_of_further_pairs_that_is_announced_settles_it_in_most_sessions()
    {
        SeededRandom random = new(15);
        double[] Values(int n, double level) => [.. Enumerable.Range(0, n).Select(_ => level * Math.Exp(0.03 * random.Normal()))];
        int settled = 0;
        int tried = 0;
        while (tried < 300)
        {
            PairedChange seen = PairedChange.Of(Values(10, 100), Values(10, 102), 0.05, isCount: false);
            if (seen.P < 0.05 || MorePairs.Needed(seen, 0.05, JudgingRules.Default) is not int more) continue;
            tried++;
            // the announcement holds for pairs like those seen, so the further ones are drawn with the centre and spread seen
            double sigma = seen.Deviation / Math.Sqrt(2);
            int n = seen.Pairs + more;
            double[] before = [.. Enumerable.Range(0, n).Select(_ => Math.Exp(sigma * random.Normal()))];
            double[] after = [.. Enumerable.Range(0, n).Select(_ => Math.Exp(seen.Centre + (sigma * random.Normal())))];
            if (Runs.Only(Runs.Pairs("c", before, after, "s"), new JudgedCounter("c", Better.Lower)).Verdict != Verdict.Undecided) settled++;
        }
        Assert.InRange(settled / (double)tried, 0.7, 1.0);
    }

    private static double Flagged(bool[] isAfter, double effect, double noise, ulong seed)
    {
        SeededRandom random = new(seed);
        int flagged = 0;
        for (int session = 0; session < Sessions; session++)
        {
            double drift = 0;
            int before = 0;
            int after = 0;
            List<RunRecord> runs = [];
            foreach (bool second in isAfter)
            {
                drift += 0.007 * random.Normal();
                double value = 10 * Math.Exp(drift + (noise * random.Normal())) * (second ? 1 + effect : 1);
                runs.Add(Runs.Run(second ? "after" : "before", second ? after++ : before++, Runs.Seconds(value)));
            }
            if (IsChange(Runs.Only(runs, Runs.Elapsed))) flagged++;
        }
        return flagged / (double)Sessions;
    }

    private static bool IsChange(ComparisonRow row) => row.Verdict is Verdict.Improved or Verdict.Regressed;
}
