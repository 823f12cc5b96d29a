using System.Globalization;
using Harness.Analysis;
using Harness.Analysis.Tests;

namespace Harness.Statistics.Tests;

/// <summary>
/// How often do two sessions on a host whose level drifts between sessions look different although nothing was changed, and what is still
/// found? Each session has ten runs with 2 % noise about a level of its own.
/// </summary>
public sealed class TwoSessionsTests
{
    private const int Sessions = 20_000;
    private const int Runs = 10;
    private const double Noise = 0.02;
    private const double Effect = 0.3;

    private readonly SeededRandom random = new(31);

    [Theory]
    [InlineData(0.03, 5)]
    [InlineData(0.03, 20)]
    [InlineData(0.1, 5)]
    public void With_the_drift_measured_from_other_sessions_about_5_percent_are_flagged(double drift, int others)
    {
        double flagged = Flagged(drift, others, effect: 0)
            .Print(Text($"no change, levels drift by {drift:0%} between sessions, measured from {others} others: flagged"));
        Assert.InRange(flagged, 0.03, 0.055);    // somewhat under 5 %: the runs' noise is allowed for twice
    }

    [Theory]
    [InlineData(0.03)]
    [InlineData(0.1)]
    public void With_the_drift_assumed_no_more_are_flagged(double drift)
    {
        double flagged = Flagged(drift, others: 0, effect: 0)
            .Print(Text($"no change, levels drift by {drift:0%} between sessions, assumed: flagged"));
        Assert.True(flagged < 0.055);
    }

    [Theory]
    [InlineData(0.03)]
    [InlineData(0.1)]
    public void By_the_runs_scatter_alone_most_would_be(double drift)
    {
        double flagged = MadeUpHost.Of(Sessions, () => Compare(drift, 0, DriftAllowance.None).P <= 0.05)
            .Print(Text($"no change, levels drift by {drift:0%} between sessions, Welch's t alone: flagged"));
        Assert.True(flagged > 0.5);
    }

    [Theory]
    [InlineData(0.03, 5, 0.9)]
    [InlineData(0.03, 20, 0.9)]
    [InlineData(0.1, 20, 0.2)]
    public void A_change_of_30_percent_is_found_where_sessions_agree_better_than_that(double drift, int others, double atLeast)
    {
        double found = Flagged(drift, others, Effect)
            .Print(Text($"a 30 % change, levels drift by {drift:0%} between sessions, measured from {others} others: found"));
        Assert.True(found > atLeast);
    }

    [Theory]
    [InlineData(0.3, 0.2, 0.6)]
    [InlineData(-0.3, 0.9, 1)]
    [InlineData(-0.5, 0.99, 1)]
    public void With_the_drift_assumed_only_large_changes_are_found(double effect, double atLeast, double atMost)
    {
        double found = Flagged(drift: 0.03, others: 0, effect)
            .Print(Text($"a change of {effect:+0%;-0%}, levels drift by 3 % between sessions, assumed: found"));
        Assert.InRange(found, atLeast, atMost);
    }

    private Share Flagged(double drift, int others, double effect) =>
        MadeUpHost.Of(Sessions, () => Compare(drift, effect, Allowance(drift, others)).P <= 0.05);

    // both sides ran the same arm before, so that their drift is known from the same sessions
    private DriftAllowance Allowance(double drift, int others)
    {
        Drift seen = Drift.Of([.. Enumerable.Range(0, others).Select(_ => Session(drift, 0))]);
        return DriftAllowance.Of(seen, seen);
    }

    private UnpairedChange Compare(double drift, double effect, DriftAllowance allowance) =>
        UnpairedChange.Of(Session(drift, 0), Session(drift, effect), 0.05, isCount: false, allowance);

    private double[] Session(double drift, double effect)
    {
        double level = (1 + effect) * Math.Exp(drift * random.Normal());
        return [.. Enumerable.Range(0, Runs).Select(_ => level * (1 + (Noise * random.Normal())))];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
