namespace Harness.Model.Tests;

/// <summary>Does a replayed recording keep the sources that MIGRC may keep, and release them when it must?</summary>
public sealed class ReplayMigrcTests
{
    private const int Demotion = 8;
    private const int NumaMisplaced = 5;
    private const int Syscall = 3;
    private const int Target = 5_000;

    [Theory]
    [InlineData(Demotion, ReplayCases.Kswapd, false, false, 10)]
    [InlineData(NumaMisplaced, 0, false, false, 10)]
    [InlineData(Demotion, 1, false, false, 0)]
    [InlineData(Syscall, ReplayCases.Kswapd, false, false, 0)]
    [InlineData(Demotion, ReplayCases.Kswapd, true, false, 0)]
    [InlineData(Demotion, ReplayCases.Kswapd, false, true, 0)]
    public void Only_clean_read_only_pages_moved_by_kswapd_or_a_hint_fault_leave_their_sources(
        int reason, int pid, bool writable, bool dirty, int kept)
    {
        ReplayCases run = new(["stock", "migrc"]);
        Move(run, reason, pid, writable, dirty);
        IReadOnlyList<ReplayedCounts> counts = run.Counts();
        Assert.Equal(1, counts[0].Flushes);
        Assert.Equal((kept > 0 ? 0 : 1, kept), (counts[1].Flushes, counts[1].FramesLeft));
    }

    [Fact]
    public void A_write_to_a_moved_page_releases_all_with_one_flush()
    {
        ReplayCases run = new(["migrc"]);
        Move(run, Demotion, ReplayCases.Kswapd).WriteFault(77);
        Assert.Equal(0, run.Only().Flushes);
        run.WriteFault(Target + 4).WriteFault(Target + 5).Allocate(3);
        ReplayedCounts migrc = run.Only();
        Assert.Equal((1, 1), (migrc.Flushes, migrc.LazyFlushes["write fault"]));
    }

    [Fact]
    public void A_kept_frame_that_was_used_again_releases_all()
    {
        ReplayCases run = new(["migrc"]);
        Move(run, Demotion, ReplayCases.Kswapd).Allocate(2).Allocate(3);
        ReplayedCounts migrc = run.Only();
        Assert.Equal((1, 1), (migrc.Flushes, migrc.LazyFlushes["a kept frame was used again"]));
        Assert.Equal(2, migrc.WaitMicroseconds.Sum());
    }

    [Fact]
    public void Memory_pressure_releases_what_is_kept_on_that_node()
    {
        ReplayCases run = new(["migrc"]);
        Move(run, Demotion, ReplayCases.Kswapd).Pressure(1);
        Assert.Equal(0, run.Only().Flushes);
        run.Pressure(0);
        Assert.Equal(1, run.Only().LazyFlushes["memory pressure"]);
        Move(run, Demotion, ReplayCases.Kswapd).Pressure(-1).Pressure(0);
        Assert.Equal((2, 2), (run.Only().LazyFlushes["memory pressure"], run.Only().Epochs));
    }

    [Fact]
    public void A_flush_of_all_of_the_address_space_spares_the_release_its_own()
    {
        ReplayCases run = new(["migrc"]);
        Move(run, Demotion, ReplayCases.Kswapd).RangeFlush(1, false, 0b0111).RangeFlush(-1, true, 0b0011).RangeFlush(34, true, 0b0100);
        run.Pressure(0);
        Assert.Equal(0, run.Only().Flushes);
    }

    [Fact]
    public void Reclaim_is_as_on_the_recorded_kernel()
    {
        ReplayCases run = new(["stock", "migrc"]);
        run.Reclaim(0, 20).Allocate(0);
        Assert.Equal([1, 1], run.Counts().Select(policy => policy.BatchFlushes));
    }

    /// <summary>Ten pages move in one call, each to the frame allocated before it is unmapped.</summary>
    private static ReplayCases Move(ReplayCases run, int reason, int pid, bool writable = false, bool dirty = false)
    {
        run.MigrateBegins(reason, pid);
        for (int page = 0; page < 10; page++)
            run.Allocate(Target + page, pid: pid).Unmap(page, writable, dirty: dirty, pid: pid, cpus: 0b0101).Entry(page, pid);
        run.Flush(pid);
        for (int page = 0; page < 10; page++) run.Free(page, pid: pid);
        return run.MigrateEnds(pid);
    }
}
