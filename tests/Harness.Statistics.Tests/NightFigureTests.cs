using System.Globalization;
using Harness.Analysis;
using Perfolizer.Mathematics.Cpd;

namespace Harness.Statistics.Tests;

/// <summary>
/// How often does a plan's history raise a false alarm, how soon does it find a step, and does a lone night ever pass for one? The judge's
/// constants were chosen on other seeds than these.
/// </summary>
public sealed class NightFigureTests
{
    private const int Quiet = 200;
    private const int Histories = 500;
    private const double Step = 1.05;

    [Theory]
    [InlineData(1, false, 2_000)]
    [InlineData(1, true, 2_000)]
    [InlineData(20, false, 4_000)]    // 200 plans of 20
    [InlineData(20, true, 4_000)]
    [InlineData(5, true, 2_000)]
    public void In_200_quiet_nights_a_plan_raises_at_most_one_false_alarm(int series, bool heavy, int histories)
    {
        MadeUpNights box = new(seed: 8_031, heavy) { Series = series };
        int alarms = 0;
        int changes = 0;
        for (int history = 0; history < histories; history++)
        {
            foreach ((int _, int _, bool alarm) in box.Judge(box.Nights(Quiet, _ => 1)))
            {
                changes++;
                if (alarm) alarms++;
            }
        }
        double plans = (double)histories / series;
        Print($"200 quiet nights, {Noise(heavy)}, {Counters(series)}: {alarms / plans:0.00} false alarms, {changes / plans:0.00} changes of any kind ({plans:N0} plans)");
        Assert.True(changes / plans <= 1);
        // the budget is used, or the level is needlessly strict
        Assert.True(changes / plans >= 0.05);
    }

    [Theory]
    [InlineData(1, false, 0.93)]
    [InlineData(1, true, 0.95)]
    [InlineData(20, false, 0.68)]
    [InlineData(20, true, 0.84)]
    public void A_step_of_5_percent_is_found_within_five_nights(int series, bool heavy, double atLeast)
    {
        foreach (int before in (int[])[10, 30, 60])
        {
            MadeUpNights box = new(seed: 8_032, heavy) { Series = series };
            List<int> taken = [];
            for (int history = 0; history < Histories * 2; history++)
            {
                double[] nights = box.Nights(before + 40, night => night < before ? 1 : Step);
                int found = box.Judge(nights).Where(change => change.FoundAt >= before && change.Alarm).Select(change => change.FoundAt).FirstOrDefault(-1);
                taken.Add(found < 0 ? int.MaxValue : found - before + 1);
            }
            taken.Sort();
            double soon = (double)taken.Count(nights => nights <= 5) / taken.Count;
            Print($"a 5 % step after {before} nights at {Noise(heavy)}, {Counters(series)}: {soon:0.0%} found within 5 nights, median {Words(taken[taken.Count / 2])}");
            if (before == 60) Assert.True(soon >= atLeast);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_night_that_is_50_percent_off_is_no_change_and_does_not_blind_the_judge(bool heavy)
    {
        MadeUpNights box = new(seed: 8_033, heavy);
        int called = 0;
        int setAside = 0;
        int foundStep = 0;
        for (int history = 0; history < Histories; history++)
        {
            // the night 25 is off; from night 40 on there is a step of half as much
            double[] nights = box.Nights(45, night => night == 25 ? 1.5 : night >= 40 ? 1.25 : 1);
            List<(int FoundAt, int First, bool Alarm)> said = box.Judge(nights, out SeriesJudge judge);
            if (said.Any(change => change.First == 25)) called++;
            if (judge.Outliers.Contains(25)) setAside++;
            if (said.Any(change => change.First is >= 39 and <= 41)) foundStep++;
        }
        Print($"one night of +50 %, {Noise(heavy)}: a change in {called} of {Histories} histories, set aside in {setAside}; a step of 25 % after it found in {foundStep}");
        Assert.Equal(0, called);
        Assert.True(setAside >= 0.98 * Histories);
        Assert.True(foundStep >= 0.98 * Histories);
    }

    [Fact]
    public void A_slow_drift_is_noted_in_steps()
    {
        MadeUpNights box = new(seed: 8_034, heavy: false);
        int found = 0;
        List<int> first = [];
        for (int history = 0; history < Histories; history++)
        {
            List<(int FoundAt, int First, bool Alarm)> said = box.Judge(box.Nights(130, night => 1 + (0.002 * Math.Max(0, night - 30))));
            if (said.Where(change => change.Alarm).Select(change => change.FoundAt).FirstOrDefault(-1) is >= 0 and int at)
            {
                found++;
                first.Add(at - 30);
            }
        }
        first.Sort();
        Print($"a drift of 0.2 % a night over 100 nights at {Noise(false)}: noted in {(double)found / Histories:0.0%}, first after {first[first.Count / 2]} nights (median)");
        Assert.True(found >= 0.95 * Histories);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Change_points_by_EdPelt_night_by_night_raise_far_more_alarms(bool heavy)
    {
        const int few = 12;
        MadeUpNights box = new(seed: 8_035, heavy);
        int changes = Enumerable.Range(0, few).Sum(_ => ByEdPelt(box.Nights(Quiet, _ => 1)).Count);
        int soon = Enumerable.Range(0, few)
            .Count(_ => ByEdPelt(box.Nights(65, night => night < 60 ? 1 : Step)).Any(at => at is >= 60 and < 65));
        Print($"EdPelt night by night, {Noise(heavy)}, one series: {(double)changes / few:0.0} changes in 200 quiet nights; a 5 % step after 60 nights found within 5 in {(double)soon / few:0.0%} ({few} histories)");
        Assert.True(changes > 3 * few);
    }

    /// <summary>
    /// The nights at which a change point stands in the last week that was not there, give or take a night, the night before.
    /// </summary>
    private static List<int> ByEdPelt(double[] nights)
    {
        List<int> found = [];
        int[] known = [];
        for (int night = 9; night < nights.Length; night++)
        {
            int[] points = EdPeltChangePointDetector.Instance.GetChangePointIndexes(nights[..(night + 1)], 2);
            if (points.Any(point => point >= night - 7 && !known.Any(old => Math.Abs(old - point) <= 1))) found.Add(night);
            known = points;
        }
        return found;
    }

    private static string Words(int nights) => nights == int.MaxValue ? "none" : $"{nights} nights";

    private static string Noise(bool heavy) => heavy ? "2 % noise (t3)" : "2 % noise (normal)";

    private static string Counters(int series) => series == 1 ? "one series" : $"a plan of {series} series";

    private static void Print(FormattableString text) => Console.WriteLine("figure: " + text.ToString(CultureInfo.InvariantCulture));
}
