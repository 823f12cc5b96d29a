using FsCheck;
using FsCheck.Fluent;

namespace Harness.Traces.Tests;

/// <summary>Is what is read what was written, whatever it was, and in order of time?</summary>
public sealed class RoundTripTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    public void Any_valid_events_come_back_merged_by_time_and_then_by_CPU(int words) => Prop.ForAll(Sample.Events(words), events =>
    {
        using var file = new Scratch();
        (List<Recorded> read, bool complete, string? problem) = file.Read(Scratch.Bytes(Sample.Header(words), events, flushEach: 50));
        Assert.Null(problem);
        Assert.True(complete);
        Same(events.OrderBy(e => e.Event.TimeNs).ThenBy(e => e.Event.Cpu), read);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Blocks_that_fill_up_are_written_and_read_one_after_another()
    {
        Recorded[] events = Sample.Draw(new System.Random(1), 60_000, 16);
        using var file = new Scratch();
        using TraceReader reader = file.Open(Scratch.Bytes(Sample.Header(16), events));
        Assert.InRange(reader.Blocks, 8, 100);
        foreach (Recorded expected in events.OrderBy(e => e.Event.TimeNs).ThenBy(e => e.Event.Cpu))
        {
            Assert.True(reader.Next(out TraceEvent e));
            Assert.Equal(expected.Event, e);
            Assert.Equal(expected.Cpus, reader.Cpus);
        }
        Assert.False(reader.Next(out _));
    }

    [Fact]
    public void Header_and_trailer_come_back()
    {
        using var file = new Scratch();
        TraceHeader header = Sample.Header(2, 0, 5, 127);
        using TraceReader reader = file.Open(Scratch.Bytes(header, [], finish: true));
        Assert.Equivalent(header, reader.Header, strict: true);
        Assert.Equivalent(Sample.Trailer, reader.Trailer, strict: true);
        Assert.False(reader.Next(out _));
    }

    [Fact]
    public void A_set_of_fewer_words_is_filled_up_with_zeros()
    {
        using var file = new Scratch();
        Recorded flush = new(new TraceEvent { Kind = TraceEventKind.BatchFlush }, [5]);
        Assert.Equal([5, 0, 0], Assert.Single(file.Read(Scratch.Bytes(Sample.Header(3), [flush])).Events).Cpus);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(100)]
    public void Equal_times_come_in_the_order_of_CPU_numbers(int cpus)
    {
        int[] numbers = [.. Enumerable.Range(0, cpus)];
        using var file = new Scratch();
        IEnumerable<Recorded> events =
            from cpu in numbers.Reverse()
            from time in new long[] { 5, 5, 8, 8 + (cpu % 2) }
            select new Recorded(new TraceEvent { Kind = TraceEventKind.EnterLazy, Cpu = (ushort)cpu, TimeNs = time }, []);
        List<Recorded> read = file.Read(Scratch.Bytes(Sample.Header(2, [.. numbers.Reverse()]), events)).Events;
        Assert.Equal(events.Select(e => (e.Event.TimeNs, e.Event.Cpu)).Order(), read.Select(e => (e.Event.TimeNs, e.Event.Cpu)));
    }

    [Fact]
    public void Lost_events_are_summed_over_blocks_and_CPUs_and_lie_before_the_next_block()
    {
        using var stream = new MemoryStream();
        using var writer = new TraceWriter(stream, Sample.Header());
        writer.Lost(1, 3);
        writer.Add(new TraceEvent { Kind = TraceEventKind.Free, Cpu = 1, TimeNs = 5 }, []);
        writer.Lost(1, 4);
        writer.Lost(1, 0);
        writer.Add(new TraceEvent { Kind = TraceEventKind.Free, Cpu = 1, TimeNs = 6 }, []);
        writer.Lost(2, 100);
        writer.Finish(Sample.Trailer with { Lost = [new LostEvents(1, 6), new LostEvents(3, 20)] });
        using var file = new Scratch();
        using TraceReader reader = file.Open(stream.ToArray());
        Assert.Equal(3, reader.Blocks); // the loss in the middle of CPU 1's events parts them; CPU 2 has a block without events
        Assert.Equal([new LostEvents(1, 7), new LostEvents(2, 100), new LostEvents(3, 20)], reader.Lost);
        Assert.Equal(127, reader.LostKnown);
        Assert.Equal((5, 6), (reader.FirstTimeNs, reader.LastTimeNs));
        Assert.True(reader.Next(out _) && reader.Next(out _) && !reader.Next(out _));
    }

    [Fact]
    public void An_event_that_the_file_cannot_hold_is_refused_and_costs_nothing_of_the_others()
    {
        TraceEvent good = new() { Kind = TraceEventKind.Allocate, TimeNs = 10, Frame = 1, Cpu = 1 };
        TraceEvent[] bad =
        [
            good with { TimeNs = 9 }, good with { TimeNs = TraceFormat.MostTimeNs + 1 }, good with { Frame = -1 },
            good with { Frame = TraceFormat.MostFrame + 1 }, good with { Pid = -1 }, good with { Cpu = 9 }, good with { Cpu = 2000 },
            good with { Kind = 0 }, good with { Kind = TraceEventKind.Pressure + 1 }, good with { Order = TraceFormat.MostOrder + 1 },
            good with { Pte = (PteBits)16 },
        ];
        using var stream = new MemoryStream();
        using var writer = new TraceWriter(stream, Sample.Header());
        writer.Add(good, []);
        foreach (TraceEvent e in bad) Assert.Throws<ArgumentException>(() => writer.Add(e, []));
        Assert.Throws<ArgumentException>(() => writer.Add(good with { Kind = TraceEventKind.BatchFlush }, [1, 2]));
        writer.Add(good with { TimeNs = 11 }, []);
        writer.Finish(Sample.Trailer);
        using var file = new Scratch();
        Assert.Equal([good, good with { TimeNs = 11 }], file.Read(stream.ToArray()).Events.Select(e => e.Event));
    }

    private static void Same(IEnumerable<Recorded> expected, List<Recorded> actual)
    {
        Recorded[] all = [.. expected];
        Assert.Equal(all.Select(e => e.Event), actual.Select(e => e.Event));
        for (int i = 0; i < all.Length; i++) Assert.Equal(all[i].Cpus, actual[i].Cpus);
    }
}
