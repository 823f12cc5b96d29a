using static Harness.Model.Tests.RangeCases;
using static Harness.Model.VmaFlags;

namespace Harness.Model.Tests;

/// <summary>A file changed on its server: what the client drops, and what it sees from then on.</summary>
public class InvalidateTests
{
    [Fact]
    public void Readers_see_the_new_content_after_one_flush_for_each_mapping()
    {
        Kernel kernel = (On("6.12") with { TaskMms = [0, 1, 1] }).Build().FileRange(0, 4).FileRange(0, 4, mm: 1);
        for (int task = 0; task < 3; task++) Assert.Equal(100, kernel.Load(task, 0));
        kernel.Invalidate(0, 0, 7);
        Assert.True(kernel.Cache.Find(0, 0) < 0);
        // that of address space 0 runs nowhere else
        Assert.Equal([0L, 1, 1], kernel.Tallies.Interrupts);
        Assert.Equal(1, kernel.Count(0, FlushReason.LocalMmShootdown, FlushedPages.Range));
        Assert.Equal(0, kernel.Tallies[Tally.BatchFlushes]);
        for (int task = 0; task < 3; task++) Assert.Equal(7, kernel.Load(task, 0));
        Assert.Equal(2, kernel.Tallies[Tally.ReadIn]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_page_that_is_not_cached_only_changes_on_the_server()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4);
        kernel.Invalidate(0, 0, 7);
        Assert.Equal(0, kernel.Sends());
        Assert.Equal(7, kernel.Load(1, 0));
        Assert.Equal(101, kernel.Load(1, 1));
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_large_folio_is_dropped_as_a_whole()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4);
        kernel.MapFolio(0, order: 2);
        kernel.Invalidate(0, 1, 7);
        Assert.Equal(0, kernel.MappedPages());
        Assert.Equal(8, kernel.FreeFrames());
        Assert.Equal(4, kernel.Sends());
        Assert.Equal([100L, 7, 102, 103], Enumerable.Range(0, 4).Select(page => kernel.Load(0, page)));
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_private_copy_stays()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4, Read | Write);
        kernel.Store(1, 0, 8);
        kernel.Invalidate(0, 0, 7);
        Assert.Equal(8, kernel.Load(1, 0));
        Assert.Equal(0, kernel.Sends());
        kernel.AssertBalanced();
    }

    [Fact]
    public void What_a_batch_has_unmapped_of_the_address_space_is_flushed_first()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4);
        kernel.Load(1, 0);
        kernel.Load(1, 1);
        kernel.Reclaim(0, 1, 1);
        kernel.Invalidate(0, 0, 7);
        Assert.Equal(1, kernel.Tallies[Tally.PendingFlushes]);
        Assert.Equal(3, kernel.Sends());
        kernel.AssertBalanced();
    }

    [Fact]
    public void It_sleeps_while_the_folio_is_locked_and_then_looks_again()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4);
        int folio = kernel.CacheFolio(0);
        kernel.TryLock(folio);
        kernel.Begin(0, new KernelCall(CallKind.Invalidate, 0, 0, Value: 7));
        kernel.Advance(0);
        Assert.Equal(PauseKind.Sleep, kernel.Step(0).Kind);
        // it went away meanwhile
        kernel.Cache.Remove(0, 0);
        kernel.Unlock(folio);
        kernel.Put(1, folio, 0);
        kernel.FinishCall(0);
        Assert.Equal(8, kernel.FreeFrames());
        kernel.AssertBalanced();
    }
}
