namespace Harness.Model.Tests;

/// <summary>Do the buddy lists split, merge and order their blocks as the kernel's? Per-CPU lists keep nothing here.</summary>
public sealed class BuddyTests
{
    [Fact]
    public void A_split_leaves_one_block_of_each_smaller_order()
    {
        Allocator allocator = Of(8);
        Assert.Equal(0, allocator.Take());
        Assert.Equal("1 1 1 0 0 0 0 0 0 0 0", allocator.BuddyInfo());
        Assert.Equal(7, allocator.FreePages(0));
    }

    [Fact]
    public void A_block_comes_from_the_smallest_order_that_has_one()
    {
        Allocator allocator = Of(8);
        Assert.Equal([0, 4, 2, 1], new[] { 0, 2, 1, 0 }.Select(allocator.Take));
        Assert.Equal(-1, allocator.Take());
    }

    [Theory]
    [InlineData(1024, "0 0 0 0 0 0 0 0 0 0 1")]
    [InlineData(2048, "0 0 0 0 0 0 0 0 0 0 2")]
    public void Pages_freed_one_by_one_merge_up_to_order_10(int frames, string buddyInfo)
    {
        Allocator allocator = Of(frames);
        Assert.Equal(Enumerable.Range(0, frames), allocator.TakeMany(frames));
        for (int pfn = 0; pfn < frames; pfn += 2) allocator.GiveBack(pfn);
        Assert.Equal($"{frames / 2} 0 0 0 0 0 0 0 0 0 0", allocator.BuddyInfo());
        for (int pfn = 1; pfn < frames; pfn += 2) allocator.GiveBack(pfn);
        Assert.Equal(buddyInfo, allocator.BuddyInfo());
    }

    [Fact]
    public void A_zone_that_is_no_power_of_two_starts_as_aligned_blocks_taken_by_address()
    {
        Allocator allocator = AllocatorCases.Build(AllocatorCases.OneZone(0, PerCpuSize.Off) with
        {
            Zones = [new(0, 3, 6) { PerCpu = PerCpuSize.Off, Watermarks = AllocatorCases.NoMarks }],
        });
        Assert.Equal("2 0 1 0 0 0 0 0 0 0 0", allocator.BuddyInfo());
        Assert.Equal([3, 8, 4, 5, 6, 7, -1], allocator.TakeMany(7));
    }

    [Fact]
    public void Buddies_in_two_zones_do_not_merge()
    {
        var shape = AllocatorCases.OneZone(0, PerCpuSize.Off);
        ZoneShape zone = new(0, 0, 4) { PerCpu = PerCpuSize.Off, Watermarks = AllocatorCases.NoMarks };
        Allocator allocator = AllocatorCases.Build(shape with { Zones = [zone, zone with { Start = 4 }] });
        int[] all = allocator.TakeMany(8);
        allocator.GiveBack(all);
        Assert.Equal("0 0 1 0 0 0 0 0 0 0 0", allocator.BuddyInfo(0));
        Assert.Equal("0 0 1 0 0 0 0 0 0 0 0", allocator.BuddyInfo(1));
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1], all.Select(allocator.ZoneOf));
    }

    [Fact]
    public void The_block_freed_last_is_taken_first()
    {
        Allocator allocator = Of(8);
        allocator.TakeMany(8);
        allocator.GiveBack(5, 0);
        Assert.Equal([0, 5], allocator.TakeMany(2));
    }

    [Theory]
    [InlineData(0, 5, 0)]
    [InlineData(8, 5, 0)]
    [InlineData(9, 0, 5)]
    public void A_block_that_may_soon_merge_twice_is_taken_late_unless_that_exceeds_order_10(int order, int first, int second)
    {
        Allocator allocator = Of(8 << order);
        for (int block = 0; block < 8; block++) Assert.Equal(block << order, allocator.Take(order));
        // once 1 is free as well, 0 and 1 would merge with 2 and 3
        foreach (int block in new[] { 2, 3, 5, 0 }) allocator.Free(0, block << order, order);
        Assert.Equal([first << order, second << order], new[] { order, order }.Select(allocator.Take));
    }

    [Fact]
    public void The_largest_block_is_one_allocation()
    {
        Allocator allocator = Of(1024);
        Assert.Equal(0, allocator.Take(10));
        Assert.Equal(0, allocator.FreePages(0));
        Assert.Equal(-1, allocator.Take(10));
        allocator.Free(0, 0, 10);
        Assert.Equal(1024, allocator.FreePages(0));
    }

    private static Allocator Of(int frames) => AllocatorCases.Build(AllocatorCases.OneZone(frames, PerCpuSize.Off));
}
