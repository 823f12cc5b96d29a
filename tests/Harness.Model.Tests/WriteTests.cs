using static Harness.Model.Tests.RangeCases;
using static Harness.Model.VmaFlags;

namespace Harness.Model.Tests;

/// <summary>write(2): what readers of the page see.</summary>
public class WriteTests
{
    [Fact]
    public void A_page_that_is_not_cached_is_read_in_and_then_changed()
    {
        Kernel kernel = On("6.12").Build();
        kernel.WriteFile(0, 2, 7);
        int frame = kernel.Cache.Find(0, 2);
        Assert.Equal(7, kernel.Frames.Content(frame));
        Assert.True(kernel.Frames.Has(frame, FolioFlags.Dirty));
        Assert.Equal(1, kernel.Frames.References(frame));
        Assert.Equal(102, kernel.Cache.Stored(0, 2));
        Assert.Equal(1, kernel.Tallies[Tally.ReadIn]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void Those_who_map_the_page_see_the_change_without_a_flush()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4);
        Assert.Equal(100, kernel.Load(1, 0));
        kernel.WriteFile(0, 0, 7);
        Assert.Equal(7, kernel.Load(1, 0));
        Assert.Equal(1, kernel.Tallies[Tally.ReadIn]);
        Assert.Equal(1, kernel.Tallies[Tally.Faults]);
        Assert.Equal(0, kernel.Sends());
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_private_copy_does_not_see_it()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4, Read | Write);
        kernel.Store(1, 0, 8);
        kernel.WriteFile(0, 0, 7);
        Assert.Equal(8, kernel.Load(1, 0));
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_page_inside_a_large_folio_makes_the_folio_dirty_and_no_other_page_different()
    {
        Kernel kernel = On("6.12").Build();
        int folio = kernel.CacheFolio(0, order: 2);
        kernel.WriteFile(0, 2, 7);
        Assert.Equal([100L, 101, 7, 103], Enumerable.Range(folio, 4).Select(frame => kernel.Frames.Content(frame)));
        Assert.True(kernel.Frames.Has(folio, FolioFlags.Dirty));
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_write_sleeps_while_the_folio_is_locked()
    {
        Kernel kernel = On("6.12").Build();
        int folio = kernel.CacheFolio(0);
        kernel.TryLock(folio);
        kernel.Begin(0, new KernelCall(CallKind.Write, 0, 0, Value: 7));
        Assert.Equal(PauseKind.Sleep, kernel.Step(0).Kind);
        Assert.False(kernel.Ready(0));
        Assert.Equal(100, kernel.Frames.Content(folio));
        kernel.Unlock(folio);
        kernel.FinishCall(0);
        Assert.Equal(7, kernel.Frames.Content(folio));
        kernel.AssertBalanced();
    }

    [Fact]
    public void While_it_is_written_the_folio_is_locked_and_held()
    {
        Kernel kernel = On("6.12").Build();
        int folio = kernel.CacheFolio(0);
        kernel.Begin(0, new KernelCall(CallKind.Write, 0, 0, Value: 7));
        kernel.Advance(0);
        Assert.True(kernel.Frames.Has(folio, FolioFlags.Locked));
        Assert.Equal(2, kernel.Frames.References(folio));
        kernel.FinishCall(0);
        kernel.AssertBalanced();
    }

    [Fact]
    public void Without_memory_a_write_fails_and_changes_nothing()
    {
        Kernel kernel = (On("6.12") with { Frames = [1] }).Build();
        kernel.CacheFolio(0);
        kernel.WriteFile(0, 1, 7);
        Assert.True(kernel.Cache.Find(0, 1) < 0);
        Assert.Equal(1, kernel.Tallies[Tally.AllocationFailures]);
        kernel.AssertBalanced();
    }
}
