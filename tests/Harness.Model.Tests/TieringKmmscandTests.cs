namespace Harness.Model.Tests;

/// <summary>Does kmmscand scan, list and move as the posted version does?</summary>
public sealed class TieringKmmscandTests
{
    private const string Kernel = "6.12+kmmscand";

    [Fact]
    public void The_first_visit_lists_every_page_and_each_is_moved_with_a_flush_of_its_own()
    {
        TieringKnobs knobs = new() { Kmmscand = new KmmscandKnobs { PeriodMilliseconds = 400 } };
        Outcome run = AnonymousCases.Finish(AnonymousCases.Machine(), Kernel, knobs, AnonymousCases.Reads(8, 100_000));
        Assert.Equal(1, run["vmstat.nr_kmmscand_mm_scans"].Value);
        foreach (string counter in (string[])["slowtier", "migadded", "migrated"]) Assert.Equal(8, run["vmstat.nr_kmmscand_" + counter].Value);
        Assert.Equal(8, run["vmstat.pgmigrate_success"].Value);
        Assert.Equal(8, run["model.batch_flushes"].Value);
        Assert.Equal(8 * 3, run["interrupts.TLB"].Value);
        Assert.Equal(8, run["workload.pages_elsewhere"].Value);
        Assert.Equal(0, run["vmstat.pgfault"].Value);
        Assert.True(run["model.kmmscand_migration_seconds"].Value > run["model.kmmscand_scan_seconds"].Value);
    }

    [Fact]
    public void A_disabled_one_does_nothing()
    {
        TieringKnobs knobs = new() { Kmmscand = new KmmscandKnobs { Enabled = false } };
        Outcome run = AnonymousCases.Finish(AnonymousCases.Machine(), Kernel, knobs, AnonymousCases.Reads(8, 1_000));
        Assert.Equal(0, run["vmstat.nr_kmmscand_mm_scans"].Value);
    }

    [Fact]
    public void A_hole_ends_the_walk_of_its_mapping()
    {
        var area = new PageArea(0, 0, 2_000, File: false, Writable: true);
        TieringKernel kernel = Scanned(area, page => page != 700, periods: 1);
        Assert.Equal(1, kernel.Counts[TieringCount.KmmscandMmScans]);
        Assert.Equal(700, kernel.Counts[TieringCount.KmmscandAdded]);
        Assert.Equal(700, kernel.Counts[TieringCount.KmmscandMigrated]);
    }

    [Fact]
    public void Pages_that_nobody_touches_are_idle_from_the_second_visit_on()
    {
        var area = new PageArea(0, 0, 512, File: false, Writable: true);
        TieringKernel kernel = AnonymousCases.Mapped(Kernel, new TieringKnobs(), area, node: 0);
        Scan(kernel, periods: 3);
        Assert.Equal(512, kernel.Counts[TieringCount.KmmscandTopTier]);
        Assert.Equal(2 * 512, kernel.Counts[TieringCount.KmmscandIdle]);
        Assert.Equal(0, kernel.Counts[TieringCount.KmmscandAdded]);
    }

    [Theory]
    [InlineData(0, 99, 2_300, 2_048)]
    [InlineData(0, 100, 400, 16_384)]
    [InlineData(500, 0, 5_000, 4_096)]
    [InlineData(500, 500, 1_700, 8_192)]
    public void Period_and_size_follow_what_was_found(int before, int now, int period, int megabytes)
    {
        KmmscandPace pace = KmmscandPace.First(2_000);
        pace.Found = before;
        pace.Adapt(now);
        Assert.Equal((period, megabytes * 256L), (pace.Period, pace.Pages));
    }

    private static TieringKernel Scanned(PageArea area, Func<int, bool> isMapped, int periods)
    {
        TieringKernel kernel = AnonymousCases.Mapped(Kernel, new TieringKnobs(), area, node: 1, isMapped);
        Scan(kernel, periods);
        AnonymousCases.AssertConserved(kernel);
        return kernel;
    }

    /// <summary>Lets the thread act until it has scanned that often and moved what it found.</summary>
    private static void Scan(TieringKernel kernel, int periods)
    {
        long asleep = 0;
        while (kernel.Counts[TieringCount.KmmscandMmScans] < periods || kernel.Clock.Now - asleep < 16_000_000)
        {
            kernel.Clock.Next();
            asleep = kernel.Clock.Now;
            kernel.Kmmscand!.Step();
        }
    }
}
