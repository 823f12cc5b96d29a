using Harness.Records;

namespace Harness.Analysis.Tests;

/// <summary>Is a published figure held against the right arm, in the right unit, with the right error, and never left out?</summary>
public sealed class PublishedRowTests
{
    private static readonly PublishedRun Run = new() { Plan = "p", Scale = "1/4", Before = "before", After = ["after", "variant"] };

    [Fact]
    public void Each_variant_of_the_change_gets_its_rows()
    {
        PublishedFigure figure = Figure(new PublishedModel { Run = Run, Counter = "interrupts.TLB", Times = 10 }) with { Before = 5_000, After = 500, Change = -0.9 };
        PublishedRow[] rows = [.. PublishedRow.Of(figure, Result(1, (100, 10), (20, 1), (5, 1)), "note")];
        Assert.Equal(
            [(PublishedSide.Before, "before"), (PublishedSide.After, "after"), (PublishedSide.Change, "after"), (PublishedSide.After, "variant"), (PublishedSide.Change, "variant")],
            rows.Select(row => (row.Side, row.Arm!)));
        Assert.Equal([1_000, 200, -0.8, 50, -0.95], rows.Select(row => Math.Round(row.Modelled!.Value, 9)));
        Assert.Equal([-0.8, -0.6, 0.1, -0.9, -0.05], rows.Select(row => Math.Round(row.Error!.Value, 9)));
    }

    [Fact]
    public void A_share_of_the_machine_scales_counts_and_not_changes_or_quotients()
    {
        ScaledResult quarter = Result(0.25, (100, 10), (20, 1), (5, 1));
        PublishedModel model = new() { Run = Run, Counter = "interrupts.TLB" };
        PublishedRow[] counts = [.. PublishedRow.Of(Figure(model) with { Before = 400, Change = -0.8 }, quarter, "note")];
        Assert.Equal([400, -0.8, -0.95], counts.Select(row => Math.Round(row.Modelled!.Value, 9)));
        PublishedRow quotient = PublishedRow.Of(Figure(model with { Per = "vmstat.pgfault" }) with { Value = 10 }, quarter, "note").Single();
        Assert.Equal((10, 0), (quotient.Modelled, quotient.Error));
    }

    [Theory]
    [InlineData(100, 0)]
    [InlineData(140, 0)]
    [InlineData(70, -0.3)]
    [InlineData(280, 1)]
    public void A_range_is_missed_by_its_nearer_end(double modelled, double error)
    {
        PublishedFigure range = Figure(new PublishedModel { Constant = "c" }) with { Low = 100, High = 140 };
        Assert.Equal(error, PublishedRow.Of(range, modelled, "note").Single().Error!.Value, 9);
    }

    [Fact]
    public void What_the_model_does_not_count_is_said_and_not_left_out()
    {
        PublishedFigure figure = Figure(new PublishedModel { Run = Run, Counter = "perf.nothing" }) with { Before = 1, After = 2, Change = 1 };
        PublishedRow[] rows = [.. PublishedRow.Of(figure, Result(1, (1, 1), (1, 1), (1, 1)), "note")];
        Assert.Equal(5, rows.Length);
        Assert.All(rows, row => Assert.Equal((null, null, "the model does not count perf.nothing"), (row.Modelled, row.Error, row.Note)));
        PublishedRow[] without = [.. PublishedRow.Of(figure, result: null, "no such plan")];
        Assert.All(without, row => Assert.Equal((null, "no such plan"), (row.Modelled, row.Note)));
    }

    [Fact]
    public void A_plan_at_scale_shows_the_change_of_each_arm_beside_the_published_one()
    {
        PublishedFigure figure = Figure(new PublishedModel { Run = Run, Counter = "interrupts.TLB" }) with { Change = -0.9 };
        IReadOnlyList<ScaledRow> rows = ScaledRow.Of(Result(1, (100, 0), (20, 1), (5, 1)), [figure]);
        Assert.Equal(["interrupts.TLB", "vmstat.pgfault", "perf.nothing"], rows.Select(row => row.Counter));
        Assert.Equal([null, -0.8, -0.95], rows[0].Changes.Select(change => change is null ? (double?)null : Math.Round(change.Value, 9)));
        Assert.Equal(-0.9, rows[0].Published);
        Assert.All(rows[1].Changes, Assert.Null);
        Assert.All(rows[2].Values, Assert.Null);
        Assert.Null(rows[1].Published);
    }

    [Fact]
    public void A_run_with_other_parameters_is_another_run()
    {
        ScaledResult result = Result(1, (1, 1), (1, 1), (1, 1));
        Assert.True((Run with { Parameters = new Dictionary<string, string> { ["pages"] = "8" } }).Is(result));
        Assert.False((Run with { Parameters = new Dictionary<string, string> { ["pages"] = "9" } }).Is(result));
        Assert.False((Run with { Plan = "q" }).Is(result));
    }

    private static PublishedFigure Figure(PublishedModel model) => new() { Group = "g", Id = "i", What = "w", Unit = "u", Source = "s", Model = model };

    private static ScaledResult Result(double fraction, params (double Interrupts, double Faults)[] arms)
    {
        string[] names = ["before", "after", "variant"];
        return new ScaledResult
        {
            Plan = "p", Title = "t", Scale = "x", Fraction = fraction, Machine = "m", Assumptions = [], Model = "b", Finished = DateTimeOffset.UnixEpoch,
            Parameters = new Dictionary<string, string> { ["pages"] = "8" }, PeakMemoryBytes = 1,
            Counters = [new("interrupts.TLB", Better.Lower), new("vmstat.pgfault", Better.Lower), new("perf.nothing", Better.Lower)],
            Arms = [.. arms.Select((arm, i) => new ScaledArm(Record(names[i], arm.Interrupts, arm.Faults), WallSeconds: 1))],
        };
    }

    private static RunRecord Record(string arm, double interrupts, double faults) => new()
    {
        Request = new RunRequest
        {
            Session = "s", Plan = "p", Arm = arm, Pair = 0, Sequence = 0, Seed = 1, Workload = "w", Parameters = new Dictionary<string, string>(),
            Command = new WorkloadCommand { Program = "w", Arguments = [] }, MetricUnits = new Dictionary<string, string>(), DeadlineSeconds = 60,
        },
        Target = "model:6.12", Origin = Origin.Modelled, State = RunState.Done, Started = DateTimeOffset.UnixEpoch, WindowSeconds = 1,
        Counters =
        [
            new Counter { Name = "interrupts.TLB", Unit = "interrupts", Value = interrupts },
            new Counter { Name = "vmstat.pgfault", Unit = "events", Value = faults },
        ],
    };
}
