using Harness.Records;

namespace Harness.Experiments.Tests;

/// <summary>Are the published figures all there, with their sources, and is a file that says less refused?</summary>
public sealed class PublishedFileTests
{
    private const string Good = """
        title: t
        source: a letter
        runs:
          r: {plan: p, parameters: {pages: 8}, scale: 1/4, before: a, after: [b, c]}
        figures:
          - {id: one, what: w, unit: s, before: 2, after: 1, change: -0.5, model: {run: r, counter: workload.elapsed}}
          - {id: two, what: w, unit: ns, low: 1, high: 2, fit: true, source: another, model: {constant: x}}
          - {id: three, what: w, unit: ns, value: 1, model: {reason: none}}
        """;

    private static readonly Folders Here = Folders.FromEnvironment();

    [Fact]
    public void A_file_gives_its_figures()
    {
        IReadOnlyList<PublishedFigure> figures = PublishedFile.Parse(Good, "f.yaml");
        Assert.Equal(["one", "two", "three"], figures.Select(figure => figure.Id));
        Assert.Equal((2, 1, -0.5, "a letter", false), (figures[0].Before, figures[0].After, figures[0].Change, figures[0].Source, figures[0].Fit));
        Assert.Equal(["b", "c"], figures[0].Model.Run!.After);
        Assert.Equal((1, 2, "another", true), (figures[1].Low, figures[1].High, figures[1].Source, figures[1].Fit));
        Assert.Equal("none", figures[2].Model.Reason);
    }

    [Theory]
    [InlineData("source: a letter\n", "", "5:5: the figure has no 'source'")]
    [InlineData("{run: r, counter", "{run: q, counter", "run is 'q'; there is r")]
    [InlineData("{run: r, counter: workload.elapsed}", "{run: r}", "run and counter go together")]
    [InlineData("{constant: x}", "{constant: x, reason: y}", "give one of run, constant and reason")]
    [InlineData("{reason: none}", "{}", "give one of run, constant and reason")]
    [InlineData("low: 1, high: 2", "low: 2, high: 1", "a range needs low and high, low first")]
    [InlineData("low: 1, high: 2", "low: 1", "a range needs low and high, low first")]
    [InlineData("value: 1, ", "", "the figure has no value")]
    [InlineData("value: 1,", "value: 1e99,", "value is '1e99'; give a number")]
    [InlineData("id: two", "id: one", "'one' is the id of two figures")]
    public void A_mistake_is_named(string right, string wrong, string expected)
    {
        Assert.Contains(right, Good, StringComparison.Ordinal);
        UsageException e = Assert.Throws<UsageException>(() => PublishedFile.Parse(Good.Replace(right, wrong, StringComparison.Ordinal), "f.yaml"));
        Assert.StartsWith("f.yaml:", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void The_shipped_figures_name_plans_arms_and_parameters_that_there_are()
    {
        IReadOnlyList<PublishedFigure> figures = PublishedCatalog.Load(Here);
        Assert.Equal(figures.Count, figures.Select(figure => figure.Id).Distinct().Count());
        PlanCatalog plans = new(Here, TempHome.Known);
        foreach (PublishedRun run in figures.Select(figure => figure.Model.Run).OfType<PublishedRun>().Distinct())
        {
            LoadedPlan plan = plans.Load(run.Plan);
            Assert.NotNull(plan.Plan.Full);
            Assert.Subset(plan.Plan.Arms.Select(arm => arm.Name).ToHashSet(), run.After.Prepend(run.Before).ToHashSet());
            Assert.All(run.Parameters, parameter => plan.Workload.Check(parameter.Key, parameter.Value));
        }
    }

    [Theory]
    [InlineData("luf-interrupts", -0.955, false)]
    [InlineData("batching-throughput", 2.917, false)]
    [InlineData("abench-8g", -0.1488, false)]
    [InlineData("zap-4k", -0.0068, true)]
    public void A_headline_is_what_the_letter_says(string id, double change, bool fit)
    {
        PublishedFigure figure = PublishedCatalog.Load(Here).Single(one => one.Id == id);
        Assert.Equal((change, fit), (figure.Change, figure.Fit));
        if (figure is { Before: { } before, After: { } after }) Assert.Equal(change, after / before - 1, 3);
    }
}
