namespace Harness.Model.Tests;

/// <summary>
/// Does LUF replayed over what a stock kernel was recorded to do save what simulating LUF saves? The recording is the simulation's own.
/// </summary>
public sealed class ReplaySimulationTests
{
    [Theory]
    [InlineData("6.12+luf", "luf")]
    [InlineData("6.12+luf-as-posted", "luf-as-posted")]
    public void In_bursts_of_reclaim_exactly_as_many_flushes(string simulated, string replayed)
    {
        Recorder recorder = new(["stock", replayed]);
        TieringKernel stock = TieringReclaimTests.Burst(Profile.Parse("6.12"), recorder);
        TieringKernel lazy = TieringReclaimTests.Burst(Profile.Parse(simulated));
        IReadOnlyList<ReplayedCounts> counts = recorder.Replay.Finish();
        Assert.Equal(stock.Counts[TieringCount.BatchFlushes], counts[0].Flushes);
        Assert.Equal(lazy.Counts[TieringCount.BatchFlushes], counts[1].Flushes);
        Assert.Equal(lazy.Counts[TieringCount.Lazy], counts[1].FramesLeft);
    }

    /// <summary>
    /// Not the same: under LUF the simulated threads wait less, so that they come in another order, and kswapd frees 31 pages of LUF at a time
    /// however many others are between them. As the shares of stock's 3,596 flushes: 0.269 and 0.261; as posted 0.004 and 0.003.
    /// </summary>
    [Theory]
    [InlineData("6.12+luf", "luf")]
    [InlineData("6.12+luf-as-posted", "luf-as-posted")]
    public void While_files_are_streamed_through_two_tiers_nearly_as_many(string simulated, string replayed)
    {
        TieringSimulation stock = TieringCases.Simulation("6.12", TieringCases.Demoting, TieringCases.Thrashing);
        Recorder recorder = new(["stock", replayed]) { Kernel = stock.Kernel };
        stock.Kernel.Watcher = recorder;
        stock.Advance(long.MaxValue);
        IReadOnlyList<ReplayedCounts> counts = recorder.Replay.Finish();
        Assert.Equal(stock.Kernel.Counts[TieringCount.BatchFlushes], counts[0].Flushes);
        Assert.True(counts[0].Flushes > 1_000);
        double share = TieringCases.Run(simulated, TieringCases.Demoting, TieringCases.Thrashing).Value("model.batch_flushes") / counts[0].Flushes;
        double replayedShare = (double)counts[1].Flushes / counts[0].Flushes;
        Assert.InRange(replayedShare, share - 0.03, share + 0.03);
        Assert.True(replayedShare > 0);
    }

    /// <summary>Tells a replay what a kernel does.</summary>
    internal sealed class Recorder(IReadOnlyList<string> policies) : ITieringWatcher
    {
        internal Replay Replay { get; } = new(
            new ReplaySetup
            {
                Kernel = Profile.Parse("6.12"),
                CpuWords = 1,
                Memory = [new(0, 0, 1 << 16)],
                StartNs = 0,
                EndNs = 1_000_000_000,
                KnowsLazyCpus = false,
            },
            policies);

        internal TieringKernel? Kernel { get; set; }

        public void Unmapped(int cpu, int pfn, ulong word, int process, ReadOnlySpan<ulong> cpus)
        {
            bool present = (word & PageWord.ProtNone) == 0;
            Replay.UnmapDeferred(
                At(cpu), new ClearedPte(pfn, (ulong)process, present, (word & PageWord.Writable) != 0, (word & PageWord.Dirty) != 0), cpus);
        }

        public void FlushAsked(int cpu) => Replay.UnmapFlush(At(cpu), onlyDirty: false);

        public void Freed(int cpu, int pfn, int order) => Replay.Free(At(cpu), pfn, order);

        public void Allocated(int cpu, int pfn, int order) => Replay.Allocate(At(cpu), pfn, order);

        public void Drained(int cpu, int pfn, int order) => Replay.Drain(At(cpu), pfn, order);

        public void Refilled(int cpu, int pfn, int order) => Replay.Refill(At(cpu), pfn, order);

        private Moment At(int cpu) => new(Kernel!.Clock.Now, cpu, Kernel.Clock.Actor + 1);
    }
}
