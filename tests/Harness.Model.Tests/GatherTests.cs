using static Harness.Model.Tests.RangeCases;

namespace Harness.Model.Tests;

/// <summary>How many unmapped pages a gather holds before it must flush, and how it gives them back.</summary>
public class GatherTests
{
    [Theory]
    [InlineData("6.1", 9_698)]
    [InlineData("6.12", 9_678)]
    public void A_gather_holds_so_many_single_pages(string profile, int expected) =>
        Assert.Equal(expected, Fill(Empty(profile), runs: 1));

    [Theory]
    [InlineData(2)]
    [InlineData(512)]
    public void A_gather_holds_4_849_runs_whatever_their_length(int pages) =>
        // four pairs on the stack, 255 in each of 19 batches
        Assert.Equal(4_849, Fill(Empty("6.12"), pages));

    [Fact]
    public void A_pair_may_take_the_last_single_place()
    {
        MmuGather gather = Empty("6.12");
        // seven single pages end the bundle; six and a pair make eight, and end it too
        for (int i = 0; i < 6; i++) Assert.False(gather.Add(0, 0, 1, delayRmap: false));
        Assert.False(gather.Add(0, 0, 2, delayRmap: false));
        Assert.Equal(19 * 509, Fill(gather, runs: 1));
    }

    [Fact]
    public void With_delayed_reverse_mappings_the_bundle_and_one_batch_are_filled()
    {
        MmuGather gather = Empty("6.12");
        Assert.False(gather.Add(0, 0, 1, delayRmap: true));
        Assert.Equal(7 + 509 - 1, Fill(gather, runs: 1));
    }

    [Fact]
    public void A_delayed_reverse_mapping_in_a_later_batch_ends_with_that_batch()
    {
        MmuGather gather = Empty("6.12");
        for (int i = 0; i < 7 + 509 + 100; i++) Assert.False(gather.Add(0, 0, 1, delayRmap: false));
        Assert.False(gather.Add(0, 0, 1, delayRmap: true));
        Assert.Equal(509 - 101, Fill(gather, runs: 1));
    }

    [Theory]
    [InlineData("6.1", 9_698, 1)]
    [InlineData("6.1", 9_699, 1)]
    [InlineData("6.1", 9_697, 0)]
    [InlineData("6.12", 9_677, 0)]
    [InlineData("6.12", 9_678, 1)]
    [InlineData("6.12", 9_679, 1)]
    [InlineData("6.12", 9_680 + 9_678, 2)]
    public void A_full_gather_flushes_before_the_end(string profile, int pages, long forced)
    {
        Kernel kernel = (On(profile) with { Pages = 38 * Table, Frames = [38 * Table] }).Build().AnonymousRange(0, pages);
        for (int page = 0; page < pages; page++) kernel.MapFolio(page);
        kernel.Munmap(0, 0, pages);
        Assert.Equal(forced, kernel.Tallies[Tally.ForcedFlushes]);
        // even with nothing cleared since: the page tables go
        Assert.Equal(forced + 1, kernel.Sends());
        Assert.Equal(pages, kernel.Tallies[Tally.GatherFreed]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void Pages_are_freed_512_entries_at_a_time()
    {
        Kernel kernel = (On("6.12") with { Pages = 1024, Frames = [1024] }).Build().AnonymousRange(0, 600);
        for (int page = 0; page < 600; page++) kernel.MapFolio(page);
        Assert.Equal([512L, 88], FreedAtOnce(kernel, 600));
        kernel.AssertBalanced();
    }

    [Fact]
    public void Runs_are_freed_256_at_a_time_since_each_is_two_entries()
    {
        Kernel kernel = (On("6.12") with { Pages = 1024, Frames = [1024] }).Build().AnonymousRange(0, 600);
        for (int page = 0; page < 600; page += 2) kernel.MapFolio(page, order: 1);
        Assert.Equal([512L, 88], FreedAtOnce(kernel, 600));
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_dirty_file_page_stays_mapped_in_the_count_until_the_flush_since_6_2()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4, VmaFlags.Read | VmaFlags.Write | VmaFlags.Shared);
        int frame = kernel.MapFolio(0, dirty: true);
        kernel.Begin(0, new KernelCall(CallKind.Unmap, 0, 4));
        kernel.AdvanceUntil(0, () => kernel.Spaces.Pte(0, 0).IsNone);
        Assert.Equal(1, kernel.Frames.MapCount(frame));
        kernel.AdvanceUntil(0, () => kernel.Flushes.InFlight(0));
        Assert.Equal(1, kernel.Frames.MapCount(frame));
        kernel.AdvanceUntil(0, () => kernel.Frames.MapCount(frame) == 0);
        Assert.Equal(1, kernel.Count(1, FlushReason.RemoteShootdown, FlushedPages.Range));
        kernel.FinishCall(0);
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_dirty_file_page_leaves_the_count_at_once_in_6_1()
    {
        Kernel kernel = On("6.1").Build().FileRange(0, 4, VmaFlags.Read | VmaFlags.Write | VmaFlags.Shared);
        int frame = kernel.MapFolio(0, dirty: true);
        kernel.Begin(0, new KernelCall(CallKind.Unmap, 0, 4));
        kernel.AdvanceUntil(0, () => kernel.Spaces.Pte(0, 0).IsNone);
        Assert.Equal(0, kernel.Frames.MapCount(frame));
        Assert.Equal(0, kernel.Sends());
        kernel.FinishCall(0);
        Assert.Equal(1, kernel.Tallies[Tally.ForcedFlushes]);
        kernel.AssertBalanced();
    }

    private static MmuGather Empty(string profile) => new((On(profile) with { Pages = 10_000 }).Build());

    /// <summary>Adds runs until nothing more fits.</summary>
    private static int Fill(MmuGather gather, int runs)
    {
        int added = 1;
        while (!gather.Add(0, 0, runs, delayRmap: false)) added++;
        return added;
    }

    /// <summary>Unmaps all, and says how many pages each step gave back.</summary>
    private static List<long> FreedAtOnce(Kernel kernel, int pages)
    {
        List<long> steps = [];
        kernel.Begin(0, new KernelCall(CallKind.Unmap, 0, pages));
        long before = 0;
        while (true)
        {
            bool more = kernel.Advance(0);
            long freed = kernel.Tallies[Tally.GatherFreed];
            if (freed > before) steps.Add(freed - before);
            before = freed;
            if (!more) return steps;
        }
    }
}
