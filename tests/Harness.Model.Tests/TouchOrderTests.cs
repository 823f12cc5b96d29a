namespace Harness.Model.Tests;

/// <summary>Is the order of touches the one that the C program prints with --trace?</summary>
public sealed class TouchOrderTests
{
    [Theory]
    [InlineData(0, new[] { 23, 60, 2, 49, 14, 49, 40, 15, 11, 15, 39, 59, 9, 50, 47, 22 })]
    [InlineData(1, new[] { 29, 2, 2, 36, 25, 51, 26, 9, 46, 15, 27, 5, 49, 23, 59, 18 })]
    public void The_first_pages_of_seed_1_are_these(int thread, int[] pages)
    {
        ulong start = TouchOrder.Start(1, thread);
        Assert.Equal(pages, Enumerable.Range(0, 16).Select(touch => TouchOrder.Page(start, touch, 64)));
    }

    [Fact]
    public void Every_page_is_touched_about_equally_often_and_none_outside()
    {
        var touched = new int[10];
        ulong start = TouchOrder.Start(42, 0);
        for (int touch = 0; touch < 100_000; touch++) touched[TouchOrder.Page(start, touch, 10)]++;
        Assert.All(touched, count => Assert.InRange(count, 9_500, 10_500));
    }
}
