namespace Harness.Model.Tests;

/// <summary>Do reclaim, demotion and the page cache count what a kernel counts?</summary>
public sealed class TieringReclaimTests
{
    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Files_that_fit_are_read_once_and_never_reclaimed(string profile)
    {
        var small = new LlamaStreaming { Processes = 1, Threads = 2, Pages = 2_048, Layers = 2, Tokens = 3 };
        Outcome outcome = TieringCases.Run(profile, TieringCases.Demoting, small);
        Assert.Equal(2_048, outcome.Value("model.pages_read"));
        Assert.Equal(3 * 2_048, outcome.Value("model.accesses"));
        Assert.Equal(0, outcome.Value("model.pages_unmapped"));
        Assert.Equal(0, outcome.Value("interrupts.TLB"));
        Assert.Equal(0, outcome.Value("vmstat.workingset_refault_file"));
        // a fault maps 16 pages; every window of 64 has one more for the page that starts the next
        Assert.InRange(outcome.Value("vmstat.pgfault"), 2_048 / 16, 2_048 / 16 * 2);
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    [InlineData("6.12+luf")]
    [InlineData("6.12+luf-as-posted")]
    public void Files_that_do_not_fit_are_read_again_and_every_page_that_left_is_counted(string profile)
    {
        Outcome outcome = TieringCases.Run(profile, TieringCases.Demoting, TieringCases.Thrashing);
        double left = outcome.Value("vmstat.pgsteal_kswapd") + outcome.Value("vmstat.pgsteal_direct");
        double demoted = outcome.Value("vmstat.pgdemote_kswapd") + outcome.Value("vmstat.pgdemote_direct");
        double read = outcome.Value("model.pages_read"); // a few pages are read around a fault and evicted unused
        Assert.InRange(read, 24_576 * 1.5, 24_576 * 3.15);
        Assert.Equal(read - 24_576, outcome.Value("vmstat.workingset_refault_file"));
        Assert.True(demoted > 0);
        Assert.Equal(demoted, outcome.Value("vmstat.pgmigrate_success"));
        // demoted pages count as stolen too; the others were freed, and what was read is either freed or still there
        Assert.InRange(read - (left - demoted), 0, TieringCases.FastPages + TieringCases.SlowPages);
        Assert.InRange(outcome.Value("model.pages_unmapped"), 1, left);
    }

    [Fact]
    public void Without_demotion_nothing_is_demoted()
    {
        Outcome outcome = TieringCases.Run("6.12", new TieringKnobs(), TieringCases.Thrashing);
        Assert.Equal(0, outcome.Value("vmstat.pgdemote_kswapd") + outcome.Value("vmstat.pgdemote_direct"));
        Assert.True(outcome.Value("vmstat.pgsteal_kswapd") > 0);
    }

    [Theory]
    [InlineData("6.12", 31)]
    [InlineData("6.1", 32)]
    public void A_flush_serves_no_more_pages_than_are_freed_together(string profile, int most)
    {
        Outcome outcome = TieringCases.Run(profile, new TieringKnobs(), TieringCases.Thrashing);
        double pages = outcome.Value("model.pages_unmapped") / outcome.Value("model.batch_flushes");
        Assert.InRange(pages, 1, most);
        Assert.True(pages > most / 2, $"{pages} pages a flush");
    }

    [Fact]
    public void Migration_of_6_1_flushes_each_page()
    {
        Outcome outcome = TieringCases.Run("6.1", TieringCases.Demoting, TieringCases.Thrashing);
        Assert.True(outcome.Value("model.range_flushes") > 0);
        Assert.InRange(outcome.Value("model.range_flushes"), 1, outcome.Value("vmstat.pgmigrate_success"));
        Assert.Equal(0, TieringCases.Run("6.12", TieringCases.Demoting, TieringCases.Thrashing).Value("model.range_flushes"));
    }

    [Fact]
    public void Luf_flushes_less_and_with_the_posted_tags_still_less()
    {
        double Flushes(string profile) => TieringCases.Run(profile, TieringCases.Demoting, TieringCases.Thrashing).Value("model.batch_flushes");
        double stock = Flushes("6.12");
        double intended = Flushes("6.12+luf");
        double posted = Flushes("6.12+luf-as-posted");
        Assert.True(intended < 0.7 * stock, $"{intended} of {stock}");
        Assert.True(posted < intended, $"{posted} of {intended}");
    }

    [Fact]
    public void Every_interrupt_is_one_remote_flush_and_was_sent()
    {
        Outcome outcome = TieringCases.Run("6.12", TieringCases.Demoting, TieringCases.Thrashing);
        Assert.Equal(outcome.Value("interrupts.TLB"), outcome.Value("trace.tlb:tlb_flush/remote_shootdown"));
        Assert.InRange(outcome.Value("trace.tlb:tlb_flush/remote_ipi_send"), 1, outcome.Value("model.batch_flushes"));
        Assert.Equal(outcome.Value("interrupts.TLB"), outcome["interrupts.TLB"].PerCpu!.Sum());
        Assert.Equal(0, outcome["interrupts.TLB"].PerCpu![7]);
    }

    [Fact]
    public void Each_actors_components_add_up_to_the_time_that_passed()
    {
        Outcome outcome = TieringCases.Run("6.12", TieringCases.Demoting, TieringCases.Thrashing);
        Assert.All(outcome.Time, parts =>
        {
            Assert.All(parts.Values, part => Assert.True(part.Count >= 0));
            Assert.Equal(outcome.Elapsed.Count, parts.Values.Sum(part => part.Count));
        });
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    [InlineData("6.12+luf")]
    public void A_burst_is_flushed_as_often_as_by_the_kernel_that_is_stepped(string name)
    {
        Profile profile = Profile.Parse(name);
        Assert.Equal(Stepped(profile).Tallies[Tally.BatchFlushes], Burst(profile).Counts[TieringCount.BatchFlushes]);
    }

    /// <summary>A file is read by all, reclaimed 32 pages a call, and read again, several times.</summary>
    internal static TieringKernel Burst(Profile profile, ReplaySimulationTests.Recorder? recorder = null)
    {
        PageArea file = new(0, 0, BurstReclaimTests.FilePages, File: true, Writable: false);
        var kernel = new TieringKernel(TieringCases.Machine(cpus: 4), profile, new TieringKnobs(), [file], BurstReclaimTests.Readers);
        if (recorder is not null)
        {
            recorder.Kernel = kernel;
            kernel.Watcher = recorder;
        }
        for (int reader = 0; reader < BurstReclaimTests.Readers; reader++) kernel.Cpus.Enter(reader, 0);
        Read(kernel);
        for (int burst = 0; burst < BurstReclaimTests.Bursts; burst++)
        {
            for (int first = 0; first < file.Pages; first += 32)
            {
                int[] pages = [.. Enumerable.Range(first, 32)];
                foreach (int page in pages) kernel.Lru.Remove(ref kernel.Tables.Words[page], PageWord.NodeOf(kernel.Tables.Words[page]), file: true);
                kernel.Reclaim.Free(pages, BurstReclaimTests.Reclaimer);
            }
            Read(kernel);
        }
        return kernel;
    }

    [Fact]
    public void A_machine_with_too_little_memory_ends_in_one_line()
    {
        var tiny = new LlamaStreaming { Processes = 1, Threads = 1, Pages = 64, Layers = 1, Tokens = 1 };
        Assert.Throws<MemoryExhaustedException>(() => TieringCases.Run("6.12", TieringCases.Demoting, tiny, TieringCases.Machine(8, 8)));
    }

    private static Kernel Stepped(Profile profile)
    {
        Kernel kernel = BurstReclaimTests.Built(profile, BurstReclaimTests.FilePages);
        Read(kernel);
        for (int burst = 0; burst < BurstReclaimTests.Bursts; burst++)
        {
            for (int first = 0; first < BurstReclaimTests.FilePages; first += 32)
                kernel.Run(BurstReclaimTests.Reclaimer, new KernelCall(CallKind.Reclaim, 0, first, 32));
            Read(kernel);
        }
        return kernel;
    }

    private static void Read(Kernel kernel)
    {
        for (int page = 0; page < BurstReclaimTests.FilePages; page++)
        {
            for (int reader = 0; reader < BurstReclaimTests.Readers; reader++) kernel.Run(reader, new KernelCall(CallKind.Access, page));
        }
    }

    private static void Read(TieringKernel kernel)
    {
        for (int page = 0; page < kernel.Tables.Words.Length; page++)
        {
            ref ulong word = ref kernel.Tables.Words[page];
            int pfn = kernel.Pages.Take(cpu: 0, node: 0);
            int node = kernel.Pages.Allocator.NodeOf(pfn);
            word = PageWord.WithFrame(word, pfn, node) | PageWord.Mapped;
            kernel.Lru.Add(page, ref word, node, file: true, inFault: true);
        }
    }
}
