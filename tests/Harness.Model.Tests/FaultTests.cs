using static Harness.Model.Tests.RangeCases;
using static Harness.Model.VmaFlags;

namespace Harness.Model.Tests;

/// <summary>What a load or store finds, and what the fault behind it does.</summary>
public class FaultTests
{
    [Fact]
    public void The_first_touch_of_anonymous_memory_finds_zero_and_later_ones_fault_no_more()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        Assert.Equal(0, kernel.Load(0, 2));
        Assert.Equal(0, kernel.Load(0, 2));
        Assert.Equal(0, kernel.Load(1, 2));
        Assert.Equal(1, kernel.Tallies[Tally.Faults]);
        Assert.Equal(3, kernel.Tallies[Tally.Accesses]);
        Assert.Equal(7, kernel.FreeFrames());
        Assert.Equal(0, kernel.Sends());
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_frame_that_held_something_else_is_zeroed()
    {
        Kernel kernel = (On("6.12") with { Frames = [1] }).Build().AnonymousRange(0, 4);
        kernel.Store(0, 0, 7);
        kernel.Munmap(0, 0, 1);
        Assert.Equal(0, kernel.Load(1, 1));
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_file_page_is_read_in_once_and_mapped_from_the_cache_after_that()
    {
        Kernel kernel = (On("6.12") with { TaskMms = [0, 1] }).Build().FileRange(0, 4).FileRange(0, 4, mm: 1);
        Assert.Equal(102, kernel.Load(0, 2));
        Assert.Equal(102, kernel.Load(1, 2));
        Assert.Equal(1, kernel.Tallies[Tally.ReadIn]);
        Assert.Equal(2, kernel.Tallies[Tally.Faults]);
        int frame = kernel.Cache.Find(0, 2);
        Assert.Equal(2, kernel.Frames.MapCount(frame));
        Assert.Equal(3, kernel.Frames.References(frame));
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_range_shows_the_file_from_its_offset_on()
    {
        Kernel kernel = On("6.12").Build();
        kernel.Spaces.Add(0, new Vma(1, 3, Read, 0, 2));
        Assert.Equal(103, kernel.Load(0, 2));
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_store_to_private_memory_of_a_file_copies_and_leaves_the_file_alone()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4, Read | Write);
        kernel.Store(0, 1, 7);
        Assert.Equal(7, kernel.Load(1, 1));
        int cached = kernel.Cache.Find(0, 1);
        Assert.Equal(101, kernel.Frames.Content(cached));
        Assert.Equal(0, kernel.Frames.MapCount(cached));
        Assert.False(kernel.Frames.Has(cached, FolioFlags.Dirty));
        // nothing was mapped before, so there is nothing to flush
        Assert.Equal(0, kernel.Sends());
        Assert.Equal(1, kernel.Shootdown.Generation(0));
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_copy_that_replaces_a_mapping_flushes_that_page()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4, Read | Write);
        Assert.Equal(101, kernel.Load(0, 1));
        Assert.Equal(101, kernel.Load(1, 1));
        kernel.Store(0, 1, 7);
        Assert.Equal(7, kernel.Load(1, 1));
        Assert.Equal(1, kernel.Sends());
        Assert.Equal(1, kernel.Count(1, FlushReason.RemoteShootdown, FlushedPages.Range));
        Assert.Equal(FrameUse.Anonymous, kernel.Frames.Use(kernel.Spaces.Pte(0, 1).Frame));
        kernel.AssertBalanced();
    }

    [Fact]
    public void The_copy_is_mapped_only_after_the_flush()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4, Read | Write);
        kernel.Load(0, 1);
        kernel.Begin(0, new KernelCall(CallKind.Access, 1, 1, Value: 7));
        kernel.AdvanceUntil(0, () => kernel.Flushes.InFlight(0));
        kernel.AdvanceUntil(0, () => !kernel.Flushes.InFlight(0));
        Assert.True(kernel.Spaces.Pte(0, 1).IsNone);
        Assert.False(kernel.Spaces.TableIsFree(0, 1, task: 1));
        kernel.FinishCall(0);
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_store_to_shared_memory_makes_the_cached_page_dirty_in_place()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4, Read | Write | Shared);
        kernel.Load(0, 1);
        Assert.False(kernel.Spaces.Pte(0, 1).Writable);
        kernel.Store(0, 1, 7);
        int cached = kernel.Cache.Find(0, 1);
        Assert.Equal(cached, kernel.Spaces.Pte(0, 1).Frame);
        Assert.True(kernel.Spaces.Pte(0, 1).Dirty);
        Assert.True(kernel.Frames.Has(cached, FolioFlags.Dirty));
        Assert.Equal(7, kernel.Frames.Content(cached));
        Assert.Equal(101, kernel.Cache.Stored(0, 1));
        // a load and a store: two faults, no flush
        Assert.Equal(2, kernel.Tallies[Tally.Faults]);
        Assert.Equal(0, kernel.Sends());
        kernel.AssertBalanced();
    }

    [Fact]
    public void The_first_touch_of_shared_memory_by_a_store_is_one_fault()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4, Read | Write | Shared);
        kernel.Store(0, 1, 7);
        Assert.Equal(1, kernel.Tallies[Tally.Faults]);
        Assert.Equal(1, kernel.Tallies[Tally.ReadIn]);
        Assert.True(kernel.Frames.Has(kernel.Cache.Find(0, 1), FolioFlags.Dirty));
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_write_protected_page_of_ones_own_becomes_writable_where_it_is()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        int frame = kernel.MapFolio(0);
        kernel.Spaces.Pte(0, 0) = kernel.Spaces.Pte(0, 0).Without(Pte.WritableBit);
        kernel.Store(0, 0, 7);
        Assert.Equal(frame, kernel.Spaces.Pte(0, 0).Frame);
        Assert.Equal(0, kernel.Sends());
        Assert.Equal(7, kernel.FreeFrames());
        kernel.AssertBalanced();
    }

    [Fact]
    public void Of_two_address_spaces_that_share_a_page_the_first_to_write_copies_and_the_last_keeps_it()
    {
        Kernel kernel = (On("6.12") with { TaskMms = [0, 1] }).Build().AnonymousRange(0, 4).AnonymousRange(0, 4, mm: 1);
        int frame = kernel.MapFolio(0);
        // as fork leaves it
        kernel.Spaces.Family(1) = 0;
        kernel.Spaces.Pte(0, 0) = kernel.Spaces.Pte(0, 0).Without(Pte.WritableBit);
        kernel.Spaces.Pte(1, 0) = kernel.Spaces.Pte(0, 0);
        kernel.Frames.MapCount(frame)++;
        kernel.Frames.References(frame)++;
        kernel.Store(0, 0, 7);
        Assert.NotEqual(frame, kernel.Spaces.Pte(0, 0).Frame);
        Assert.Equal(0, kernel.Load(1, 0));
        kernel.Store(1, 0, 8);
        Assert.Equal(frame, kernel.Spaces.Pte(1, 0).Frame);
        Assert.Equal(7, kernel.Load(0, 0));
        Assert.Equal(6, kernel.FreeFrames());
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(3, 1)]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    public void A_refused_access_is_counted_and_changes_nothing(int page, int store)
    {
        // pages 0: no rights, 1 and 2: read only, 3: nothing
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 1, None).FileRange(1, 3);
        byte[] before = kernel.SaveState();
        kernel.Run(0, new KernelCall(CallKind.Access, page, store, Value: 7));
        Assert.Equal(-1, kernel.Answer(0));
        kernel.Answer(0) = 0;
        Assert.Equal(before, kernel.SaveState());
        Assert.Equal(1, kernel.Tallies[Tally.Refused]);
        Assert.Equal(1, kernel.Tallies[Tally.Faults]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_fault_without_memory_fails_and_lets_go_of_everything()
    {
        Kernel kernel = (On("6.12") with { Frames = [1] }).Build().AnonymousRange(0, 2).FileRange(2, 4, Read | Write);
        kernel.Load(0, 2);
        kernel.Load(0, 0);
        kernel.Store(0, 2, 7);
        Assert.Equal(-1, kernel.Answer(0));
        Assert.Equal(100, kernel.Load(1, 2));
        Assert.Equal(2, kernel.Tallies[Tally.AllocationFailures]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_fault_sleeps_while_mmap_lock_is_held_for_writing()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.Begin(1, new KernelCall(CallKind.Unmap, 3, 1));
        kernel.AdvanceUntil(1, () => !kernel.Spaces.CanRead(0));
        AssertSleeps(kernel, new KernelCall(CallKind.Access, 0), WaitKind.Reading);
        kernel.FinishCall(1);
        Assert.True(kernel.Ready(0));
        kernel.FinishCall(0);
        Assert.Equal(1, kernel.MappedPages());
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_fault_on_a_page_of_the_cache_sleeps_while_its_folio_is_locked()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4);
        int folio = kernel.CacheFolio(0, order: 1);
        kernel.TryLock(folio);
        AssertSleeps(kernel, new KernelCall(CallKind.Access, 1), WaitKind.Folio);
        kernel.Unlock(folio);
        Assert.True(kernel.Ready(0));
        kernel.FinishCall(0);
        Assert.Equal(101, kernel.Answer(0));
        Assert.Equal(1, kernel.Tallies[Tally.Faults]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_fault_on_a_migration_entry_sleeps_until_the_page_has_moved()
    {
        Kernel kernel = (On("6.12") with { Frames = [4, 4] }).Build().AnonymousRange(0, 4);
        kernel.Store(0, 0, 7);
        kernel.Begin(1, new KernelCall(CallKind.Migrate, 0, 1, 1, (int)MigrateReason.Demotion));
        kernel.AdvanceUntil(1, () => kernel.Spaces.Pte(0, 0).IsEntry);
        kernel.DeliverAll();
        kernel.AdvanceUntil(1, () => kernel.Shootdown.FlushedTo(0) == kernel.Shootdown.Generation(0));
        AssertSleeps(kernel, new KernelCall(CallKind.Access, 0), WaitKind.Folio);
        Assert.True(kernel.Spaces.CanWrite(0));
        kernel.AdvanceUntil(1, () => kernel.Ready(0));
        kernel.FinishCall(1);
        kernel.FinishCall(0);
        Assert.Equal(7, kernel.Answer(0));
        Assert.Equal(1, kernel.Allocator.NodeOf(kernel.Spaces.Pte(0, 0).Frame));
        kernel.AssertBalanced();
    }

    [Fact]
    public void Of_two_faults_on_one_page_the_second_takes_what_the_first_has_mapped()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        kernel.Begin(0, new KernelCall(CallKind.Access, 0, 1, Value: 7));
        kernel.AdvanceUntil(0, () => kernel.FreeFrames() == 7);
        kernel.Store(1, 0, 8);
        kernel.FinishCall(0);
        Assert.Equal(7, kernel.Load(1, 0));
        Assert.Equal(7, kernel.FreeFrames());
        kernel.AssertBalanced();
    }

    [Fact]
    public void Of_two_readers_of_one_file_page_only_one_fills_the_cache()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4);
        kernel.Begin(0, new KernelCall(CallKind.Access, 0));
        kernel.AdvanceUntil(0, () => kernel.FreeFrames() == 7);
        Assert.Equal(100, kernel.Load(1, 0));
        kernel.FinishCall(0);
        Assert.Equal(100, kernel.Answer(0));
        Assert.Equal(1, kernel.Tallies[Tally.ReadIn]);
        Assert.Equal(7, kernel.FreeFrames());
        kernel.AssertBalanced();
    }

    private static void AssertSleeps(Kernel kernel, KernelCall call, WaitKind on)
    {
        kernel.Begin(0, call);
        PauseKind pause;
        do pause = kernel.Step(0).Kind;
        while (pause == PauseKind.Work);
        Assert.Equal(PauseKind.Sleep, pause);
        Assert.Equal(on, kernel.Waiting(0).Kind);
        Assert.False(kernel.Ready(0));
    }
}
