namespace Harness.Model.Tests;

/// <summary>Is a free that cannot be right refused, with the frame's number?</summary>
public sealed class AllocatorMisuseTests
{
    private readonly Allocator allocator = AllocatorCases.Build(AllocatorCases.OneZone(16, new PerCpuSize(1, 4, 4)) with
    {
        Zones = [new(0, 4, 12) { PerCpu = new PerCpuSize(1, 4, 4), Watermarks = AllocatorCases.NoMarks }],
    });

    [Fact]
    public void A_page_freed_twice_is_refused()
    {
        int pfn = allocator.Take();
        allocator.GiveBack(pfn);
        Refuses(pfn, 0);
        allocator.DrainAll();
        Refuses(pfn, 0);
    }

    [Fact]
    public void A_block_freed_with_another_order_is_refused()
    {
        int pfn = allocator.Take(2);
        Refuses(pfn, 0);
        Refuses(pfn + 1, 0);
        allocator.Free(0, pfn, 2);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(16)]
    [InlineData(1_000)]
    public void A_frame_never_allocated_is_refused(int pfn) => Refuses(pfn, 0);

    private void Refuses(int pfn, int order)
    {
        var error = Assert.Throws<InvalidOperationException>(() => allocator.Free(0, pfn, order));
        Assert.Contains($"frame {pfn} ", error.Message, StringComparison.Ordinal);
    }
}
