namespace Harness.Model.Tests;

/// <summary>Does a tag stay with a free frame until somebody takes it, and is it lost where a rule is taken out?</summary>
public sealed class AllocatorTagTests
{
    private static readonly PerCpuSize BatchOf4 = new(4, 8, 8);

    [Fact]
    public void A_page_taken_back_from_the_CPU_has_its_tag_once()
    {
        Allocator allocator = Of(8, BatchOf4);
        int pfn = allocator.Take();
        allocator.Free(0, pfn, 0, tag: 5);
        Assert.Equal(5u, allocator.TakeTag());
        allocator.GiveBack(pfn);
        Assert.Equal(0u, allocator.TakeTag());
    }

    [Theory]
    [InlineData(true, 7)]
    [InlineData(false, 0)]
    public void A_page_keeps_its_tag_in_the_buddy_lists_but_as_posted_has_none(bool keeps, uint tag)
    {
        Allocator allocator = Of(8, PerCpuSize.Off, new() { DrainKeepsTag = keeps });
        allocator.TakeMany(2);
        allocator.Free(0, 0, 0, tag: 7);
        Assert.Equal(tag, allocator.TakeTag());
    }

    [Theory]
    [InlineData(true, 7)]
    [InlineData(false, 3)]
    public void A_block_merged_to_order_3_has_its_parts_tag_but_as_posted_its_order(bool keeps, uint tag)
    {
        Allocator allocator = Of(8, PerCpuSize.Off, new() { DrainKeepsTag = keeps });
        allocator.Free(0, allocator.Take(), 0, tag: 7);
        Assert.Equal(tag, allocator.TakeTag(3));
    }

    [Theory]
    [InlineData(true, 9, 4, 9)]
    [InlineData(true, 4, 9, 9)]
    [InlineData(true, 65_535, 1, 1)]
    [InlineData(false, 9, 4, 4)]
    [InlineData(false, 9, 0, 0)]
    public void A_merged_block_has_the_newest_tag_unless_the_rule_is_out(bool newest, uint first, uint second, uint merged)
    {
        Allocator allocator = Of(8, PerCpuSize.Off, new() { MergeKeepsNewest = newest });
        allocator.TakeMany(2);
        allocator.Free(0, 0, 0, first);
        allocator.Free(0, 1, 0, second);
        Assert.Equal(merged, allocator.TakeTag(3));
    }

    [Fact]
    public void Whoever_takes_part_of_a_block_answers_for_all_of_it()
    {
        Allocator allocator = Of(8, PerCpuSize.Off);
        allocator.Free(0, allocator.Take(), 0, tag: 7);
        Assert.Equal(7u, allocator.TakeTag());
        Assert.Equal(0u, allocator.TakeTag());
        Assert.Equal(0u, allocator.TakeTag(2));
    }

    [Theory]
    [InlineData(true, 5)]
    [InlineData(false, 2)]
    public void A_refill_answers_for_the_whole_batch_unless_the_rule_is_out(bool accumulates, uint tag)
    {
        Allocator allocator = Of(16, BatchOf4, new() { RefillAccumulates = accumulates });
        allocator.TakeMany(8);
        allocator.Free(0, 0, 0, tag: 3);
        allocator.Free(0, 2, 0, tag: 5);
        allocator.Free(0, 4, 0, tag: 4);
        allocator.Free(0, 6, 0, tag: 2);
        allocator.DrainAll();
        Assert.Equal(6, allocator.Allocate(0, 0, 0, AllocationFlags.None, out uint taken));
        Assert.Equal(tag, taken);
        Assert.Equal([0u, 0u, 0u], Enumerable.Range(0, 3).Select(_ => allocator.TakeTag()));
    }

    [Fact]
    public void A_failed_allocation_has_no_tag()
    {
        Allocator allocator = Of(2, PerCpuSize.Off);
        allocator.TakeMany(2);
        Assert.Equal(-1, allocator.Allocate(0, 0, 0, AllocationFlags.None, out uint tag));
        Assert.Equal(0u, tag);
    }

    private static Allocator Of(int frames, PerCpuSize perCpu, TagRules? rules = null) =>
        AllocatorCases.Build(AllocatorCases.OneZone(frames, perCpu, tags: rules));
}
