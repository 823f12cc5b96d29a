namespace Harness.Model.Tests;

/// <summary>Does the replay of the recorded kernel's own policy flush when that kernel did, and interrupt whom it did?</summary>
public sealed class ReplayStockTests
{
    private const int Demotion = 8;

    [Fact]
    public void A_flush_that_is_asked_for_is_made_if_anything_was_unmapped()
    {
        ReplayCases run = new(["stock"]);
        run.Flush().Reclaim(0, 25).Reclaim(100, 10).Flush();
        ReplayedCounts stock = run.Only();
        Assert.Equal((2, 2, 0), (stock.Flushes, stock.BatchFlushes, stock.SingleFlushes));
        // each interrupts CPUs 0 to 2, none of which sends
        Assert.Equal((6, 6), (stock.InterruptsLow, stock.InterruptsHigh));
        Assert.Equal(35, run.Replay.Unmapped.Total);
        Assert.Equal(2, stock.OverTime.Sum());
    }

    [Fact]
    public void What_the_kernel_flushed_is_held_against_what_is_replayed()
    {
        ReplayCases run = new(["stock"]);
        run.Unmap(0).Flush().BatchFlush(0b0111).Free(0);
        run.Unmap(1, cpus: 0b0011).Unmap(2, cpus: 0b0110).Flush().BatchFlush(0b0111);
        Assert.Equal(0, run.Replay.DifferentCpus);
        // a CPU more, and a batch of which nothing was heard
        run.Unmap(3).Flush().BatchFlush(0b1111).BatchFlush(0b0001, pid: 1);
        Assert.Equal((3, 2), (run.Replay.BatchFlushes, run.Replay.DifferentCpus));
    }

    [Fact]
    public void A_batch_flush_whose_caller_was_not_heard_of_is_one_all_the_same()
    {
        ReplayCases run = new(["stock"]);
        run.Unmap(0).BatchFlush(0b0111).Unmap(1).Flush().BatchFlush(0b0111);
        Assert.Equal((2, 0), (run.Replay.BatchFlushes, run.Replay.DifferentCpus));
    }

    [Fact]
    public void A_flush_of_what_was_written_is_none_where_nothing_was()
    {
        ReplayCases run = new(["stock"]);
        run.Unmap(0).Flush(onlyDirty: true);
        Assert.Equal(0, run.Replay.BatchFlushes);
        run.Unmap(1, dirty: true).Flush(onlyDirty: true).BatchFlush(0b0111).Unmap(2).Flush(onlyDirty: true);
        Assert.Equal((1, 0), (run.Replay.BatchFlushes, run.Replay.DifferentCpus));
    }

    [Theory]
    [InlineData("6.12", 0)]
    [InlineData("6.1", 1)]
    public void An_entry_that_no_CPU_can_hold_joins_a_batch_only_of_old_kernels(string kernel, int flushes)
    {
        ReplayCases run = new(["stock", "luf"], kernel);
        run.Unmap(0, present: false).Flush().Free(0).Allocate(0);
        Assert.Equal([flushes, 0], run.Counts().Select(policy => policy.Flushes));
        Assert.Equal((1, 1), (run.Replay.Unmapped.Total, run.Replay.Unmapped.Inaccessible));
    }

    [Fact]
    public void Lazy_CPUs_are_spared_until_they_load_something()
    {
        ReplayCases run = new(["stock"]);
        run.EnterLazy(1).Reclaim(0).LoadMm(1).Reclaim(1);
        Assert.Equal(2 + 3, run.Only().InterruptsLow);
    }

    [Fact]
    public void Without_knowing_who_was_lazy_interrupts_are_bounds()
    {
        ReplayCases run = new(["stock"], knowsLazy: false);
        run.Reclaim(0);
        ReplayedCounts stock = run.Only();
        Assert.Equal((0, 3), (stock.InterruptsLow, stock.InterruptsHigh));
    }

    [Fact]
    public void A_flush_of_one_address_space_spares_those_that_run_another_unless_page_tables_were_freed()
    {
        ReplayCases run = new(["stock"]);
        run.EnterLazy(0).LoadMm(1, mm: 0xB000).LoadMm(2);
        run.RangeFlush(1, freedTables: false, 0b0111);
        Assert.Equal(1, run.Replay.Interrupts);
        run.RangeFlush(-1, freedTables: true, 0b0111);
        Assert.Equal(1 + 3, run.Replay.Interrupts);
        // no flush of unmapping
        Assert.Equal(0, run.Only().Flushes);
    }

    [Fact]
    public void The_flush_of_a_single_entry_is_counted_once()
    {
        ReplayCases run = new(["stock"]);
        run.ClearFlush(0).Free(0).ClearFlush(1, present: false).Free(1);
        ReplayedCounts stock = run.Only();
        Assert.Equal((1, 1, 3), (stock.Flushes, stock.SingleFlushes, stock.InterruptsLow));
        Assert.Equal(3, run.Replay.Interrupts);
        Assert.Equal((1, 1), (run.Replay.Unmapped.NotDeferred, run.Replay.Unmapped.Inaccessible));
    }

    [Fact]
    public void A_page_copied_for_a_write_is_not_unmapped_by_reclaim()
    {
        ReplayCases run = new(["stock", "luf"]);
        run.WriteFault(5).Refill(9).Allocate(9).ClearFlush(5, pid: 0);
        Assert.Equal(0, run.Replay.Unmapped.Total);
        Assert.Equal([0, 0], run.Counts().Select(policy => policy.Flushes));
    }

    [Fact]
    public void Migrations_that_an_old_kernel_flushed_one_by_one_are_flushed_once_a_call_when_batched()
    {
        ReplayCases run = new(["stock", "batched", "luf"], "6.1");
        run.MigrateBegins(Demotion);
        for (int page = 0; page < 600; page++)
            run.Allocate(4_096 + page, pid: ReplayCases.Kswapd).ClearFlush(page, writable: true).Entry(page).Free(page);
        run.MigrateEnds();
        IReadOnlyList<ReplayedCounts> counts = run.Counts();
        Assert.Equal([600, 0, 0], counts.Select(policy => policy.SingleFlushes));
        // 512 and the rest
        Assert.Equal([600, 2, 2], counts.Select(policy => policy.Flushes));
        Assert.Equal(600, run.Replay.Unmapped.Writable);
        Assert.Equal(3 * 600, run.Replay.Interrupts);
    }

    [Fact]
    public void Where_no_other_CPU_runs_the_address_space_nothing_is_put_off()
    {
        ReplayCases run = new(["stock", "batched", "luf"], "6.1");
        run.MigrateBegins(Demotion).ClearFlush(0, cpus: 0b1000).Entry(0).Free(0).ClearFlush(1).Free(1).MigrateEnds();
        // the first interrupts nobody and does not count; the second was no migration
        Assert.Equal([1, 1, 1], run.Counts().Select(policy => policy.SingleFlushes));
        Assert.Equal(2, run.Replay.Unmapped.NotDeferred);
    }
}
