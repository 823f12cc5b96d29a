namespace Harness.Model.Tests;

/// <summary>Does a replayed recording obey each of LUF's rules?</summary>
public sealed class ReplayLufTests
{
    [Fact]
    public void Each_burst_of_reclaim_costs_one_flush()
    {
        ReplayCases run = new(["stock", "luf"]);
        for (int burst = 0; burst < 3; burst++)
        {
            for (int first = 0; first < 100; first += 25) run.Reclaim(first, 25);
            for (int frame = 0; frame < 100; frame++) run.Allocate(frame);
        }
        IReadOnlyList<ReplayedCounts> counts = run.Counts();
        Assert.Equal([12, 3], counts.Select(policy => policy.Flushes));
        ReplayedCounts luf = counts[1];
        Assert.Equal((0, 3, 3, 300), (luf.BatchFlushes, luf.LazyFlushes["allocation"], luf.Epochs, luf.FramesLeft));
        Assert.Equal(300, luf.WaitMicroseconds.Sum());
        Assert.Equal(300, run.Replay.Unmapped.Qualifying);
        // the allocator on CPU 0 does not interrupt itself
        Assert.Equal(3 * 2, luf.InterruptsLow);
    }

    [Fact]
    public void Writable_pages_save_nothing_and_are_counted()
    {
        ReplayCases run = new(["stock", "luf", "luf-as-posted"]);
        for (int first = 0; first < 100; first += 25) run.Reclaim(first, 25, writable: true);
        for (int frame = 0; frame < 100; frame++) run.Allocate(frame);
        Assert.Equal([4, 4, 4], run.Counts().Select(policy => policy.Flushes));
        Assert.Equal((100, 100), (run.Replay.Unmapped.Total, run.Replay.Unmapped.Writable));
    }

    [Fact]
    public void A_waiting_time_is_that_from_free_to_allocation()
    {
        ReplayCases run = ReplayCases.Luf();
        // 10 events of 10 microseconds each
        run.Reclaim(0);
        for (int other = 0; other < 9; other++) run.EnterLazy(0);
        run.Allocate(0);
        IReadOnlyList<long> waits = run.Only().WaitMicroseconds;
        Assert.Equal(1, waits[6]);
        Assert.Equal(1, waits.Sum());
    }

    [Fact]
    public void A_folio_qualifies_as_a_whole()
    {
        // two address spaces map the page, one of them writable
        ReplayCases run = new(["stock", "luf"]);
        run.Unmap(0).Unmap(0, writable: true).Flush().Free(0).Allocate(0);
        Assert.Equal([1, 1], run.Counts().Select(policy => policy.BatchFlushes));
        Assert.Equal(2, run.Replay.Unmapped.Writable);
    }

    [Fact]
    public void Each_rule_is_noticed_when_it_is_taken_out()
    {
        Assert.All(Rules(), rule =>
        {
            ReplayCases sound = ReplayCases.Luf();
            rule.Events(sound);
            ReplayCases mutated = ReplayCases.Luf(rule.Without);
            rule.Events(mutated);
            Assert.Equal((rule.Name, rule.With), (rule.Name, Sum(sound)));
            Assert.Equal((rule.Name, rule.WithoutIt), (rule.Name, Sum(mutated)));
        });
    }

    [Fact]
    public void A_drained_page_has_lost_its_tag_as_posted_and_one_that_was_not_drained_has_not()
    {
        ReplayCases run = new(["luf", "luf-as-posted"]);
        run.Reclaim(2).Drain(2).Refill(2).Allocate(2);
        Assert.Equal([1, 0], run.Counts().Select(policy => policy.Flushes));
        run.Reclaim(4).Allocate(4);
        Assert.Equal([2, 1], run.Counts().Select(policy => policy.Flushes));
    }

    [Fact]
    public void A_page_that_was_unmapped_and_stays_in_use_waits_for_nothing()
    {
        ReplayCases run = ReplayCases.Luf();
        run.Unmap(0).Flush().Allocate(1);
        ReplayedCounts luf = run.Only();
        Assert.Equal((0, 0), (luf.Flushes, luf.FramesLeft));
    }

    [Fact]
    public void An_ordinary_flush_of_the_same_CPUs_spares_the_epoch_its_own()
    {
        ReplayCases run = ReplayCases.Luf();
        run.Reclaim(0).Reclaim(1, writable: true).Allocate(0);
        ReplayedCounts luf = run.Only();
        Assert.Equal((1, 0), (luf.BatchFlushes, luf.LazyFlushes.Count));
        // one of fewer CPUs does not
        run.Reclaim(2).Unmap(3, writable: true, cpus: 0b0011).Flush().Allocate(2);
        Assert.Equal((3, 1), (run.Only().Flushes, run.Only().LazyFlushes["allocation"]));
    }

    [Fact]
    public void Allocations_of_frames_of_a_flushed_epoch_cost_nothing()
    {
        ReplayCases run = ReplayCases.Luf();
        run.Reclaim(0, 2).Allocate(0).Reclaim(5).Allocate(1);
        Assert.Equal((1, 2), (run.Only().Flushes, run.Only().Epochs));
        run.Allocate(5);
        Assert.Equal(2, run.Only().Flushes);
    }

    [Fact]
    public void Migrations_of_an_old_kernel_are_handed_over_at_the_end_of_their_call()
    {
        ReplayCases run = new(["stock", "luf"], "6.1");
        run.MigrateBegins(8);
        for (int page = 0; page < 10; page++) run.ClearFlush(page).Entry(page).Free(page);
        run.MigrateEnds().Allocate(3).Allocate(4);
        Assert.Equal([10, 1], run.Counts().Select(policy => policy.Flushes));
        Assert.Equal((10, 10), (run.Replay.Unmapped.Qualifying, run.Counts()[1].FramesLeft));
    }

    [Fact]
    public void No_event_allocates_memory()
    {
        Replay replay = new ReplayCases(["stock", "luf", "migrc"]).Replay;
        Span<ulong> cpus = [0b0111];
        Burst(replay, cpus, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int burst = 1; burst < 20; burst++) Burst(replay, cpus, burst);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Burst(Replay replay, ReadOnlySpan<ulong> cpus, int burst)
    {
        Moment at = new(burst * 1_000, 3, 3);
        for (int frame = 0; frame < 50; frame++) replay.UnmapDeferred(at, new ClearedPte(frame, 1, true, false, false), cpus);
        replay.UnmapFlush(at, onlyDirty: false);
        replay.BatchFlush(at, cpus);
        for (int frame = 0; frame < 50; frame++) replay.Free(at, frame, 0);
        for (int frame = 0; frame < 50; frame++) replay.Drain(at, frame, 0);
        for (int frame = 0; frame < 50; frame++) replay.Refill(at, frame, 0);
        for (int frame = 0; frame < 50; frame++) replay.Allocate(at, frame, 0);
    }

    /// <summary>Flushes and give-ups.</summary>
    private static long Sum(ReplayCases run) => run.Only().Flushes + run.Only().GiveUps.Values.Sum();

    private static IEnumerable<Rule> Rules() =>
    [
        new("only read-only", rules => rules with { OnlyReadOnly = false }, run => run.Reclaim(0, 1, writable: true), 1, 0),
        new("only order 0", rules => rules with { OnlyOrderZero = false },
            run => run.Folio(0, 2).Unmap(0).Unmap(1).Unmap(2).Unmap(3).Flush().Free(0, 2), 1, 0),
        new("flush before allocation", rules => rules with { FlushBeforeAllocation = false }, run => run.Reclaim(0).Allocate(0), 1, 0),
        // task 1's flush is under way until its next event: what task 3 would hand over it flushes, which is a flush and a give-up more
        new("give up during a flush", rules => rules with { GiveUpDuringFlush = false },
            run => run.Unmap(8, writable: true, pid: 1).Flush(1).Reclaim(0).Free(8, pid: 1).Reclaim(2), 3, 1),
        new("flush on a write fault", rules => rules with { FlushOnWriteFault = false }, run => run.Reclaim(0).WriteFault(77), 1, 0),
        new("flush on a writable mmap", rules => rules with { FlushOnWritableMap = false }, run => run.Reclaim(0).WritableMap(), 1, 0),
        new("a drain keeps the tag", rules => rules with { DrainKeepsTag = false },
            run => run.Reclaim(0).Drain(0).Refill(0).Allocate(0), 1, 0),
        // frame 0 waits in the first epoch, which is over when its buddy, of the second, is drained before it
        new("a merge keeps the newest tag", rules => rules with { MergeKeepsNewest = false },
            run => run.Reclaim(0).Reclaim(9).Allocate(9).Reclaim(1).Drain(1).Drain(0).Refill(0, 1).Allocate(0, 1), 2, 1),
        new("a refill answers for all", rules => rules with { RefillAccumulates = false },
            run => run.Free(6).Drain(6).Reclaim(0).Drain(0).Refill(6).Refill(0).Allocate(6), 1, 0),
        // whoever took the first half flushes; without a tag of its own the other half finds that flush made, with one it asks again
        new("a split loses the tag", rules => rules with { SplitKeepsTag = true, FlushBeforeAllocation = true },
            run => run.Reclaim(0, 2).Drain(0).Drain(1).Refill(0).Refill(1, pid: 1).Allocate(1, pid: 1), 0, 1),
        new("what is cleared at once does not count", rules => rules with { CountUndeferred = true },
            run => run.ClearFlush(0, writable: true, cpus: 0b1000).Unmap(0).Flush().Free(0), 0, 1),
    ];

    /// <summary>A rule of LUF, events that obey it, and the sum of flushes and give-ups with it and without.</summary>
    private sealed record Rule(string Name, Func<LufRules, LufRules> Without, Action<ReplayCases> Events, long With, long WithoutIt);
}
