using static Harness.Model.Tests.RangeCases;
using static Harness.Model.VmaFlags;

namespace Harness.Model.Tests;

/// <summary>munmap of large folios that are mapped by PTEs: 6.1 takes them a page at a time, 6.12 a run of one folio.</summary>
public class LargeFolioTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 8)]
    [InlineData(4, 16)]
    [InlineData(5, 32)]
    [InlineData(6, 64)]
    [InlineData(7, 128)]
    [InlineData(8, 256)]
    [InlineData(9, 512)]
    public void A_folio_of_each_order_is_one_operation_in_6_12_and_one_a_page_in_6_1(int order, int pages)
    {
        AssertGoes(order, "6.1", pages, pages);
        AssertGoes(order, "6.12", pages, operations: 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    public void A_dirty_folio_of_a_file_goes_in_one_operation_and_stays_cached(int order)
    {
        int pages = 1 << order;
        Kernel kernel = (On("6.12") with { Pages = 1024, FilePages = 512, Frames = [1024] }).Build().FileRange(0, 512, Read | Write | Shared);
        int folio = kernel.MapFolio(0, order);
        // dirty in its last page alone
        kernel.Spaces.Pte(0, pages - 1) = kernel.Spaces.Pte(0, pages - 1).With(Pte.DirtyBit);
        Assert.Equal(1, ClearingSteps(kernel, 0, pages));
        Assert.Equal(1, kernel.Tallies[Tally.ForcedFlushes]);
        Assert.True(kernel.Frames.Has(folio, FolioFlags.Dirty));
        Assert.Equal(1, kernel.Frames.References(folio));
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_folio_unmapped_in_part_is_freed_with_its_last_page(string profile)
    {
        Kernel kernel = On(profile).Build().AnonymousRange(0, 4);
        int folio = kernel.MapFolio(0, order: 2);
        kernel.Munmap(0, 1, 2);
        Assert.Equal([1, 0, 0, 1], MapCounts(kernel, folio, 4));
        Assert.Equal(2, kernel.Frames.References(folio));
        Assert.Equal(4, kernel.FreeFrames());
        kernel.AssertBalanced();
        kernel.Munmap(0, 3, 1);
        Assert.Equal(4, kernel.FreeFrames());
        kernel.Munmap(0, 0, 1);
        Assert.Equal(8, kernel.FreeFrames());
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_hole_in_the_mapping_ends_a_run()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.MapFolio(0, order: 2);
        kernel.Munmap(0, 1, 1);
        Assert.Equal(2, ClearingSteps(kernel, 0, 4));
        Assert.Equal(8, kernel.FreeFrames());
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_page_table_ends_a_run()
    {
        Kernel kernel = (On("6.12") with { Pages = 2 * Table }).Build().AnonymousRange(0, 2 * Table);
        kernel.MapFolio(Table - 2, order: 3);
        Assert.Equal(2, ClearingSteps(kernel, 0, 2 * Table));
        Assert.Equal(8, kernel.FreeFrames());
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_page_without_access_ends_a_run()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.MapFolio(0, order: 2);
        kernel.Protect(0, 2, 2, None);
        Assert.Equal(2, ClearingSteps(kernel, 0, 4));
        Assert.Equal(8, kernel.FreeFrames());
        kernel.AssertBalanced();
    }

    [Fact]
    public void Rights_and_dirty_bits_end_no_run()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.MapFolio(0, order: 2);
        kernel.Protect(0, 2, 2, Read);
        kernel.Store(0, 1, 7);
        Assert.Equal(1, ClearingSteps(kernel, 0, 4));
        kernel.AssertBalanced();
    }

    [Fact]
    public void Neighbouring_folios_are_a_run_each()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.MapFolio(0, order: 1);
        kernel.MapFolio(2, order: 1);
        Assert.Equal(2, ClearingSteps(kernel, 0, 4));
        Assert.Equal(8, kernel.FreeFrames());
        kernel.AssertBalanced();
    }

    /// <summary>Unmaps the range by task 0, and counts the steps in which mappings went.</summary>
    internal static int ClearingSteps(Kernel kernel, int page, int pages)
    {
        int steps = 0;
        int mapped = kernel.MappedPages();
        kernel.Begin(0, new KernelCall(CallKind.Unmap, page, pages));
        while (kernel.Advance(0))
        {
            int left = kernel.MappedPages();
            if (left < mapped) steps++;
            mapped = left;
        }
        return steps;
    }

    private static void AssertGoes(int order, string profile, int pages, int operations)
    {
        Kernel kernel = (On(profile) with { Pages = 1024, Frames = [1024] }).Build().AnonymousRange(0, 1024);
        kernel.MapFolio(0, order);
        Assert.Equal(operations, ClearingSteps(kernel, 0, pages));
        Assert.Equal(pages, kernel.Tallies[Tally.Unmapped]);
        Assert.Equal(pages, kernel.Tallies[Tally.GatherFreed]);
        Assert.Equal(1, kernel.Sends());
        Assert.Equal(1024, kernel.FreeFrames());
        kernel.AssertBalanced();
    }

    private static int[] MapCounts(Kernel kernel, int folio, int pages) =>
        [.. Enumerable.Range(folio, pages).Select(frame => kernel.Frames.MapCount(frame))];
}
