namespace Harness.Model.Tests;

/// <summary>Does any sequence of events, however absurd, end in counts that hold together?</summary>
public sealed class ReplayPropertyTests
{
    private const int Runs = 40;
    private const int Events = 4_000;

    private static readonly string[] Names = [.. Replay.Policies.Select(policy => policy.Key)];

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Random_events_never_fail_and_the_counts_agree(string kernel)
    {
        for (ulong seed = 1; seed <= Runs; seed++)
        {
            var random = new Numbers(seed);
            // few tasks and frames, so that events meet; some runs with numbers from anywhere
            bool wild = seed % 4 == 0;
            Replay replay = new(Setup(kernel, words: seed % 3 == 0 ? 2 : 1), Names);
            (long asked, long ptes) = Tell(replay, random, wild);
            IReadOnlyList<ReplayedCounts> counts = replay.Finish();
            ReplayedCounts stock = counts[0];
            Assert.InRange(stock.BatchFlushes, 0, asked);
            Assert.InRange(replay.Unmapped.Total, 0, ptes);
            Assert.Equal(stock.BatchFlushes, replay.BatchFlushes);
            foreach (ReplayedCounts policy in counts)
            {
                Assert.Equal(policy.Flushes, policy.OverTime.Sum());
                Assert.InRange(policy.WaitMicroseconds.Sum(), 0, policy.FramesLeft);
                Assert.InRange(policy.InterruptsLow, 0, policy.InterruptsHigh);
                Assert.InRange(policy.GiveUps.Values.Sum(), 0, asked + ptes);
            }
            if (kernel == "6.12")
            {
                Assert.Equal(stock.Flushes, counts[1].Flushes);
                Assert.Equal(stock.InterruptsLow, counts[1].InterruptsLow);
            }
        }
    }

    [Fact]
    public void More_tasks_than_are_kept_push_the_first_out_without_harm()
    {
        Replay replay = new(Setup("6.12", 1), ["stock", "luf"]);
        int tasks = 2 * ReplayTasks.Most;
        for (int pid = 1; pid <= tasks; pid++) replay.UnmapDeferred(new Moment(pid, 1, pid), new ClearedPte(pid % 64, 1, true, true, false), [0b11]);
        for (int pid = 1; pid <= tasks; pid++) replay.UnmapFlush(new Moment(tasks + pid, 1, pid), onlyDirty: false);
        Assert.Equal(ReplayTasks.Most - 1, replay.Finish()[0].Flushes);
        Assert.Equal(tasks, replay.Unmapped.Total);
    }

    [Fact]
    public void A_machine_that_cannot_be_is_refused()
    {
        FrameRange[][] absurd =
        [
            [new(0, 0, ReplaySetup.MostFrames + 1)],
            [new(0, 0, ReplaySetup.MostFrames), new(1, ReplaySetup.MostFrames, 1)],
            [new(-1, 0, 10)],
            [new(5_000, 0, 10)],
            [new(0, -5, 10)],
            [new(0, long.MaxValue - 3, 10)],
        ];
        Assert.All(absurd, memory => Assert.Throws<ArgumentException>(() => new Replay(Setup("6.12", 1) with { Memory = memory }, ["luf"])));
        Assert.Throws<ArgumentException>(() => new Replay(Setup("6.12", 0), ["luf"]));
        Assert.Throws<ArgumentException>(() => new Replay(Setup("6.12", 17), ["luf"]));
        Assert.Throws<ArgumentException>(() => new Replay(Setup("6.12", 1), ["nothing"]));
        Assert.Equal(0, new Replay(Setup("6.12", 1) with { Memory = [] }, ["luf"]).Finish()[0].Flushes);
    }

    [Fact]
    public void Gaps_between_memory_take_no_place_and_frames_there_are_no_blocks()
    {
        FrameMap map = new([new(0, 1_000, 3_000), new(1, 1L << 40, 2_048)]);
        Assert.Equal(4_096 + 2_048, map.Count);
        Assert.Equal([1_000, 4_096 + 5, -1, -1, 0], new[] { 1_000, (1L << 40) + 5, 1L << 39, -1, 0 }.Select(frame => map.IndexOf(frame)));
        Assert.Equal([0, 1], new[] { 1_000, 4_096 + 5 }.Select(map.NodeOf));
        // not aligned, or larger than the largest
        Assert.Equal([-1, -1, 1_024], new[] { (1_001L, 1), (0L, 11), (1_024L, 10) }.Select(block => map.IndexOf(block.Item1, block.Item2)));
    }

    private static ReplaySetup Setup(string kernel, int words) => new()
    {
        Kernel = Profile.Parse(kernel),
        CpuWords = words,
        Memory = [new(0, 0, 2_048), new(1, 1 << 20, 1_024)],
        Kswapd = [3],
        StartNs = 0,
        EndNs = Events * 1_000,
    };

    /// <summary>Flushes that were asked for, and PTEs that were cleared.</summary>
    private static (long Asked, long Ptes) Tell(Replay replay, Numbers random, bool wild)
    {
        long asked = 0;
        long ptes = 0;
        long time = 0;
        for (int i = 0; i < Events; i++)
        {
            time += random.Below(2_000);
            Moment at = new(wild && random.Below(50) == 0 ? -time : time, random.Below(wild ? 70_000 : 4), wild ? random.Next() : random.Below(5));
            long frame = wild && random.Below(4) == 0 ? random.Next() * (long)random.Next() : random.Below(64);
            int order = wild && random.Below(4) == 0 ? random.Below(256) : random.Below(8) == 0 ? random.Below(5) : 0;
            frame &= ~((1L << Math.Min(order, 10)) - 1);
            ClearedPte pte = new(frame, (ulong)random.Below(2), random.Below(5) > 0, random.Below(3) == 0, random.Below(3) == 0);
            ulong[] cpus = wild ? new ulong[random.Below(4)] : [(ulong)random.Below(16)];
            if (wild && cpus.Length > 0) cpus[0] = (ulong)random.Next();
            switch (random.Below(18))
            {
                case 0 or 1: replay.UnmapDeferred(at, pte, cpus); ptes++; break;
                case 2: replay.ClearFlush(at, pte, cpus); ptes++; break;
                case 3: replay.MigrationEntry(at, frame); break;
                case 4: replay.FolioBegins(at, frame, order); break;
                case 5: replay.UnmapFlush(at, onlyDirty: random.Below(4) == 0); asked++; break;
                case 6: replay.BatchFlush(at, cpus); asked++; break;
                case 7: replay.RangeFlush(at, pte.Mm, random.Below(40) - 1, random.Below(2) == 0, cpus); break;
                case 8 or 9: replay.Free(at, frame, order); break;
                case 10: replay.Allocate(at, frame, order); break;
                case 11: replay.Drain(at, frame, order); break;
                case 12: replay.Refill(at, frame, order); break;
                case 13: replay.WriteFault(at, frame); replay.WritableMap(at); break;
                case 14: replay.EnterLazy(at); break;
                case 15: replay.LoadMm(at, pte.Mm); break;
                case 16: replay.MigrateBegins(at, random.Below(2) == 0 ? 5 : wild ? random.Next() : 8); break;
                default: replay.MigrateEnds(at); replay.Pressure(at, random.Below(4) - 1); break;
            }
        }
        return (asked, ptes);
    }

    /// <summary>Numbers that are the same in every run.</summary>
    private sealed class Numbers(ulong seed)
    {
        private ulong state = seed;

        internal int Next()
        {
            state = state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407;
            return (int)(state >> 33);
        }

        internal int Below(int end) => Next() % end;
    }
}
