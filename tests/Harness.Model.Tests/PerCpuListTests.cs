namespace Harness.Model.Tests;

/// <summary>What do a CPU's own lists take, keep and give back? Batch 4, high 8, as 6.1 uses them unless a test says otherwise.</summary>
public sealed class PerCpuListTests
{
    [Fact]
    public void A_refill_takes_a_batch_in_the_order_of_addresses()
    {
        Allocator allocator = Of(64);
        Assert.Equal(0, allocator.Take());
        Assert.Equal(60, allocator.FreePages(0));
        Assert.Equal(3, allocator.PcpCount(0, 0));
        Assert.Equal([1, 2, 3], allocator.TakeMany(3));
        Assert.Equal(60, allocator.FreePages(0));
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 8)]
    [InlineData(3, 16)]
    [InlineData(9, 1024)]
    public void A_refill_with_larger_blocks_takes_a_batch_of_pages_but_at_least_two_blocks(int order, int pages)
    {
        Allocator allocator = Of(4096);
        allocator.Take(order);
        Assert.Equal(4096 - pages, allocator.FreePages(0));
        Assert.Equal(pages - (1 << order), allocator.PcpCount(0, 0));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(10)]
    public void Orders_without_a_list_go_to_the_buddy_lists(int order)
    {
        Allocator allocator = Of(4096);
        int pfn = allocator.Take(order);
        Assert.Equal(4096 - (1 << order), allocator.FreePages(0));
        allocator.Free(0, pfn, order);
        Assert.Equal(4096, allocator.FreePages(0));
    }

    [Fact]
    public void The_page_freed_last_is_taken_first()
    {
        Allocator allocator = Of(64);
        allocator.TakeMany(4);
        allocator.GiveBack(1, 3, 0);
        Assert.Equal([0, 3, 1], allocator.TakeMany(3));
    }

    [Fact]
    public void A_drain_at_high_gives_back_the_oldest_batch()
    {
        Allocator allocator = Of(64);
        allocator.TakeMany(8);
        allocator.GiveBack(0, 1, 2, 3, 4, 5, 6);
        Assert.Equal(7, allocator.PcpCount(0, 0));
        Assert.Equal(56, allocator.FreePages(0));
        allocator.GiveBack(7);
        Assert.Equal(4, allocator.PcpCount(0, 0));
        Assert.Equal(60, allocator.FreePages(0));
        Assert.Equal([7, 6, 5, 4], allocator.TakeMany(4));
    }

    [Fact]
    public void A_drain_begins_with_the_list_just_freed_to()
    {
        Allocator allocator = Of(64);
        allocator.TakeMany(4);
        Assert.Equal([4, 6], new[] { 1, 1 }.Select(allocator.Take));
        allocator.GiveBack(0, 1, 2, 3);
        allocator.Free(0, 4, 1);
        allocator.Free(0, 6, 1);
        Assert.Equal(4, allocator.PcpCount(0, 0));
        Assert.Equal([3, 2, 1, 0], allocator.TakeMany(4));
    }

    [Fact]
    public void A_drain_goes_on_with_the_next_list_once_one_is_empty()
    {
        Allocator allocator = Of(64);
        allocator.TakeMany(4);
        Assert.Equal([4, 6, 8, 10], new[] { 1, 1, 1, 1 }.Select(allocator.Take));
        allocator.Free(0, 4, 1);
        allocator.Free(0, 6, 1);
        allocator.Free(0, 8, 1);
        // 0 and 1, then of the pairs the oldest
        allocator.GiveBack(0, 1);
        Assert.Equal(4, allocator.PcpCount(0, 0));
        Assert.Equal([8, 6], new[] { 1, 1 }.Select(allocator.Take));
        Assert.Equal(0, allocator.PcpCount(0, 0));
    }

    [Fact]
    public void Lists_that_are_off_keep_nothing()
    {
        Allocator allocator = AllocatorCases.Build(AllocatorCases.OneZone(8, PerCpuSize.Off, PerCpuTuning.Automatic));
        int pfn = allocator.Take();
        Assert.Equal(7, allocator.FreePages(0));
        allocator.GiveBack(pfn);
        Assert.Equal(8, allocator.FreePages(0));
    }

    [Fact]
    public void A_CPU_does_not_see_what_another_keeps_until_that_is_drained()
    {
        Allocator allocator = AllocatorCases.Build(
            AllocatorCases.OneZone(4, new PerCpuSize(4, 8, 8)) with { CpuNodes = [0, 0] });
        allocator.GiveBack(allocator.Take());
        Assert.Equal(4, allocator.PcpCount(0, 0));
        Assert.Equal(-1, allocator.Allocate(1, 0, 0, AllocationFlags.None, out _));
        allocator.DrainCpu(1);
        Assert.Equal(4, allocator.PcpCount(0, 0));
        allocator.DrainAll();
        Assert.Equal(0, allocator.PcpCount(0, 0));
        Assert.Equal("0 0 1 0 0 0 0 0 0 0 0", allocator.BuddyInfo());
        Assert.Equal(0, allocator.Allocate(1, 0, 0, AllocationFlags.None, out _));
    }

    [Theory]
    [InlineData(PerCpuTuning.Fixed)]
    [InlineData(PerCpuTuning.Automatic)]
    internal void While_reclaim_is_active_a_CPU_keeps_less_than_four_batches(PerCpuTuning tuning)
    {
        Allocator allocator = AllocatorCases.Build(AllocatorCases.OneZone(1024, new PerCpuSize(4, 100, 100), tuning));
        int[] pages = allocator.TakeMany(100);
        allocator.DrainAll();
        allocator.SetReclaimActive(0, true);
        allocator.GiveBack(pages[..15]);
        Assert.Equal(15, allocator.PcpCount(0, 0));
        foreach (int pfn in pages[15..60])
        {
            allocator.GiveBack(pfn);
            Assert.InRange(allocator.PcpCount(0, 0), 4, 15);
        }
        allocator.SetReclaimActive(0, false);
        allocator.GiveBack(pages[60..80]);
        Assert.InRange(allocator.PcpCount(0, 0), 24, 35);
    }

    [Fact]
    public void What_moves_between_the_lists_is_counted()
    {
        Allocator allocator = Of(64);
        allocator.TakeMany(8);
        allocator.GiveBack(0, 1, 2, 3, 4, 5, 6, 7);
        ZoneTally tally = allocator.Tallies[0];
        Assert.Equal((8, 8), (tally.PageAlloc, tally.PageFree));
        Assert.Equal((2, 8), (tally.Refills, tally.RefilledPages));
        Assert.Equal((1, 4), (tally.Drains, tally.DrainedPages));
    }

    private static Allocator Of(int frames) => AllocatorCases.Build(AllocatorCases.OneZone(frames, new PerCpuSize(4, 8, 8)));
}
