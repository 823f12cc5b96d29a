namespace Harness.Model.Tests;

/// <summary>Does MIGRC keep the sources it may, count them as free, and give them back when asked?</summary>
public sealed class TieringMigrcTests
{
    private static readonly PageArea File = new(0, 0, 512, File: true, Writable: false);

    [Fact]
    public void Clean_pages_of_a_file_leave_their_sources_behind_without_a_flush_and_dirty_ones_do_not()
    {
        // one kswapd's call over four pages that another CPU reads too: two were written, one of them cleaned since
        (TieringKernel kernel, int[] pages) = Demoting(page => page switch { 0 => PageWord.Writable, 1 => PageWord.Dirty, _ => 0 });
        int free = kernel.Pages.Allocator.FreePages(0) + PerCpu(kernel);
        Move(kernel, pages);
        Assert.Equal(2, kernel.Migrc.Count);
        Assert.Equal(2, kernel.Counts[TieringCount.Kept]);
        Assert.Equal([false, false, true, true], pages.Select(kernel.Migrc.Keeps));
        // the two others had their flush, and their frames are free
        Assert.Equal(1, kernel.Counts[TieringCount.BatchFlushes]);
        Assert.Equal(free + 2, kernel.Pages.Allocator.FreePages(0) + PerCpu(kernel));

        Assert.True(kernel.Migrc.Release(0, LazyCause.Pressure));
        Assert.Equal(0, kernel.Migrc.Count);
        Assert.DoesNotContain(true, pages.Select(kernel.Migrc.Keeps));
        Assert.Equal(free + 4, kernel.Pages.Allocator.FreePages(0) + PerCpu(kernel));
        // the flush of the others had reached the same CPUs
        Assert.Equal(1, kernel.Counts[TieringCount.BatchFlushes]);
        Assert.False(kernel.Migrc.Release(0, LazyCause.Pressure));
    }

    [Fact]
    public void Sources_wait_for_a_flush_that_their_release_makes()
    {
        (TieringKernel kernel, int[] pages) = Demoting(_ => 0);
        Move(kernel, pages);
        Assert.Equal(4, kernel.Migrc.Count);
        Assert.Equal(0, kernel.Counts[TieringCount.BatchFlushes]);
        kernel.Migrc.Release(0, LazyCause.Pressure);
        Assert.Equal(1, kernel.Counts[TieringCount.BatchFlushes]);
        Assert.Equal(1, kernel.Counts[TieringCount.KeptFlushes]);
    }

    [Fact]
    public void A_write_to_a_page_whose_source_is_kept_releases_all()
    {
        (TieringKernel kernel, int[] pages) = Demoting(_ => 0);
        Move(kernel, pages);
        kernel.Anonymous.Fault(pages[1], write: true, 0, 0);
        Assert.Equal(0, kernel.Migrc.Count);
    }

    [Fact]
    public void A_page_that_a_hint_fault_promotes_was_inaccessible_so_that_nothing_is_kept()
    {
        Outcome run = AnonymousCases.Finish(AnonymousCases.Machine(), "6.12+migrc", AnonymousCases.Scanning(2), AnonymousCases.Reads(8, 300_000));
        Assert.Equal(8, run["vmstat.pgpromote_success"].Value);
        Assert.Equal(0, run["model.migrc_frames"].Value);
        Assert.Equal(0, run["model.batch_flushes"].Value);
    }

    [Fact]
    public void Streaming_files_through_two_tiers_needs_fewer_flushes()
    {
        var workload = new LlamaStreaming { Processes = 1, Threads = 4, Pages = 24 * 1_024, Layers = 4, Tokens = 4 };
        Outcome Run(string profile)
        {
            TieringKnobs knobs = new() { Demotion = true };
            TieringKernel kernel = new(AnonymousCases.Machine(), Profile.Parse(profile), knobs, LlamaProgram.Areas(workload), workload.Threads);
            Outcome outcome = AnonymousCases.Finish(new TieringSimulation(kernel, new LlamaProgram(kernel, workload)));
            AnonymousCases.AssertConserved(kernel);
            return outcome;
        }
        Outcome stock = Run("6.12");
        Outcome migrc = Run("6.12+migrc");
        Assert.True(stock["vmstat.pgdemote_kswapd"].Value > 1_000);
        Assert.True(migrc["model.migrc_frames"].Value > 1_000);
        Assert.True(migrc["model.migrc_flushes"].Value > 0);
        (double kept, double all) = (migrc["interrupts.TLB"].Value, stock["interrupts.TLB"].Value);
        Assert.True(kept < all, $"{kept} of {all}");
    }

    /// <summary>A kernel whose next actor is kswapd of node 0, with four pages off their lists that CPUs 0 and 1 run the process of.</summary>
    private static (TieringKernel Kernel, int[] Pages) Demoting(Func<int, ulong> extra)
    {
        TieringKernel kernel = new(AnonymousCases.Machine(), Profile.Parse("6.12+migrc"), new TieringKnobs { Demotion = true }, [File], 2);
        int[] pages = [0, 1, 2, 3];
        kernel.Clock.Next();
        foreach (int page in pages)
        {
            int pfn = kernel.Pages.Take(0, 0);
            kernel.Tables.Words[page] = PageWord.WithFrame(0, pfn, 0) | PageWord.Mapped | extra(page);
        }
        for (int cpu = 0; cpu < 2; cpu++) kernel.Cpus.Enter(cpu, 0);
        for (int thread = 0; thread < 2; thread++) kernel.Clock.StopAt(thread, 0);
        kernel.BeginWindow();
        kernel.Clock.Wake(2, Component.Sleep);
        kernel.Clock.Next();
        return (kernel, pages);
    }

    private static void Move(TieringKernel kernel, int[] pages)
    {
        Assert.True(kernel.Reclaim.IsKswapd);
        int moved = kernel.Migration.Move([.. pages], 0, 1, kernel.KswapdCpu(0), MigrateReason.Demotion, out int left);
        Assert.Equal((4, 0), (moved, left));
        AnonymousCases.AssertConserved(kernel);
    }

    private static int PerCpu(TieringKernel kernel) =>
        Enumerable.Range(0, kernel.Cpus.Count).Sum(cpu => kernel.Pages.Allocator.PcpCount(cpu, 0));
}
