namespace Harness.Model.Tests;

/// <summary>
/// Which zone does an allocation come from, and what happens when memory is short? Nodes of 8 frames each, min 2, low 4, high 6; per-CPU
/// lists keep nothing.
/// </summary>
public sealed class AllocatorZonelistTests
{
    [Theory]
    [InlineData(PerCpuTuning.Fixed)]
    [InlineData(PerCpuTuning.Automatic)]
    internal void At_its_low_watermark_a_node_gives_way_to_the_next(PerCpuTuning tuning)
    {
        Allocator allocator = Nodes(2, tuning);
        Assert.Equal([0, 1, 2, 3, 8, 9, 10, 11], allocator.TakeMany(8));
        Assert.Equal([0, 1], new[] { 3, 8 }.Select(allocator.NodeOf));
        Assert.False(allocator.KswapdWoken(0));
    }

    [Fact]
    public void With_every_node_at_low_kswapd_is_woken_and_min_is_the_limit()
    {
        Allocator allocator = Nodes(2);
        allocator.TakeMany(8);
        Assert.Equal(4, allocator.Take());
        Assert.True(allocator.KswapdWoken(0));
        Assert.True(allocator.KswapdWoken(1));
        Assert.Equal([5, 12, 13, -1], allocator.TakeMany(4));
    }

    [Fact]
    public void Kswapd_is_woken_again_only_after_it_was_answered()
    {
        Allocator allocator = Nodes(1);
        allocator.TakeMany(5);
        allocator.AnswerKswapd(0);
        Assert.False(allocator.KswapdWoken(0));
        allocator.Take();
        Assert.True(allocator.KswapdWoken(0));
    }

    [Fact]
    public void An_atomic_allocation_goes_below_min()
    {
        Allocator allocator = Nodes(1);
        Assert.Equal(-1, allocator.TakeMany(7)[6]);
        Assert.Equal(6, allocator.Allocate(0, 0, 0, AllocationFlags.Atomic, out _));
        Assert.Equal(-1, allocator.Allocate(0, 0, 0, AllocationFlags.Atomic, out _));
    }

    [Fact]
    public void An_allocation_on_this_node_only_fails_with_the_next_one_empty()
    {
        Allocator allocator = Nodes(2);
        int[] pages = [.. Enumerable.Range(0, 7).Select(_ => allocator.Allocate(0, 0, 0, AllocationFlags.ThisNode, out uint _))];
        Assert.Equal([0, 1, 2, 3, 4, 5, -1], pages);
        Assert.Equal(8, allocator.FreePages(1));
        Assert.True(allocator.KswapdWoken(0));
        Assert.False(allocator.KswapdWoken(1));
    }

    [Fact]
    public void An_allocation_without_reclaim_wakes_nobody()
    {
        Allocator allocator = Nodes(1);
        allocator.TakeMany(4);
        Assert.Equal(4, allocator.Allocate(0, 0, 0, AllocationFlags.NoReclaim, out _));
        Assert.False(allocator.KswapdWoken(0));
    }

    [Fact]
    public void Nodes_are_tried_in_the_order_given()
    {
        Allocator allocator = AllocatorCases.Build(Shape(3) with { NodeOrder = [[0, 2, 1], [1, 0, 2], [2, 1, 0]] });
        Assert.Equal(16, allocator.TakeMany(5)[4]);
        Assert.Equal(8, allocator.Allocate(0, 1, 0, AllocationFlags.None, out _));
    }

    [Fact]
    public void Credit_counts_for_watermarks_but_is_not_free()
    {
        Allocator allocator = Nodes(1);
        allocator.TakeMany(4);
        Assert.True(allocator.BelowLow(0));
        allocator.AddCredit(0, 1);
        Assert.False(allocator.BelowLow(0));
        Assert.Equal(4, allocator.FreePages(0));
        allocator.AddCredit(0, -1);
        Assert.True(allocator.BelowLow(0));
    }

    [Fact]
    public void Enough_pages_are_not_enough_for_a_block_when_none_of_them_are_buddies()
    {
        Allocator allocator = AllocatorCases.Build(AllocatorCases.OneZone(8, PerCpuSize.Off));
        allocator.TakeMany(8);
        allocator.GiveBack(0, 2, 4, 6);
        Assert.True(allocator.WatermarkOk(0, 0, 3));
        Assert.False(allocator.WatermarkOk(0, 1, 0));
        Assert.Equal(-1, allocator.Take(1));
        allocator.GiveBack(1);
        Assert.Equal(0, allocator.Take(1));
    }

    [Fact]
    public void The_pages_of_a_block_but_one_count_as_gone_before_it_is_taken()
    {
        Allocator allocator = AllocatorCases.Build(AllocatorCases.OneZone(8, PerCpuSize.Off));
        Assert.True(allocator.WatermarkOk(0, 2, 4));
        Assert.False(allocator.WatermarkOk(0, 2, 5));
    }

    private static Allocator Nodes(int nodes, PerCpuTuning tuning = PerCpuTuning.Fixed) => AllocatorCases.Build(Shape(nodes, tuning));

    private static AllocatorShape Shape(int nodes, PerCpuTuning tuning = PerCpuTuning.Fixed) => new()
    {
        Zones = [.. Enumerable.Range(0, nodes).Select(node => new ZoneShape(node, 8 * node, 8)
        {
            PerCpu = PerCpuSize.Off,
            Watermarks = new(2, 4, 6, 7),
        })],
        CpuNodes = [0],
        Tuning = tuning,
    };
}
