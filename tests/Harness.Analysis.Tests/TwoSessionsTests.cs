using System.Text.Json;
using Harness.Records;

namespace Harness.Analysis.Tests;

/// <summary>Are two sessions compared with drift allowed for, and never without saying what else differs?</summary>
public sealed class TwoSessionsTests
{
    private static readonly double[] Tens = [10, 10.1, 9.9, 10];

    [Fact]
    public void Without_other_sessions_a_change_has_to_pass_the_assumed_drift()
    {
        ComparisonRow small = Row(Side("s1", Tens), Side("s2", [11, 11.1, 10.9, 11]));
        Assert.Equal(Verdict.Undecided, small.Verdict);
        Assert.Contains("drift between the sessions, assumed, could be all of it", small.Why, StringComparison.Ordinal);
        Assert.Null(small.MoreRuns);
        Assert.Equal(0.1, small.Drift!.Spread, 12);
        Assert.Equal((0, 4), (small.Drift.Before.Sessions, small.Drift.After.Freedom));

        ComparisonRow large = Row(Side("s1", Tens), Side("s2", [20, 20.1, 19.9, 20]));
        Assert.Equal(Verdict.Regressed, large.Verdict);
        Assert.Equal(1, large.Change!.Value, 2);
    }

    [Fact]
    public void Sessions_that_agree_let_a_smaller_change_be_seen_and_sessions_that_do_not_hide_it()
    {
        SessionSide before = Side("s1", Tens);
        SessionSide after = Side("s2", [11, 11.1, 10.9, 11]);
        Assert.Equal(Verdict.Regressed, Row(With(before, 10, 10.05, 9.95, 10, 10.02), With(after, 10, 10.05, 9.95, 10, 10.02)).Verdict);

        ComparisonRow hidden = Row(With(before, 10, 11, 9, 10, 12), With(after, 10, 11, 9, 10, 12));
        Assert.Equal(Verdict.Undecided, hidden.Verdict);
        Assert.Equal(5, hidden.Drift!.Before.Sessions);
        Assert.Contains("sessions that ran the same differ by as much", hidden.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void No_change_needs_the_widened_interval_inside_the_bounds()
    {
        SessionSide before = Side("s1", Tens);
        SessionSide after = Side("s2", [10.02, 10.1, 9.9, 10]);
        Assert.Equal(Verdict.Undecided, Row(before, after).Verdict);
        Assert.Equal(Verdict.NoChange, Row(With(before, 10, 10.05, 9.95, 10, 10.02), With(after, 10, 10.05, 9.95, 10, 10.02)).Verdict);
    }

    [Fact]
    public void A_counter_that_is_the_same_in_every_run_of_both_did_not_drift() => Assert.Equal(
        Verdict.NoChange, Row(Side("s1", [16384, 16384], unit: "pages"), Side("s2", [16384, 16384], unit: "pages")).Verdict);

    [Fact]
    public void Zeros_on_either_side_have_their_verdict_too()
    {
        ComparisonRow fell = Row(Side("s1", [8000, 8010, 7990], unit: "interrupts"), Side("s2", [0, 3, 1], unit: "interrupts"));
        Assert.Equal(Verdict.Improved, fell.Verdict);
        Assert.InRange(fell.High!.Value, -1, -0.99);
        ComparisonRow rose = Row(Side("s1", [0, 0, 0], unit: "interrupts"), Side("s2", [500, 510, 490], unit: "interrupts"));
        Assert.Equal((Verdict.Regressed, null), (rose.Verdict, rose.Change));
        Assert.Equal(Verdict.NoChange, Row(Side("s1", [0, 0], unit: "interrupts"), Side("s2", [0, 0], unit: "interrupts")).Verdict);
    }

    [Fact]
    public void One_run_on_a_side_is_undecided_with_its_change_but_no_interval()
    {
        ComparisonRow row = Row(Side("s1", [10]), Side("s2", [20, 21]));
        Assert.Equal((Verdict.Undecided, null), (row.Verdict, row.Low));
        Assert.InRange(row.Change!.Value, 1, 1.1);
        Assert.Contains("a side with one run has no scatter", row.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_parameters_are_shown_and_what_the_workload_says_of_itself_is_not_judged()
    {
        Comparison comparison = Compare(
            Side("s1", Tens, threads: "1"), Side("s2", [20, 20.1, 19.9, 20], threads: "3", box: "other"),
            [Runs.Elapsed, new JudgedCounter("interrupts.TLB", Better.Lower)]);
        Assert.Equal(
            [new("session.box", "box", "other"), new("parameter.threads", "1", "3")], comparison.Environment);
        Assert.Equal(Verdict.Invalid, comparison.Rows[0].Verdict);
        Assert.Contains("the sides did different work: parameter.threads 1 | 3", comparison.Rows[0].Why, StringComparison.Ordinal);
        Assert.Equal("no run has this counter", comparison.Rows[1].Why);
        Assert.False(comparison.IsInvalid);
    }

    [Fact]
    public void Sides_of_two_origins_or_without_a_result_are_refused()
    {
        SessionSide measured = Side("s1", Tens);
        UsageException mixed = Assert.Throws<UsageException>(() => new TwoSessions(measured, Side("s2", Tens, origin: Origin.Measured)));
        Assert.Contains("s1:after is emulated and s2:after is measured", mixed.Message, StringComparison.Ordinal);
        UsageException empty = Assert.Throws<UsageException>(() => new SessionSide(measured.Session, "before", []));
        Assert.Contains("no run of s1:before has a result", empty.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_sessions_of_the_same_plan_shape_target_and_box_tell_of_drift()
    {
        SessionSide side = Side("s1", Tens);
        Manifest other = side.Session with { Session = "s9" };
        Assert.True(side.IsAlike(other));
        Assert.False(side.IsAlike(side.Session));
        Assert.False(side.IsAlike(other with { Plan = "p" }));
        Assert.False(side.IsAlike(other with { Shape = "few" }));
        Assert.False(side.IsAlike(other with { Box = "other" }));
        Assert.False(side.IsAlike(other with { Altered = true, PlanChecksum = "y" }));
        Assert.False(side.IsAlike(other with { Arms = [new("before", "vm:6.1"), new("after", "local")] }));
    }

    [Fact]
    public void The_object_says_that_the_runs_are_not_paired_and_what_was_allowed_for_drift()
    {
        JsonElement root = JsonDocument.Parse(AnalysisJson.Write(Compare(Side("s1", Tens), Side("s2", Tens), [Runs.Elapsed]))).RootElement;
        Assert.False(root.GetProperty("paired").GetBoolean());
        Assert.Equal("s1:after", root.GetProperty("before").GetProperty("name").GetString());
        JsonElement drift = root.GetProperty("rows")[0].GetProperty("drift");
        Assert.Equal(["spread", "before", "after"], drift.EnumerateObject().Select(one => one.Name));
        Assert.Equal(["spread", "freedom", "sessions"], drift.GetProperty("after").EnumerateObject().Select(one => one.Name));
        Assert.Equal(0, root.GetProperty("pairs").GetInt32());
    }

    private static ComparisonRow Row(SessionSide before, SessionSide after) => Assert.Single(Compare(before, after, [Runs.Elapsed]).Rows);

    private static Comparison Compare(SessionSide before, SessionSide after, JudgedCounter[] counters)
    {
        TwoSessions apart = new(before, after);
        return Comparison.Of(apart.Records, before.Name, after.Name, counters, rules: null, apart);
    }

    private static SessionSide With(SessionSide side, params double[] levels) =>
        side with { Others = [.. levels.Select(level => Session("other", [level, level], "s", "1", Origin.Emulated))] };

    private static SessionSide Side(
        string session, double[] values, string unit = "s", string threads = "1", string box = "box", Origin origin = Origin.Emulated) => new(
        new Manifest
        {
            Session = session, Plan = "migrate-batching", Title = "t", Command = "c", PlanText = "", PlanChecksum = "x",
            Created = DateTimeOffset.UnixEpoch, Arms = [new("before", "vm:6.1"), new("after", "vm:6.12")], Counters = [Runs.Elapsed], Runs = [], Box = box,
        },
        "after", Session(session, values, unit, threads, origin));

    private static RunRecord[] Session(string session, double[] values, string unit, string threads, Origin origin) =>
    [
        .. values.Select((value, pair) =>
        {
            RunRecord run = Runs.Run("after", pair, new Counter { Name = "workload.elapsed", Unit = unit, Value = value });
            return run with
            {
                Origin = origin,
                Request = run.Request with { Session = session, Parameters = new Dictionary<string, string> { ["threads"] = threads, ["seed"] = session } },
            };
        }),
    ];
}
