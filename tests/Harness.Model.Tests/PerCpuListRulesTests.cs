namespace Harness.Model.Tests;

/// <summary>In what do the per-CPU lists of 6.1 and 6.12 differ?</summary>
public sealed class PerCpuListRulesTests
{
    private static readonly PerCpuSize Wide = new(4, 8, 1_000);

    [Theory]
    [InlineData(PerCpuTuning.Fixed, new long[] { 4, 4, 4, 4, 4, 4, 4 })]
    [InlineData(PerCpuTuning.Automatic, new long[] { 4, 8, 16, 32, 64, 128, 128 })]
    internal void Only_6_12_doubles_its_refills_while_nothing_is_freed(PerCpuTuning tuning, long[] refills)
    {
        Allocator allocator = AllocatorCases.Build(AllocatorCases.OneZone(1_024, Wide, tuning));
        var sizes = new List<long>();
        long before = 0;
        while (sizes.Count < refills.Length)
        {
            allocator.Take();
            long now = allocator.Tallies[0].RefilledPages;
            if (now != before) sizes.Add(now - before);
            before = now;
        }
        Assert.Equal(refills, sizes);
    }

    [Fact]
    public void A_free_halves_how_often_6_12_has_doubled_its_refill()
    {
        var list = new PerCpuList { AllocFactor = 3 };
        Assert.Equal(0, AutomaticPerCpuRules.PagesToDrain(ref list, Wide, 0, false, false, true));
        Assert.Equal(8, AutomaticPerCpuRules.BlocksToRefill(ref list, Wide, 0, belowHigh: false));
    }

    [Fact]
    public void Drains_of_6_1_double_up_to_five_times()
    {
        var list = new PerCpuList { Count = 100 };
        var size = new PerCpuSize(1, 100, 100);
        int[] drains = [.. Enumerable.Range(0, 7).Select(_ => FixedPerCpuRules.PagesToDrain(ref list, size, 0, false))];
        Assert.Equal([1, 2, 4, 8, 16, 32, 32], drains);
    }

    [Fact]
    public void Drains_of_6_1_leave_a_batch()
    {
        var list = new PerCpuList { Count = 20, FreeFactor = 3 };
        Assert.Equal(16, FixedPerCpuRules.PagesToDrain(ref list, new PerCpuSize(4, 20, 20), 0, false));
    }

    [Fact]
    public void An_allocation_halves_how_often_6_1_has_doubled_its_drain()
    {
        Allocator allocator = AllocatorCases.Build(AllocatorCases.OneZone(1_024, new PerCpuSize(4, 40, 40)));
        int[] pages = allocator.TakeMany(100);
        allocator.GiveBack(pages[..40]);
        Assert.Equal(4, allocator.Tallies[0].DrainedPages);
        allocator.GiveBack(pages[40..44]);
        Assert.Equal(4 + 8, allocator.Tallies[0].DrainedPages);
        // doubled twice; the allocation makes that once
        allocator.Take();
        allocator.GiveBack(pages[44..53]);
        Assert.Equal(4 + 8 + 8, allocator.Tallies[0].DrainedPages);
    }

    [Fact]
    public void A_6_12_list_grows_to_hold_the_pages_freed_in_a_row_and_then_drains_as_many()
    {
        var list = new PerCpuList { Count = 100, FreeCount = 20, High = 8 };
        Assert.Equal(4, AutomaticPerCpuRules.PagesToDrain(ref list, Wide, 0, false, false, true));
        Assert.Equal(21 + 4, list.High);
        Assert.Equal(25 - 4, AutomaticPerCpuRules.PagesToDrain(ref list, Wide, 0, false, false, true));
    }

    [Fact]
    public void A_6_12_list_does_not_grow_beyond_its_bound()
    {
        var list = new PerCpuList { Count = 100, FreeCount = 20, High = 8 };
        AutomaticPerCpuRules.PagesToDrain(ref list, new PerCpuSize(4, 8, 12), 0, false, false, true);
        Assert.Equal(12, list.High);
    }

    [Fact]
    public void A_6_12_list_shrinks_while_reclaim_is_active()
    {
        var list = new PerCpuList { Count = 16, FreeCount = 20, High = 64 };
        Assert.Equal(12, AutomaticPerCpuRules.PagesToDrain(ref list, Wide, 0, reclaimActive: true, false, true));
        Assert.Equal(64 - 21, list.High);
    }

    [Fact]
    public void A_6_12_list_gives_back_a_batch_at_every_free_below_the_high_watermark()
    {
        var list = new PerCpuList { Count = 10, High = 64 };
        Assert.Equal(4, AutomaticPerCpuRules.PagesToDrain(ref list, Wide, 0, false, belowHigh: true, true));
        Assert.Equal(60, list.High);
        list.Count = 7;
        Assert.Equal(0, AutomaticPerCpuRules.PagesToDrain(ref list, Wide, 0, false, belowHigh: true, true));
    }

    [Theory]
    [InlineData(false, 12)]
    [InlineData(true, 8)]
    public void A_refill_raises_high_unless_the_zone_is_below_its_high_watermark(bool belowHigh, int high)
    {
        var list = new PerCpuList();
        Assert.Equal(4, AutomaticPerCpuRules.BlocksToRefill(ref list, Wide, 0, belowHigh));
        Assert.Equal(high, list.High);
    }

    [Fact]
    public void A_6_12_drain_is_halved_by_an_allocation_before_it()
    {
        Allocator allocator = AllocatorCases.Build(AllocatorCases.OneZone(1_024, new PerCpuSize(4, 40, 40), PerCpuTuning.Automatic));
        int[] pages = allocator.TakeMany(100);
        allocator.DrainAll();
        long before = allocator.Tallies[0].DrainedPages;
        allocator.GiveBack(pages[..39]);
        // 39 in a row become 19, and two follow
        Assert.Equal(38, allocator.Take());
        allocator.GiveBack(pages[39..41]);
        Assert.Equal(21, allocator.Tallies[0].DrainedPages - before);
    }

    [Fact]
    public void Pages_freed_in_a_row_count_up_to_32_batches_in_6_12()
    {
        var list = new PerCpuList { FreeCount = 127 };
        for (int free = 0; free < 3; free++) AutomaticPerCpuRules.PagesToDrain(ref list, Wide, 0, false, false, true);
        Assert.Equal(128, list.FreeCount);
    }

    [Theory]
    [InlineData(28, 20, 4)]
    [InlineData(28, 28, 8)]
    public void A_6_12_list_stays_short_from_an_allocation_below_the_high_watermark_to_a_drain_above_it(int taken, int freed, int kept)
    {
        AllocatorShape shape = AllocatorCases.OneZone(64, Wide, PerCpuTuning.Automatic);
        Allocator allocator = AllocatorCases.Build(shape with { Zones = [shape.Zones[0] with { Watermarks = new(0, 0, 50, 50) }] });
        int[] pages = allocator.TakeMany(taken);
        Assert.Equal(0, allocator.PcpCount(0, 0));
        allocator.GiveBack(pages[..freed]);
        Assert.Equal(kept, allocator.PcpCount(0, 0));
    }

    [Fact]
    public void Lists_smaller_than_a_batch_exchange_single_pages()
    {
        var size = new PerCpuSize(4, 2, 2);
        var list = new PerCpuList { Count = 3 };
        Assert.Equal(1, FixedPerCpuRules.PagesToDrain(ref list, size, 0, false));
        Assert.Equal(1, AutomaticPerCpuRules.PagesToDrain(ref list, size, 0, false, false, true));
        Assert.Equal(1, AutomaticPerCpuRules.BlocksToRefill(ref list, size, 0, false));
    }

    [Fact]
    public void Blocks_of_order_1_to_3_freed_in_a_row_drain_everything_in_6_1()
    {
        var list = new PerCpuList { Count = 10, FreeFactor = 1 };
        Assert.Equal(10, FixedPerCpuRules.PagesToDrain(ref list, new PerCpuSize(4, 40, 40), 2, false));
        Assert.Equal(0, FixedPerCpuRules.PagesToDrain(ref list, new PerCpuSize(4, 40, 40), 9, false));
    }

    [Theory]
    [InlineData(10, true, 10)]
    [InlineData(3, true, 0)]
    [InlineData(3, false, 3)]
    public void Blocks_of_order_1_to_3_freed_in_a_row_drain_everything_in_6_12_except_a_batch_that_the_cache_holds(
        int count, bool largeCacheShare, int drained)
    {
        var list = new PerCpuList { Count = count, FreeCount = 4, FreedHighOrder = true };
        Assert.Equal(drained, AutomaticPerCpuRules.PagesToDrain(ref list, Wide, 2, false, false, largeCacheShare));
    }

    [Fact]
    public void In_6_12_only_the_second_block_of_order_1_to_3_in_a_row_drains_and_high_goes_down()
    {
        var list = new PerCpuList { Count = 10, FreeCount = 4, High = 200 };
        int[] orders = [2, 2, 0, 2];
        Assert.Equal([0, 10, 0, 0], orders.Select(order => AutomaticPerCpuRules.PagesToDrain(ref list, Wide, order, false, false, true)));
        Assert.Equal(200 - 128, list.High);
    }
}
