using static Harness.Model.Tests.RangeCases;
using static Harness.Model.VmaFlags;

namespace Harness.Model.Tests;

/// <summary>mprotect and the scan for NUMA hints: which changes of rights are flushed, and what they leave behind.</summary>
public class ProtectTests
{
    private static readonly KernelCall ScanAll = new(CallKind.Scan, 0, 4);

    [Fact]
    public void Losing_the_right_to_write_is_one_flush_of_the_range()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        for (int page = 0; page < 3; page++) kernel.Store(1, page, 7);
        kernel.Protect(0, 0, 4, Read);
        Assert.Equal(1, kernel.Sends());
        Assert.Equal(1, kernel.Count(1, FlushReason.RemoteShootdown, FlushedPages.Range));
        kernel.Store(1, 0, 8);
        Assert.Equal(1, kernel.Tallies[Tally.Refused]);
        Assert.Equal(7, kernel.Load(1, 0));
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_range_over_two_page_tables_is_still_one_flush()
    {
        Kernel kernel = (On("6.12") with { Pages = 2 * Table }).Build().AnonymousRange(0, 2 * Table);
        kernel.MapFolio(Table - 1);
        kernel.MapFolio(Table);
        kernel.Protect(0, Table - 1, 2, Read);
        Assert.Equal(1, kernel.Count(1, FlushReason.RemoteShootdown, FlushedPages.Range));
        Assert.Equal(1, kernel.Sends());
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_lazy_CPU_is_left_alone()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.MapFolio(0);
        kernel.Shootdown.EnterLazy(1);
        kernel.Protect(0, 0, 4, Read);
        Assert.Equal(1, kernel.Sends());
        Assert.Equal(0, kernel.Tallies.Interrupts[1]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void Pages_nobody_has_touched_are_not_flushed()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.Protect(0, 0, 4, Read);
        Assert.Equal(0, kernel.Sends());
        kernel.AssertBalanced();
    }

    [Fact]
    public void Gaining_the_right_to_write_is_no_flush_and_needs_no_fault_later()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4, Read);
        kernel.Load(0, 0);
        kernel.Protect(0, 0, 4, Read | Write);
        Assert.Equal(0, kernel.Sends());
        Assert.Equal(1, kernel.Shootdown.Generation(0));
        kernel.Store(0, 0, 7);
        Assert.Equal(1, kernel.Tallies[Tally.Faults]);
        Assert.Equal(7, kernel.Load(1, 0));
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_page_of_a_file_gains_the_right_to_write_by_a_fault()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4, Read | Shared);
        kernel.Load(0, 0);
        kernel.Protect(0, 0, 4, Read | Write);
        kernel.Store(0, 0, 7);
        Assert.Equal(2, kernel.Tallies[Tally.Faults]);
        Assert.Equal(7, kernel.Frames.Content(kernel.Cache.Find(0, 0)));
        Assert.Equal(0, kernel.Sends());
        kernel.AssertBalanced();
    }

    [Fact]
    public void Rights_of_a_part_leave_the_rest_of_the_range_as_it_was()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.Protect(0, 1, 2, Read);
        kernel.Store(0, 0, 7);
        kernel.Store(0, 3, 8);
        Assert.Equal(0, kernel.Tallies[Tally.Refused]);
        kernel.Store(0, 1, 9);
        kernel.Store(0, 2, 9);
        Assert.Equal(2, kernel.Tallies[Tally.Refused]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void Without_rights_a_page_keeps_its_frame_and_its_content_comes_back_with_them()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.Store(1, 0, 7);
        kernel.Protect(0, 0, 4, None);
        Assert.True(kernel.Spaces.Pte(0, 0).ProtNone);
        Assert.Equal(1, kernel.Sends());
        Assert.Equal(-1, kernel.Load(1, 0));
        Assert.Equal(1, kernel.Tallies[Tally.Refused]);
        kernel.AssertBalanced();
        kernel.Protect(0, 0, 4, Read | Write);
        Assert.Equal(1, kernel.Sends());
        Assert.Equal(7, kernel.Load(1, 0));
        kernel.Store(1, 0, 8);
        // one for the first store, one refused: none since
        Assert.Equal(2, kernel.Tallies[Tally.Faults]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_migration_entry_loses_the_right_to_write_with_its_range()
    {
        Kernel kernel = (On("6.12") with { Frames = [4, 4] }).Build().AnonymousRange(0, 4);
        kernel.Store(0, 0, 7);
        kernel.Begin(1, new KernelCall(CallKind.Migrate, 0, 1, 1, (int)MigrateReason.Demotion));
        kernel.AdvanceUntil(1, () => kernel.Spaces.Pte(0, 0).IsEntry);
        kernel.Protect(0, 0, 4, Read);
        kernel.FinishCall(1);
        Assert.False(kernel.Spaces.Pte(0, 0).Writable);
        Assert.Equal(7, kernel.Load(0, 0));
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData(nameof(CallKind.Protect))]
    [InlineData(nameof(CallKind.Scan))]
    [InlineData(nameof(CallKind.Unmap))]
    public void A_walk_first_flushes_what_a_batch_has_unmapped_and_does_so_once(string walk)
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4);
        kernel.Load(0, 0);
        kernel.Reclaim(0, 0, 1);
        Assert.Equal(1, kernel.Sends());
        var call = new KernelCall(Enum.Parse<CallKind>(walk), 0, 1, (int)Read);
        kernel.Run(0, call);
        // the kernel does not know that the batch was flushed long ago
        Assert.Equal(1, kernel.Tallies[Tally.PendingFlushes]);
        Assert.Equal(2, kernel.Sends());
        kernel.Run(0, call);
        Assert.Equal(1, kernel.Tallies[Tally.PendingFlushes]);
        Assert.Equal(2, kernel.Sends());
        kernel.AssertBalanced();
    }

    [Fact]
    public void The_flush_for_a_batch_reaches_lazy_CPUs()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4);
        kernel.Load(0, 0);
        kernel.Reclaim(0, 0, 1);
        kernel.Shootdown.EnterLazy(1);
        long before = kernel.Tallies.Interrupts[1];
        kernel.Protect(0, 0, 1, None);
        Assert.Equal(before + 1, kernel.Tallies.Interrupts[1]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void Two_walks_at_once_both_flush_what_a_batch_has_unmapped()
    {
        Kernel kernel = (On("6.12") with { Pages = 2 * Table }).Build().FileRange(0, 4).AnonymousRange(Table, Table + 4);
        kernel.Load(0, 0);
        kernel.Reclaim(0, 0, 1);
        kernel.Begin(0, new KernelCall(CallKind.Scan, 0, 4));
        kernel.AdvanceUntil(0, () => kernel.Flushes.InFlight(0));
        // in another page table: the flush of the first may not have reached everybody yet
        kernel.Run(1, new KernelCall(CallKind.Scan, Table, 4));
        Assert.Equal(2, kernel.Tallies[Tally.PendingFlushes]);
        kernel.FinishCall(0);
        kernel.Run(1, new KernelCall(CallKind.Scan, Table, 4));
        Assert.Equal(2, kernel.Tallies[Tally.PendingFlushes]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void What_is_unmapped_during_that_flush_needs_another()
    {
        Kernel kernel = (On("6.12") with { TaskMms = [0, 0, -1], Pages = 2 * Table }).Build().FileRange(0, 2);
        // the file's other half lies in another page table
        kernel.Spaces.Add(0, new Vma(Table, Table + 2, Read, 0, 2));
        kernel.Load(0, 0);
        kernel.Load(0, Table);
        kernel.Reclaim(2, 0, 1);
        kernel.Begin(0, new KernelCall(CallKind.Scan, 0, 2));
        kernel.AdvanceUntil(0, () => kernel.Flushes.InFlight(0));
        kernel.Reclaim(2, 2, 1);
        kernel.FinishCall(0);
        kernel.Protect(1, Table, 1, None);
        Assert.Equal(2, kernel.Tallies[Tally.PendingFlushes]);
        kernel.Protect(1, Table, 1, Read);
        Assert.Equal(2, kernel.Tallies[Tally.PendingFlushes]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_scan_is_one_flush_and_the_next_touch_of_each_page_one_fault()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.Store(1, 0, 7);
        kernel.Store(1, 1, 8);
        kernel.Run(0, ScanAll);
        Assert.Equal(1, kernel.Sends());
        Assert.Equal(1, kernel.Count(1, FlushReason.RemoteShootdown, FlushedPages.Range));
        Assert.Equal(7, kernel.Load(1, 0));
        Assert.Equal(7, kernel.Load(0, 0));
        kernel.Store(1, 1, 9);
        Assert.Equal(2 + 2, kernel.Tallies[Tally.Faults]);
        Assert.Equal(1, kernel.Sends());
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_second_scan_finds_nothing_to_change()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.MapFolio(0);
        kernel.Run(0, ScanAll);
        kernel.Run(0, ScanAll);
        Assert.Equal(1, kernel.Sends());
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_scan_leaves_out_ranges_that_only_read_a_file(bool shared)
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4, shared ? Read | Shared : Read);
        kernel.MapFolio(0);
        AssertScanChanges(kernel, false);
    }

    [Fact]
    public void A_scan_takes_shared_memory_of_a_file_that_may_be_written() =>
        AssertScanChanges(Mapped(dirty: false), true);

    [Fact]
    public void A_scan_leaves_out_dirty_pages_of_a_file()
    {
        Kernel kernel = Mapped(dirty: true);
        kernel.Frames.Set(kernel.Spaces.Pte(0, 0).Frame, FolioFlags.Dirty);
        AssertScanChanges(kernel, false);
    }

    [Fact]
    public void A_scan_leaves_out_private_pages_that_two_address_spaces_map()
    {
        Kernel kernel = (On("6.12") with { TaskMms = [0, 1] }).Build().FileRange(0, 4, Read | Write).FileRange(0, 4, mm: 1);
        kernel.MapFolio(0);
        kernel.Load(1, 0);
        AssertScanChanges(kernel, false);
    }

    [Fact]
    public void Two_scans_at_once_flush_the_whole_address_space_on_lazy_CPUs_too()
    {
        Kernel kernel = (On("6.12") with { TaskMms = [0, 0, 0] }).Build().AnonymousRange(0, 4);
        kernel.MapFolio(0);
        kernel.Shootdown.EnterLazy(2);
        kernel.Begin(1, ScanAll);
        kernel.AdvanceUntil(1, () => kernel.Spaces.ChangesInFlight(0) == 1);
        kernel.Run(0, ScanAll);
        Assert.Equal(1, kernel.Tallies.Interrupts[2]);
        Assert.Equal(1, kernel.Count(1, FlushReason.RemoteShootdown, FlushedPages.All));
        kernel.FinishCall(1);
        // the second found the page changed already
        Assert.Equal(1, kernel.Sends());
        kernel.AssertBalanced();
    }

    private static Kernel Mapped(bool dirty)
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4, Read | Write | Shared);
        kernel.MapFolio(0, dirty: dirty);
        return kernel;
    }

    private static void AssertScanChanges(Kernel kernel, bool expected)
    {
        kernel.Run(0, ScanAll);
        Assert.Equal(expected, kernel.Spaces.Pte(0, 0).ProtNone);
        Assert.Equal(expected ? 1 : 0, kernel.Sends());
        kernel.AssertBalanced();
    }
}
