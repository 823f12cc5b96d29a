namespace Harness.Model.Tests;

/// <summary>Do the workloads' touches go where their descriptors say, in the shares they say?</summary>
public sealed class WorkloadOrderTests
{
    private const int Draws = 100_000;

    [Fact]
    public void Hot_pages_take_their_share_and_all_pages_are_touched()
    {
        var hot = new HotSet(PagesPercent: 20, TouchesPercent: 80);
        var touched = new int[50];
        ulong start = TouchOrder.Start(7, 0);
        for (int touch = 0; touch < Draws; touch++) touched[hot.Page(TouchOrder.Draw(start, touch), touched.Length)]++;
        Assert.All(touched[..10], count => Assert.InRange(count, 0.08 * Draws * 0.95, 0.08 * Draws * 1.05));
        Assert.All(touched[10..], count => Assert.InRange(count, 0.005 * Draws * 0.8, 0.005 * Draws * 1.2));
    }

    [Fact]
    public void Without_a_hot_set_the_order_is_the_plain_one()
    {
        ulong start = TouchOrder.Start(7, 0);
        Assert.All(Enumerable.Range(0, 1000), touch =>
            Assert.Equal(TouchOrder.Page(start, touch, 777), HotSet.Uniform.Page(TouchOrder.Draw(start, touch), 777)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(30, 30)]
    [InlineData(100, 100)]
    public void So_many_of_the_touches_write_whatever_page_they_go_to(int percent, int expected)
    {
        var workload = new PmbenchLike
        {
            Pages = 10, Threads = 1, Touches = Draws, Seed = 3, WritePercent = percent, Hot = new HotSet(50, 90),
        };
        ulong start = TouchOrder.Start(workload.Seed, 0);
        ulong[] hot = [.. Enumerable.Range(0, Draws).Select(touch => TouchOrder.Draw(start, touch)).Where(draw => workload.Page(draw) < 5)];
        Assert.InRange(hot.Length, 0.89 * Draws, 0.91 * Draws);
        Assert.InRange(hot.Count(workload.Writes) * 100.0 / hot.Length, expected - 1, expected + 1);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(64, 7)]
    [InlineData(1000, 11)]
    public void A_lookup_ends_at_its_target_after_always_as_many_touches(int pages, int touches)
    {
        var workload = new XsbenchLike { Pages = pages, Threads = 1, Lookups = 1, Seed = 1 };
        Assert.Equal(touches, workload.TouchesALookup);
        for (int target = 0; target < pages; target++)
        {
            int[] path = [.. Enumerable.Range(0, touches).Select(step => workload.Page(target, step))];
            Assert.Equal(target, path[^1]);
            if (touches > 1) Assert.Equal(pages / 2, path[0]);
            // the range halves, so a step is at most half as far as the one before, rounded up
            for (int step = 2; step < touches; step++)
                Assert.True(Math.Abs(path[step] - path[step - 1]) <= (Math.Abs(path[step - 1] - path[step - 2]) + 1) / 2 + 1, $"{target}: {string.Join(' ', path)}");
        }
    }

    [Fact]
    public void An_iteration_of_abench_touches_as_often_as_there_are_pages_unless_told()
    {
        var workload = new Abench { Pages = 100, Threads = 1, Iterations = 2, Seed = 1 };
        Assert.Equal(100, workload.TouchesAnIteration);
        Assert.Equal(7, (workload with { Touches = 7 }).TouchesAnIteration);
    }
}
