using static Harness.Model.Tests.RangeCases;
using static Harness.Model.VmaFlags;

namespace Harness.Model.Tests;

/// <summary>What munmap clears, flushes and frees.</summary>
public class ZapTests
{
    [Theory]
    [InlineData("6.1", 1)]
    [InlineData("6.1", 33)]
    [InlineData("6.12", 1)]
    [InlineData("6.12", 33)]
    public void Pages_of_anonymous_memory_are_flushed_once_at_the_end_as_a_range(string profile, int pages)
    {
        Kernel kernel = (On(profile) with { Pages = 64, Frames = [64] }).Build().AnonymousRange(0, 64);
        for (int page = 0; page < pages; page++) kernel.MapFolio(page);
        kernel.Munmap(0, 0, pages);
        Assert.Equal(1, kernel.Sends());
        Assert.Equal(1, kernel.Count(1, FlushReason.RemoteShootdown, FlushedPages.Range));
        Assert.Equal(0, kernel.Tallies[Tally.ForcedFlushes]);
        Assert.Equal(64, kernel.FreeFrames());
        kernel.AssertBalanced();
    }

    [Fact]
    public void More_than_33_pages_are_flushed_as_a_whole()
    {
        Kernel kernel = (On("6.12") with { Pages = 64, Frames = [64] }).Build().AnonymousRange(0, 64);
        for (int page = 0; page < 34; page++) kernel.MapFolio(page);
        kernel.Munmap(0, 0, 34);
        Assert.Equal(1, kernel.Count(1, FlushReason.RemoteShootdown, FlushedPages.All));
        kernel.AssertBalanced();
    }

    [Fact]
    public void The_flush_covers_only_what_was_mapped()
    {
        Kernel kernel = (On("6.12") with { Pages = 64, Frames = [64] }).Build().AnonymousRange(0, 64);
        kernel.MapFolio(20);
        kernel.MapFolio(30);
        kernel.Munmap(0, 0, 60);
        Assert.Equal(1, kernel.Count(1, FlushReason.RemoteShootdown, FlushedPages.Range));
        kernel.AssertBalanced();
    }

    [Fact]
    public void An_untouched_range_is_unmapped_without_a_flush()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.Munmap(0, 0, 4);
        Assert.Equal(0, kernel.Sends());
        Assert.Equal(1, kernel.Shootdown.Generation(0));
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(3, 0)]
    public void A_lazy_CPU_is_interrupted_when_the_page_table_goes_and_only_then(int pages, long interrupts)
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.MapFolio(0);
        kernel.Shootdown.EnterLazy(1);
        kernel.Munmap(0, 0, pages);
        Assert.Equal(interrupts, kernel.Tallies.Interrupts[1]);
        Assert.Equal(1, kernel.Sends());
        kernel.AssertBalanced();
    }

    [Fact]
    public void Another_range_in_the_same_2_MiB_keeps_the_page_table()
    {
        Kernel kernel = (On("6.12") with { Pages = 2 * Table }).Build().AnonymousRange(0, 2).AnonymousRange(Table - 1, Table);
        kernel.MapFolio(0);
        kernel.Shootdown.EnterLazy(1);
        kernel.Munmap(0, 0, 2);
        Assert.Equal(0, kernel.Tallies.Interrupts[1]);
        // the other was never touched, but the table is there
        kernel.Munmap(0, Table - 1, 1);
        Assert.Equal(1, kernel.Tallies.Interrupts[1]);
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData("6.1", true, true, 2, 2)]
    [InlineData("6.12", true, true, 2, 2)]
    [InlineData("6.1", true, false, 1, 2)]
    [InlineData("6.12", true, false, 1, 2)]
    [InlineData("6.12", false, true, 1, 1)]
    [InlineData("6.1", false, false, 0, 1)]
    [InlineData("6.12", false, false, 0, 1)]
    public void Each_page_table_with_a_dirty_file_page_is_flushed_under_its_lock(
        string profile, bool dirtyInFirst, bool dirtyInSecond, long forced, long sends)
    {
        Kernel kernel = (On(profile) with { Pages = 2 * Table, FilePages = 2 * Table, Frames = [64] }).Build()
            .FileRange(0, 2 * Table, Read | Write | Shared);
        // the first and the last page stay, and with them the page tables
        for (int page = 1; page < 4; page++) kernel.MapFolio(page, dirty: dirtyInFirst && page == 2);
        for (int page = 1; page < 4; page++) kernel.MapFolio(Table + page, dirty: dirtyInSecond && page != 2);
        kernel.Munmap(0, 1, 2 * Table - 2);
        Assert.Equal(forced, kernel.Tallies[Tally.ForcedFlushes]);
        Assert.Equal(sends, kernel.Sends());
        Assert.Equal(dirtyInFirst, kernel.Frames.Has(kernel.Cache.Find(0, 2), FolioFlags.Dirty));
        Assert.False(kernel.Frames.Has(kernel.Cache.Find(0, 1), FolioFlags.Dirty));
        kernel.AssertBalanced();
    }

    [Fact]
    public void Dirty_anonymous_pages_force_no_flush()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.Store(0, 0, 7);
        kernel.Store(0, 1, 8);
        kernel.Munmap(0, 0, 3);
        Assert.Equal(0, kernel.Tallies[Tally.ForcedFlushes]);
        Assert.Equal(1, kernel.Sends());
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_forced_flush_holds_the_page_table()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4, Read | Write | Shared);
        kernel.MapFolio(0, dirty: true);
        kernel.Begin(0, new KernelCall(CallKind.Unmap, 0, 3));
        kernel.AdvanceUntil(0, () => kernel.Flushes.InFlight(0));
        Assert.False(kernel.Spaces.TableIsFree(0, 0, task: 1));
        kernel.AdvanceUntil(0, () => !kernel.Flushes.InFlight(0));
        Assert.False(kernel.Spaces.TableIsFree(0, 0, task: 1));
        kernel.AdvanceUntil(0, () => kernel.Spaces.TableIsFree(0, 0, task: 1));
        Assert.Equal(1, kernel.Tallies.Interrupts[1]);
        kernel.FinishCall(0);
        kernel.AssertBalanced();
    }

    [Fact]
    public void Pages_are_freed_only_after_the_flush()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.MapFolio(0);
        kernel.Begin(0, new KernelCall(CallKind.Unmap, 0, 4));
        kernel.AdvanceUntil(0, () => kernel.Flushes.InFlight(0));
        Assert.Equal(7, kernel.FreeFrames());
        kernel.AdvanceUntil(0, () => !kernel.Flushes.InFlight(0));
        Assert.Equal(7, kernel.FreeFrames());
        kernel.FinishCall(0);
        Assert.Equal(8, kernel.FreeFrames());
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_migration_entry_goes_without_a_flush_and_its_page_dies_with_the_migration()
    {
        Kernel kernel = (On("6.12") with { Frames = [4, 4] }).Build().AnonymousRange(0, 4);
        kernel.MapFolio(0);
        kernel.Begin(1, new KernelCall(CallKind.Migrate, 0, 1, 1, (int)MigrateReason.Demotion));
        kernel.AdvanceUntil(1, () => kernel.Tallies[Tally.BatchFlushes] == 1 && !kernel.Flushes.InFlight(1));
        Assert.True(kernel.Spaces.Pte(0, 0).IsEntry);
        kernel.Munmap(0, 0, 3);
        Assert.True(kernel.Spaces.Pte(0, 0).IsNone);
        // the one that the migration's batch, whose counter nobody has looked at, costs every walk
        Assert.Equal(1, kernel.Tallies[Tally.PendingFlushes]);
        Assert.Equal(2, kernel.Sends());
        kernel.FinishCall(1);
        Assert.Equal(1, kernel.Tallies[Tally.Migrated]);
        Assert.Equal(8, kernel.FreeFrames());
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_2_MiB_mapping_is_one_operation_and_frees_512_frames(string profile)
    {
        Kernel kernel = (On(profile) with { Pages = 2 * Table, Frames = [2 * Table] }).Build().AnonymousRange(0, 2 * Table);
        kernel.MapHuge(Table);
        Assert.Equal(1, LargeFolioTests.ClearingSteps(kernel, Table, Table));
        Assert.Equal(1, kernel.Sends());
        Assert.Equal(1, kernel.Tallies[Tally.Unmapped]);
        Assert.Equal(2 * Table, kernel.FreeFrames());
        kernel.AssertBalanced();
    }

    [Fact]
    public void While_another_gather_is_under_way_the_whole_address_space_is_flushed_on_lazy_CPUs_too()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.MapFolio(0);
        kernel.Shootdown.EnterLazy(1);
        kernel.Spaces.ChangesInFlight(0)++;
        kernel.Munmap(0, 0, 1);
        kernel.Spaces.ChangesInFlight(0)--;
        Assert.Equal(1, kernel.Tallies.Interrupts[1]);
        Assert.Equal(1, kernel.Count(0, FlushReason.LocalMmShootdown, FlushedPages.All));
        kernel.AssertBalanced();
    }

    [Fact]
    public void While_another_gather_is_under_way_even_an_empty_one_flushes()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.Spaces.ChangesInFlight(0)++;
        kernel.Munmap(0, 0, 1);
        kernel.Spaces.ChangesInFlight(0)--;
        Assert.Equal(1, kernel.Sends());
        kernel.AssertBalanced();
    }

    [Fact]
    public void Munmap_waits_for_a_fault_under_way()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.Begin(1, new KernelCall(CallKind.Access, 0));
        kernel.AdvanceUntil(1, () => !kernel.Spaces.CanWrite(0));
        kernel.Begin(0, new KernelCall(CallKind.Unmap, 0, 4));
        while (kernel.Step(0).Kind == PauseKind.Work)
        {
        }
        Assert.Equal(WaitKind.Writing, kernel.Waiting(0).Kind);
        Assert.False(kernel.Ready(0));
        // the fault lets go of mmap_lock before the load is tried again
        kernel.AdvanceUntil(1, () => kernel.Ready(0));
        Assert.Equal(1, kernel.MappedPages());
        kernel.FinishCall(0);
        kernel.FinishCall(1);
        Assert.Equal(1, kernel.Tallies[Tally.Refused]);
        Assert.Equal(0, kernel.MappedPages());
        kernel.AssertBalanced();
    }
}
