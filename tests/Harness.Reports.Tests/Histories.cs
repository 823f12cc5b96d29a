using Harness.Analysis;
using Harness.Records;

namespace Harness.Reports.Tests;

/// <summary>Made-up histories: quiet ones, and with a step, an outlier and a change of the environment.</summary>
internal static class Histories
{
    public static PlanHistory Of(int nights, int series)
    {
        int step = nights / 2;
        return new PlanHistory
        {
            Plan = "migrate-batching", Shape = "few-pages", Box = "box1",
            Nights =
            [
                .. Enumerable.Range(0, nights).Select(night => new Night
                {
                    Session = $"20260101T{night:000000}Z-migrate-batching", Created = DateTimeOffset.UnixEpoch.AddDays(20_000 + night),
                    Differences = night > 0 && night == step ? [new NightDifference("after", Kernel)] : [],
                }),
            ],
            Series = [.. Enumerable.Range(0, series).Select(i => Series(i, nights, step))],
        };
    }

    /// <summary>Four histories at noon of the last night: one with a regression, one of a box that went silent, two that are well.</summary>
    public static AllNights All()
    {
        PlanHistory regressed = Of(40, 2), quiet = Of(4, 2), dead = Of(30, 2);
        PlanHistory Well(PlanHistory history, string box) => history with { Box = box, Series = [history.Series[1]] };
        return AllNights.Of(
            regressed.Nights[^1].Created.AddHours(12),
            [Well(quiet, "b") with { Nights = regressed.Nights }, Well(dead, "dead") with { Nights = Since(dead) }, Well(regressed, "a"), regressed]);

        // the last night eleven days before that of the others
        IReadOnlyList<Night> Since(PlanHistory history) =>
            [.. history.Nights.Select((night, i) => night with { Created = regressed.Nights[^1].Created.AddDays(i - history.Nights.Count - 10) })];
    }

    public static EnvironmentDifference Kernel { get; } = new("kernel.release", "6.12.1", "6.12.2");

    // every third series steps up; the last night but two of each stands alone
    private static CounterHistory Series(int i, int nights, int step)
    {
        bool steps = i % 3 == 0 && nights > 4;
        return new CounterHistory
        {
            Arm = "after", Counter = $"vmstat.counter_{i}", Unit = "events", Better = Better.Lower,
            Values =
            [
                .. Enumerable.Range(0, nights).Select(night => new NightValue(
                    night, Summary.Of(Runs(night == nights - 3 ? 400 : steps && night >= step ? 130 : 100, night)),
                        Outlier: night == nights - 3)),
            ],
            Changes = !steps ? [] :
            [
                new LevelChange
                {
                    Night = step, FoundAt = step + 1, Before = 100, After = 130, Change = 0.3, Low = 0.27, High = 0.33,
                    Kind = HistoryVerdict.Regressed,
                    Causes = [Kernel], Stands = true,
                },
            ],
            Verdict = nights < 3 ? HistoryVerdict.TooFew : steps ? HistoryVerdict.Regressed : HistoryVerdict.NoChange,
            Why = nights < 3 ? "two nights at least are needed" : null,
        };
    }

    private static double[] Runs(double level, int night) =>
        [.. Enumerable.Range(0, 6).Select(run => level + (((night * 7) + (run * 3)) % 5) - 2)];
}
