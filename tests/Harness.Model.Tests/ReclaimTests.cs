using static Harness.Model.Tests.RangeCases;
using static Harness.Model.VmaFlags;

namespace Harness.Model.Tests;

/// <summary>What reclaim unmaps, frees and flushes.</summary>
public class ReclaimTests
{
    [Theory]
    [InlineData("6.1", 1, 1)]
    [InlineData("6.1", 31, 1)]
    [InlineData("6.1", 32, 1)]
    [InlineData("6.1", 93, 1)]
    [InlineData("6.12", 1, 1)]
    [InlineData("6.12", 30, 1)]
    [InlineData("6.12", 31, 1)]
    [InlineData("6.12", 32, 2)]
    [InlineData("6.12", 62, 2)]
    [InlineData("6.12", 63, 3)]
    [InlineData("6.12", 93, 3)]
    public void A_call_flushes_once_in_6_1_and_every_31_freed_pages_in_6_12(string profile, int pages, long flushes)
    {
        Kernel kernel = Mapped(profile, pages);
        kernel.Reclaim(0, 0, pages);
        Assert.Equal(flushes, kernel.Tallies[Tally.BatchFlushes]);
        Assert.Equal(flushes, kernel.Sends());
        Assert.Equal(flushes, kernel.Tallies.Interrupts[1]);
        Assert.Equal(pages, kernel.Tallies[Tally.Reclaimed]);
        Assert.Equal(pages, kernel.Tallies[Tally.Unmapped]);
        Assert.Equal(128, kernel.FreeFrames());
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_thread_alone_on_its_CPU_flushes_each_page_at_home(string profile)
    {
        Kernel kernel = (On(profile) with { TaskMms = [0] }).Build().FileRange(0, 4);
        for (int page = 0; page < 3; page++) kernel.Load(0, page);
        kernel.Reclaim(0, 0, 4);
        Assert.Equal(0, kernel.Tallies[Tally.BatchFlushes]);
        Assert.Equal(3, kernel.Count(0, FlushReason.LocalMmShootdown, FlushedPages.Range));
        Assert.Equal(3, kernel.Tallies[Tally.Reclaimed]);
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Pages_nobody_maps_are_freed_without_a_flush(string profile)
    {
        Kernel kernel = (On(profile) with { FilePages = 64, Frames = [64] }).Build();
        for (int page = 0; page < 64; page++) kernel.CacheFolio(page);
        kernel.Reclaim(0, 0, 64);
        Assert.Equal(64, kernel.Tallies[Tally.Reclaimed]);
        Assert.Equal(0, kernel.Tallies[Tally.Unmapped]);
        Assert.Equal(0, kernel.Tallies[Tally.BatchFlushes]);
        Assert.Equal(64, kernel.FreeFrames());
        kernel.AssertBalanced();
    }

    [Fact]
    public void Folios_that_are_not_cached_are_passed_over()
    {
        Kernel kernel = Mapped("6.12", 4);
        kernel.Reclaim(0, 1, 2);
        Assert.Equal(2, kernel.Tallies[Tally.Reclaimed]);
        kernel.Reclaim(0, 0, 4);
        Assert.Equal(4, kernel.Tallies[Tally.Reclaimed]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void Dirty_pages_are_unmapped_and_flushed_but_stay_cached()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4, Read | Write | Shared);
        kernel.Store(1, 0, 7);
        kernel.Load(1, 1);
        kernel.Reclaim(0, 0, 4);
        Assert.Equal(1, kernel.Tallies[Tally.Reclaimed]);
        Assert.Equal(2, kernel.Tallies[Tally.Unmapped]);
        Assert.Equal(1, kernel.Tallies[Tally.BatchFlushes]);
        Assert.Equal(7, kernel.Load(1, 0));
        Assert.Equal(2, kernel.Tallies[Tally.ReadIn]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_call_that_frees_nothing_still_flushes_what_it_unmapped()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4, Read | Write | Shared);
        kernel.Store(1, 0, 7);
        kernel.Reclaim(0, 0, 4);
        Assert.Equal(0, kernel.Tallies[Tally.Reclaimed]);
        Assert.Equal(1, kernel.Tallies[Tally.BatchFlushes]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_page_somebody_else_refers_to_stays()
    {
        Kernel kernel = Mapped("6.12", 2);
        int frame = kernel.Cache.Find(0, 0);
        kernel.Frames.References(frame)++;
        kernel.Reclaim(0, 0, 2);
        Assert.Equal(1, kernel.Tallies[Tally.Reclaimed]);
        Assert.Equal(frame, kernel.Cache.Find(0, 0));
        kernel.Frames.References(frame)--;
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_locked_folio_is_left_alone()
    {
        Kernel kernel = Mapped("6.12", 2);
        int frame = kernel.Cache.Find(0, 0);
        kernel.TryLock(frame);
        kernel.Reclaim(0, 0, 2);
        Assert.Equal(1, kernel.Tallies[Tally.Unmapped]);
        kernel.Unlock(frame);
        kernel.AssertBalanced();
    }

    [Fact]
    public void Every_address_space_loses_the_page_by_one_flush()
    {
        Kernel kernel = (On("6.12") with { TaskMms = [0, 1, 1] }).Build().FileRange(0, 4).FileRange(0, 4, mm: 1);
        for (int task = 0; task < 3; task++) kernel.Load(task, 0);
        kernel.Reclaim(2, 0, 4);
        Assert.Equal(2, kernel.Tallies[Tally.Unmapped]);
        Assert.Equal(1, kernel.Tallies[Tally.Reclaimed]);
        Assert.Equal(1, kernel.Sends());
        Assert.Equal([1L, 1, 0], kernel.Tallies.Interrupts);
        Assert.Equal(1, kernel.Count(2, FlushReason.LocalShootdown, FlushedPages.All));
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_large_folio_goes_as_a_whole(string profile)
    {
        Kernel kernel = (On(profile) with { Pages = 8, FilePages = 8 }).Build().FileRange(0, 8);
        kernel.MapFolio(0, order: 3);
        kernel.Reclaim(0, 0, 8);
        Assert.Equal(8, kernel.Tallies[Tally.Reclaimed]);
        Assert.Equal(8, kernel.Tallies[Tally.Unmapped]);
        Assert.Equal(1, kernel.Tallies[Tally.BatchFlushes]);
        Assert.Equal(8, kernel.FreeFrames());
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData("6.1", 4)]
    [InlineData("6.12", 1)]
    public void Large_folios_are_flushed_one_by_one_in_6_1_and_like_others_in_6_12(string profile, long flushes)
    {
        Kernel kernel = (On(profile) with { Pages = 8, FilePages = 8 }).Build().FileRange(0, 8);
        for (int page = 0; page < 6; page += 2) kernel.MapFolio(page, order: 1);
        kernel.MapFolio(6);
        kernel.Reclaim(0, 0, 8);
        Assert.Equal(7, kernel.Tallies[Tally.Reclaimed]);
        Assert.Equal(flushes, kernel.Tallies[Tally.BatchFlushes]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_large_folio_that_stays_is_looked_at_once()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4, Read | Write | Shared);
        int folio = kernel.MapFolio(0, order: 2, dirty: true);
        int locked = 0;
        bool before = false;
        kernel.Begin(0, new KernelCall(CallKind.Reclaim, 0, 0, 4));
        while (kernel.Advance(0))
        {
            bool now = kernel.Frames.Has(folio, FolioFlags.Locked);
            if (now && !before) locked++;
            before = now;
        }
        Assert.Equal(1, locked);
        Assert.Equal(4, kernel.Tallies[Tally.Unmapped]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_frame_is_free_only_after_the_flush_that_covers_it()
    {
        Kernel kernel = Mapped("6.12", 1);
        kernel.Begin(0, new KernelCall(CallKind.Reclaim, 0, 0, 1));
        kernel.AdvanceUntil(0, () => kernel.Flushes.InFlight(0));
        Assert.Equal(127, kernel.FreeFrames());
        kernel.AdvanceUntil(0, () => kernel.FreeFrames() == 128);
        Assert.Equal(1, kernel.Tallies.Interrupts[1]);
        kernel.FinishCall(0);
        kernel.AssertBalanced();
    }

    private static Kernel Mapped(string profile, int pages)
    {
        Kernel kernel = (On(profile) with { Pages = 128, FilePages = 128, Frames = [128] }).Build().FileRange(0, 128);
        for (int page = 0; page < pages; page++) kernel.MapFolio(page);
        return kernel;
    }
}
