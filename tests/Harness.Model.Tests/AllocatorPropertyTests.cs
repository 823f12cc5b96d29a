namespace Harness.Model.Tests;

/// <summary>Does any sequence of calls keep every frame in exactly one place, and is the state all that the future depends on?</summary>
public sealed class AllocatorPropertyTests
{
    private static readonly int[] Orders = [0, 0, 0, 0, 1, 2, 3, 4, 9];

    public static TheoryData<int, int> Seeds
    {
        get
        {
            var seeds = new TheoryData<int, int>();
            for (int seed = 1; seed <= 10; seed++)
            {
                seeds.Add(seed, (int)PerCpuTuning.Fixed);
                seeds.Add(seed, (int)PerCpuTuning.Automatic);
            }
            return seeds;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_frame_is_handed_out_twice_and_all_come_back(int seed, int tuning)
    {
        var run = new Run(seed, (PerCpuTuning)tuning);
        string[] fresh = run.BuddyInfo();
        run.Go(3_000);
        run.FreeAll();
        Assert.Equal(fresh, run.BuddyInfo());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_state_resumed_on_another_machine_has_the_same_future(int seed, int tuning)
    {
        var run = new Run(seed, (PerCpuTuning)tuning);
        run.Go(1_000);
        Run other = run.Copy();
        run.Go(1_000);
        other.Go(1_000);
        Assert.Equal(run.Trace, other.Trace);
        Assert.Equal(run.Saved(), other.Saved());
    }

    /// <summary>A random sequence of calls on three nodes and two CPUs, checked at each step.</summary>
    private sealed class Run(int seed, PerCpuTuning tuning)
    {
        private readonly StateArrays state = new();
        private readonly List<(int Pfn, int Order)> live = [];
        private readonly List<(int, uint)> trace = [];
        private readonly ulong start = TouchOrder.Start((ulong)seed, 0);
        private readonly int[] zonePages = [2_000, 1_023, 37];
        private Allocator? built;
        private bool[] owned = new bool[3_060];
        private long draws;

        internal IReadOnlyList<(int Pfn, uint Tag)> Trace => trace;

        private Allocator Allocator => built ??= new Allocator(state, new StateArrays(), new AllocatorShape
        {
            Zones =
            [
                new(0, 0, zonePages[0]) { Watermarks = new(40, 60, 80, 100), PerCpu = new(7, 28, 120) },
                new(1, 2_000, zonePages[1]) { Watermarks = new(20, 30, 40, 50), PerCpu = new(3, 12, 12) },
                new(2, 3_023, zonePages[2]) { Watermarks = new(1, 2, 3, 4), PerCpu = PerCpuSize.Off },
            ],
            CpuNodes = [0, 1],
            Tuning = tuning,
        });

        internal string[] BuddyInfo() => [.. Enumerable.Range(0, 3).Select(Allocator.BuddyInfo)];

        internal byte[] Saved()
        {
            var saved = new byte[state.Bytes];
            state.Save(saved);
            return saved;
        }

        /// <summary>A second machine in the same state; what it did before is not in its trace, nor any longer in this one's.</summary>
        internal Run Copy()
        {
            var copy = new Run(seed, tuning) { draws = draws, owned = [.. owned] };
            copy.live.AddRange(live);
            _ = copy.Allocator;
            copy.state.Resume(Saved());
            trace.Clear();
            return copy;
        }

        internal void Go(int steps)
        {
            for (int step = 0; step < steps; step++)
            {
                int cpu = Draw(2);
                int what = Draw(100);
                // phases of growth and decline, so that memory runs short and recovers
                int allocations = draws / 2_000 % 2 == 0 ? 70 : 30;
                if (what < allocations) Allocate(cpu);
                else if (what < 96) Free(cpu);
                else if (what < 97) Allocator.DrainCpu(cpu);
                else if (what < 98) Allocator.DrainAll();
                else Allocator.SetReclaimActive(Draw(3), what == 98);
                CheckCounts();
            }
        }

        internal void FreeAll()
        {
            while (live.Count > 0) Free(Draw(2));
            Allocator.DrainAll();
        }

        private void Allocate(int cpu)
        {
            int order = Orders[Draw(Orders.Length)];
            int pfn = Allocator.Allocate(cpu, Draw(3), order, (AllocationFlags)Draw(8), out uint tag);
            trace.Add((pfn, tag));
            if (pfn < 0) return;
            Assert.Equal(0, pfn % (1 << order));
            for (int frame = pfn; frame < pfn + (1 << order); frame++)
            {
                Assert.False(owned[frame], $"frame {frame} was handed out twice");
                owned[frame] = true;
            }
            live.Add((pfn, order));
        }

        private void Free(int cpu)
        {
            if (live.Count == 0) return;
            int which = Draw(live.Count);
            (int pfn, int order) = live[which];
            live[which] = live[^1];
            live.RemoveAt(live.Count - 1);
            Array.Clear(owned, pfn, 1 << order);
            Allocator.Free(cpu, pfn, order, (uint)Draw(5));
        }

        private void CheckCounts()
        {
            var counts = new int[3];
            foreach ((int pfn, int order) in live) counts[Allocator.ZoneOf(pfn)] += 1 << order;
            for (int zone = 0; zone < 3; zone++)
            {
                counts[zone] += Allocator.FreePages(zone) + Allocator.PcpCount(0, zone) + Allocator.PcpCount(1, zone);
            }
            Assert.Equal(zonePages, counts);
        }

        private int Draw(int below) => TouchOrder.Page(start, draws++, below);
    }
}
