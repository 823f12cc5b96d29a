namespace Harness.Model.Tests;

/// <summary>Does NUMA balancing scan, fault and promote as often as the kernel's rules say?</summary>
public sealed class TieringBalancingTests
{
    private const int Pages = 8;
    private const long Touches = 300_000;

    [Fact]
    public void Mode_2_protects_faults_on_and_promotes_each_page_once_and_only_the_scan_flushes()
    {
        Outcome run = Run("6.12", mode: 2, Touches);
        string[] once =
        [
            "numa_pte_updates", "numa_hint_faults", "numa_pages_migrated", "pgpromote_success", "pgmigrate_success", "pgpromote_candidate",
            "pgfault",
        ];
        foreach (string counter in once) Assert.Equal((counter, Pages), (counter, run["vmstat." + counter].Value));
        Assert.Equal(0, run["vmstat.numa_hint_faults_local"].Value);
        Assert.Equal(1, run["model.range_flushes"].Value);
        Assert.Equal(0, run["model.batch_flushes"].Value);
        // the scan's flush reaches the two other threads
        Assert.Equal(2, run["interrupts.TLB"].Value);
    }

    [Fact]
    public void Memory_to_spare_takes_pages_that_are_no_candidates()
    {
        Machine machine = AnonymousCases.Machine(fast: 2 * AnonymousCases.Gigabyte);
        TieringKnobs strict = AnonymousCases.Scanning(2) with { HotThresholdMilliseconds = 0, PromoteRateLimitMegabytes = 0 };
        Outcome run = AnonymousCases.Finish(machine, "6.12", strict, AnonymousCases.Reads(Pages, Touches));
        Assert.Equal(Pages, run["vmstat.pgpromote_success"].Value);
        Assert.Equal(0, run["vmstat.pgpromote_candidate"].Value);
    }

    [Fact]
    public void Pages_that_are_not_hot_enough_stay_and_are_no_candidates()
    {
        TieringKnobs knobs = AnonymousCases.Scanning(2) with { HotThresholdMilliseconds = 0 };
        Outcome run = AnonymousCases.Finish(AnonymousCases.Machine(), "6.12", knobs, AnonymousCases.Reads(Pages, Touches));
        Assert.True(run["vmstat.numa_hint_faults"].Value >= Pages);
        Assert.Equal(0, run["vmstat.pgpromote_candidate"].Value);
        Assert.Equal(0, run["vmstat.pgpromote_success"].Value);
    }

    [Fact]
    public void Candidates_beyond_the_rate_limit_are_counted_and_stay()
    {
        // a megabyte a second: 256 pages, of which the one that reaches the limit is refused
        TieringKnobs knobs = AnonymousCases.Scanning(2) with { PromoteRateLimitMegabytes = 1 };
        Outcome run = AnonymousCases.Finish(AnonymousCases.Machine(), "6.12", knobs, AnonymousCases.Reads(512, Touches));
        Assert.InRange(run.Elapsed.Count, 1, 900_000_000);
        Assert.Equal(255, run["vmstat.pgpromote_success"].Value);
        Assert.True(run["vmstat.pgpromote_candidate"].Value >= 512);
    }

    [Fact]
    public void A_target_without_room_refuses_and_wakes_its_kswapd_which_demotes()
    {
        // more is hot than fits: without demotion promotions end at the high watermark
        var full = new PmbenchLike { Pages = 9_000, Threads = 3, Touches = 300_000, Seed = 2 };
        TieringKnobs knobs = AnonymousCases.Scanning(2);
        (TieringKernel kernel, TieringSimulation run) = AnonymousCases.Pmbench(AnonymousCases.Machine(), "6.12", knobs, full);
        Outcome without = AnonymousCases.Finish(run);
        AnonymousCases.AssertConserved(kernel);
        (kernel, run) = AnonymousCases.Pmbench(AnonymousCases.Machine(), "6.12", knobs with { Demotion = true }, full);
        Outcome with = AnonymousCases.Finish(run);
        AnonymousCases.AssertConserved(kernel);
        Assert.Equal(0, without["vmstat.pgdemote_kswapd"].Value);
        Assert.True(with["vmstat.pgdemote_kswapd"].Value > 0);
        Assert.True(with["vmstat.pgpromote_success"].Value > without["vmstat.pgpromote_success"].Value);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, Pages, 1)]
    [InlineData(3, Pages, 1)]
    public void Mode_1_goes_on_to_protect_pages_of_fast_memory(int mode, int promoted, int local)
    {
        Outcome run = Run("6.12", mode, 4 * Touches);
        Assert.Equal(promoted, run["vmstat.numa_pages_migrated"].Value);
        Assert.Equal(local, Math.Sign(run["vmstat.numa_hint_faults_local"].Value));
        Assert.Equal(run["vmstat.numa_pte_updates"].Value > promoted, local > 0);
    }

    [Fact]
    public void Mode_1_moves_a_page_of_slow_memory_by_its_second_fault_and_one_of_another_socket_by_its_first()
    {
        MemoryNode socket = new(100, 8_192, 1e11, 4);
        Machine sockets = Machine.Hardware(8, [socket, socket with { LatencyNs = 150 }], TlbGeometry.Zen4);
        foreach ((Machine machine, int faults) in ((Machine, int)[])[(sockets, 1), (AnonymousCases.Machine(), 2)])
        {
            Outcome run = AnonymousCases.Finish(machine, "6.12", AnonymousCases.Scanning(1), AnonymousCases.Reads(Pages, 2 * Touches));
            double remote = run["vmstat.numa_hint_faults"].Value - run["vmstat.numa_hint_faults_local"].Value;
            Assert.Equal((faults * Pages, Pages), (remote, run["vmstat.numa_pages_migrated"].Value));
        }
    }

    [Fact]
    public void Promotions_of_mode_1_are_counted_as_such_by_6_1_only()
    {
        foreach ((string profile, int counted) in ((string, int)[])[("6.1", Pages), ("6.12", 0)])
        {
            Outcome run = Run(profile, mode: 1, 2 * Touches);
            Assert.Equal((profile, counted), (profile, run["vmstat.pgpromote_success"].Value));
        }
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    [InlineData(false, true, true)]
    public void A_file_that_is_mapped_for_reading_is_never_scanned(bool file, bool writable, bool scanned)
    {
        var area = new PageArea(0, 0, 64, file, writable);
        TieringKernel kernel = AnonymousCases.Mapped("6.12", AnonymousCases.Scanning(2), area, node: 1);
        kernel.Balancing.Begin(0, 0, 1);
        kernel.Balancing.Ran(0, 0, 1_000_000_000);
        Assert.Equal(scanned, kernel.Balancing.IsScanning(0));
    }

    [Fact]
    public void A_scan_looks_at_eight_windows_and_protects_one()
    {
        // two page tables a window of 4 MiB; node 0 is not protected in mode 2
        foreach ((int node, int protects, int looksAt) in ((int, int, int)[])[(0, 0, 16 * 512), (1, 2 * 512, 2 * 512)])
        {
            var area = new PageArea(0, 0, 7_168, File: false, Writable: true);
            TieringKernel kernel = AnonymousCases.Mapped("6.12", AnonymousCases.Scanning(2), area, node);
            kernel.Balancing.Begin(0, 0, 1);
            kernel.Balancing.Ran(0, 0, 1_000_000_000);
            int tables = 0;
            for (; kernel.Balancing.IsScanning(0); tables++) kernel.Balancing.Step(0, 0, 0);
            Assert.Equal(protects, kernel.Counts[TieringCount.NumaPteUpdates]);
            Assert.Equal(Math.Min(looksAt, area.Pages), tables * 512);
        }
    }

    [Theory]
    [InlineData("6.1", true)]
    [InlineData("6.12", false)]
    public void A_promoted_page_can_be_written_at_once_on_6_1_and_after_a_fault_on_6_12(string profile, bool writable)
    {
        var area = new PageArea(0, 0, 8, File: false, Writable: true);
        TieringKernel kernel = AnonymousCases.Mapped(profile, AnonymousCases.Scanning(2), area, node: 1);
        kernel.Balancing.Begin(0, 0, 2);
        kernel.Balancing.Ran(0, 0, 1_000_000_000);
        while (kernel.Balancing.IsScanning(0)) kernel.Balancing.Step(0, 0, 0);
        kernel.Anonymous.Fault(3, write: false, 0, 0);
        Assert.Equal(0, PageWord.NodeOf(kernel.Tables.Words[3]));
        Assert.Equal(writable, (kernel.Tables.Words[3] & PageWord.Writable) != 0);
        Assert.NotEqual(0UL, kernel.Tables.Words[3] & PageWord.Dirty);
        kernel.Anonymous.Fault(3, write: true, 0, 0);
        Assert.NotEqual(0UL, kernel.Tables.Words[3] & PageWord.Writable);
        Assert.Equal(writable ? 1 : 2, kernel.Counts[TieringCount.Faults]);
    }

    private static Outcome Run(string profile, int mode, long touches) =>
        AnonymousCases.Finish(AnonymousCases.Machine(), profile, AnonymousCases.Scanning(mode), AnonymousCases.Reads(Pages, touches));
}
