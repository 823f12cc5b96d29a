using Harness.Records;
using Harness.Traces;
using static Harness.Traces.TraceEventKind;

namespace Harness.Targets.Tests;

/// <summary>Does a trace file end in what the policies make of it, with every caution that the recording asks for?</summary>
public sealed class ReplayJobTests : IDisposable
{
    private const int Kswapd = 40;

    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Fact]
    public void A_recording_gives_its_counts_under_each_policy()
    {
        Write(Header(), Burst(), new TraceTrailer { Seconds = 2, Events = 104, BatchFlushes = 2, TlbInterrupts = 4 });
        ReplayResult result = Run(["stock", "luf"]);
        Assert.Equal(["stock", "luf"], result.Policies.Select(policy => policy.Name));
        Assert.Equal([2, 1], result.Policies.Select(policy => policy.Flushes));
        Assert.Equal(1, result.Policies[1].LazyFlushes["allocation"]);
        Assert.Equal([4, 1], result.Policies.Select(policy => policy.InterruptsHigh));
        Assert.Equal((50, 50), (result.Unmaps.Total, result.Unmaps.Qualifying));
        Assert.Equal((2L, 2L, 0L), (result.Check.ReplayedBatchFlushes, result.Check.CountedBatchFlushes, result.Check.DifferentCpus));
        Assert.Equal((4L, 4L), (result.Check.ReplayedInterrupts, result.Check.CountedInterrupts));
        Assert.Equal((2.0, 104, 0, true), (result.Recording.Seconds, result.Recording.Events, result.Recording.Lost, result.Recording.Complete));
        Assert.Equal("burst", result.Recording.Subject);
        Assert.InRange(result.Recording.BytesPerEvent, 1, 40);
        Assert.Empty(result.Notes);
    }

    [Fact]
    public void Without_names_all_policies_are_replayed()
    {
        Write(Header(), Burst(), null);
        Assert.Equal(ReplayJob.Policies, Run([]).Policies.Select(policy => policy.Name));
    }

    [Fact]
    public void What_the_recording_lacks_is_said()
    {
        TraceHeader header = Header() with
        {
            KernelRelease = "6.6.2-custom", Missing = ["which CPUs were lazy is not known"], Sources = [],
        };
        Write(header, Burst(), null, lost: 7);
        ReplayResult result = Run(["stock"]);
        Assert.False(result.Recording.Complete);
        Assert.Equal(7, result.Recording.Lost);
        Assert.Null(result.Check.CountedBatchFlushes);
        Assert.Null(result.Check.ReplayedInterrupts);
        Assert.Equal((0L, 4L), (result.Policies[0].InterruptsLow, result.Policies[0].InterruptsHigh));
        Assert.Equal(4, result.Notes.Count);
        Assert.All(
            new[] { "which CPUs were lazy", "6.6.2-custom is replayed as 6.12", "cut off", "7 events were lost" },
            (words, i) => Assert.Contains(words, result.Notes[i], StringComparison.Ordinal));
    }

    [Fact]
    public void Every_kind_of_event_is_replayed()
    {
        TraceEvent[] events =
        [
            .. Enum.GetValues<TraceEventKind>().Select(
                (kind, i) => new TraceEvent { TimeNs = i, Kind = kind, Pid = 1, Frame = 64, Mm = 1, Pte = PteBits.Present }),
        ];
        Write(Header(), events, null);
        Assert.Equal(events.Length, Run([]).Recording.Events);
    }

    [Fact]
    public void An_empty_recording_has_a_result_that_says_so()
    {
        Write(Header(), [], new TraceTrailer { Seconds = 1, Events = 0, BatchFlushes = 0 });
        ReplayResult result = Run([]);
        Assert.All(result.Policies, policy => Assert.Equal(0, policy.Flushes));
        Assert.Contains("nothing was recorded", result.Notes);
    }

    [Fact]
    public void An_unknown_policy_and_an_absurd_machine_end_in_one_line()
    {
        Write(Header(), Burst(), null);
        Assert.Contains("there are stock, batched, luf", Assert.Throws<UsageException>(() => Run(["faster"])).Message, StringComparison.Ordinal);
        Write(Header() with { Zones = [new(0, "Normal", 0, 1L << 31)] }, Burst(), null);
        Assert.DoesNotContain('\n', Assert.Throws<UsageException>(() => Run(["luf"])).Message);
    }

    [Fact]
    public void Progress_ends_at_the_whole_and_a_cancelled_replay_ends()
    {
        Write(Header(), Burst(), null);
        List<double> shares = [];
        Run(["stock"], new Shares(shares));
        Assert.Equal(1, shares[^1]);
        Assert.Throws<OperationCanceledException>(() => Run(["stock"], cancel: new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData("6.1.0-56-cloud-amd64", "6.1", true)]
    [InlineData("6.12.115+deb12-cloud-amd64", "6.12", true)]
    [InlineData("5.10.0", "6.1", false)]
    [InlineData("6.2.1", "6.1", false)]
    [InlineData("6.3.0", "6.12", false)]
    [InlineData("7.0", "6.12", false)]
    [InlineData("", "6.12", false)]
    [InlineData("6", "6.12", false)]
    [InlineData("linux.99999999999999999999", "6.12", false)]
    public void The_nearest_kernel_is_taken_and_named(string release, string profile, bool exact)
    {
        RecordedKernel kernel = RecordedKernel.Of(release);
        Assert.Equal((profile, exact), (kernel.Profile.Name, kernel.Note is null));
    }

    private ReplayResult Run(IReadOnlyList<string> policies, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        using TraceReader reader = TraceReader.Open(file);
        return ReplayJob.Run(reader, "burst.trace", policies, progress, cancel);
    }

    private void Write(TraceHeader header, IReadOnlyList<TraceEvent> events, TraceTrailer? trailer, long lost = 0)
    {
        using FileStream output = File.Create(file);
        using TraceWriter writer = new(output, header);
        foreach (TraceEvent e in events)
        {
            writer.Add(e, e.Kind is UnmapDeferred or ClearFlush or BatchFlush or RangeFlush ? [0b11] : []);
        }
        if (lost > 0) writer.Lost(1, lost);
        writer.Flush();
        if (trailer is not null) writer.Finish(trailer);
    }

    /// <summary>Fifty read-only pages are reclaimed on CPU 2 with two flushes, and one of them is allocated on CPU 0.</summary>
    private static TraceEvent[] Burst()
    {
        List<TraceEvent> events = [];
        for (int first = 0; first < 50; first += 25)
        {
            for (int page = first; page < first + 25; page++) Add(UnmapDeferred, page);
            Add(UnmapFlush, 0);
            Add(BatchFlush, 0);
            for (int page = first; page < first + 25; page++) Add(Free, page);
        }
        events.RemoveAt(events.Count - 1);
        Add(Allocate, 3);
        return [.. events];

        void Add(TraceEventKind kind, int frame)
        {
            bool allocates = kind == Allocate;
            events.Add(new TraceEvent
            {
                TimeNs = 1_000 * (events.Count + 1), Kind = kind, Frame = frame, Mm = kind == UnmapDeferred ? 1u : 0,
                Cpu = (ushort)(allocates ? 0 : 2), Pid = allocates ? 7 : Kswapd,
                Pte = kind == UnmapDeferred ? PteBits.Present | PteBits.Accessed : PteBits.None,
            });
        }
    }

    private static TraceHeader Header() => new()
    {
        KernelRelease = "6.12.115+deb12-cloud-amd64",
        Processor = "a processor",
        Clock = "mono",
        Started = DateTimeOffset.UnixEpoch,
        Cpus = [0, 1, 2],
        CpuWords = 1,
        Zones = [new(0, "Normal", 0, 4_096)],
        Sources = [new(EnterLazy, "enter_lazy_tlb"), new(RangeFlush, "flush_tlb_mm_range")],
        Kswapd = [Kswapd],
        Subject = "burst",
    };

    private sealed class Shares(List<double> into) : IProgress<double>
    {
        public void Report(double value) => into.Add(value);
    }
}
