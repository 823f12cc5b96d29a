namespace Harness.Model.Tests;

/// <summary>
/// How far is the model from the published times of munmap? 1 GiB in folios of one size on a Xeon Silver 4210R, before and after unmapping
/// in runs (cover letter of the series, seconds). Only the first and the last row were fitted.
/// </summary>
public sealed class ZapSimulationTests
{
    private const int Pages = 262_144;

    private static Machine Machine => Model.Machine.Hardware(20, [new MemoryNode(90)]);

    [Theory]
    [InlineData(0, 0.058110, 0.057715, 0.01)]
    [InlineData(2, 0.044198, 0.035469, 0.15)]
    [InlineData(3, 0.034216, 0.023522, 0.15)]
    [InlineData(4, 0.029207, 0.018434, 0.15)]
    [InlineData(5, 0.026579, 0.014026, 0.15)]
    [InlineData(6, 0.025130, 0.011756, 0.15)]
    [InlineData(7, 0.024292, 0.010703, 0.15)]
    [InlineData(8, 0.023812, 0.010294, 0.15)]
    [InlineData(9, 0.023785, 0.009910, 0.01)]
    public void Every_folio_size_is_within_its_bound(int order, double before, double after, double bound)
    {
        AssertNear(before, Seconds("6.8", order), bound);
        AssertNear(after, Seconds("6.8+zap-batching", order), bound);
    }

    [Theory]
    [InlineData(0, Pages, Pages)]
    [InlineData(4, Pages, Pages >> 4)]
    [InlineData(9, Pages, Pages >> 9)]
    public void Before_each_page_is_a_run_and_after_each_folio(int order, int before, int after)
    {
        Assert.Equal(before, Run("6.8", order)["model.runs"].Value);
        Assert.Equal(after, Run("6.8+zap-batching", order)["model.runs"].Value);
    }

    // the cost of freeing a folio counts on it
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(8)]
    public void A_freed_folio_merges_about_once_whatever_its_size(int order)
    {
        Outcome outcome = Run("6.8", order);
        Assert.InRange(outcome["model.buddy_merges"].Value / (Pages >> order), 0.75, 1.01);
    }

    [Fact]
    public void The_gather_is_full_as_often_as_its_entries_say()
    {
        // 8 + 19 x 510 entries before; one fewer of each batch after, and two for a run
        Assert.Equal(Pages / 9_698, Run("6.8", 9)["model.forced_flushes"].Value);
        Assert.Equal((Pages >> 4) / 4_826, Run("6.8+zap-batching", 4)["model.forced_flushes"].Value);
        Assert.Equal(0, Run("6.8+zap-batching", 9)["model.forced_flushes"].Value);
    }

    [Fact]
    public void The_parts_of_the_time_sum_to_it()
    {
        Outcome outcome = Run("6.12", 4);
        Assert.Equal(outcome.Elapsed.Count, outcome.Time[0].Values.Sum(part => part.Count));
    }

    [Theory]
    [InlineData(17, 4)]
    [InlineData(0, 0)]
    [InlineData(1024, 10)]
    public void Memory_that_is_no_whole_folios_is_refused(int pages, int order) =>
        Assert.Throws<ArgumentException>(() => ZapSimulation.Run(Machine, Profile.Parse("6.8"), new Zap { Pages = pages, Order = order }));

    private static Outcome Run(string profile, int order) =>
        ZapSimulation.Run(Machine, Profile.Parse(profile), new Zap { Pages = Pages, Order = order });

    private static double Seconds(string profile, int order) => Run(profile, order)["workload.elapsed"].Value;

    private static void AssertNear(double published, double modelled, double bound) =>
        Assert.True(Math.Abs(modelled / published - 1) <= bound, $"published {published}, modelled {modelled}: {modelled / published - 1:P1}");
}
