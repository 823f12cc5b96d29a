using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Harness.Host.Recording;
using Harness.Traces;

namespace Harness.Host.Tests;

/// <summary>Are the kernel's sub-buffers read as the kernel itself prints them, and does nothing else in their place do harm?</summary>
public sealed class RecordingPageTests
{
    private static readonly string[] Versions = ["6.1", "6.12"];

    public static TheoryData<string> Guests => [.. Versions];

    [Theory, MemberData(nameof(Guests))]
    public void Pages_of_real_kernels_hold_what_the_kernels_print_of_them(string version)
    {
        EventDecoder decoder = RecordingEvents.Decoder(version);
        List<string> read = [];
        foreach (byte[] page in RecordingEvents.Pages(version))
        {
            RawPage raw = new(page);
            while (raw.MoveNext())
            {
                Assert.True(decoder.TryDecode(raw.Record, raw.Time, 1, out TraceEvent e));
                read.Add(RecordingEvents.AsTheKernelPrints(e));
            }
            Assert.False(raw.Damaged);
            Assert.Equal(0, raw.Lost);
        }
        Assert.Equal(RecordingEvents.Printed(version), read);
    }

    [Fact]
    public void Every_kind_of_entry_moves_time_and_place_as_the_kernel_means_it()
    {
        byte[] page = new Page(time: 1000)
            .Event(delta: 5, words: 2)                          // at 1005
            .Word(30 | 7 << 5).Word(3)                          // extend: + 3 * 2^27 + 7
            .Event(delta: 1, words: 1)
            .Word(29 | 11 << 5).Word(12).Word(0).Word(0)        // taken back, 8 bytes of data: + 11
            .Event(delta: 0, words: 28)
            .Word(31 | 9 << 5).Word(0x100)                      // the time itself: 0x100 * 2^27 + 9
            .LongEvent(delta: 2, bytes: 200)
            .Word(29)                                           // nothing more
            .Word(1 | 5 << 5).Word(0)
            .ToBytes();
        RawPage raw = new(page);
        List<(long Time, int Bytes)> read = [];
        while (raw.MoveNext()) read.Add((raw.Time, raw.Record.Length));
        const long Extended = 1005 + (3L << 27) + 7;
        Assert.Equal([(1005, 8), (Extended + 1, 4), (Extended + 12, 112), ((0x100L << 27) + 11, 200)], read);
        Assert.False(raw.Damaged);
    }

    [Fact]
    public void A_wrapped_time_goes_on()
    {
        const ulong Begin = (7ul << 59) | ((1ul << 59) - 5);
        byte[] page = new Page(Begin).Word(31 | 3 << 5).Word(0).Event(delta: 0, words: 1).ToBytes();
        RawPage raw = new(page);
        Assert.True(raw.MoveNext());
        Assert.Equal((8ul << 59) + 3, (ulong)raw.Time);
    }

    [Theory]
    [InlineData(0L, 0, false)]
    [InlineData(1L << 31, 1, false)]
    [InlineData(1L << 31 | 1L << 30, 1234, true)]
    public void Losses_are_told_as_the_page_tells_them(long flags, long lost, bool exact)
    {
        byte[] page = new Page(time: 1).Event(delta: 1, words: 1).ToBytes(flags, after: 1234);
        RawPage raw = new(page);
        Assert.Equal((lost, exact), (raw.Lost, raw.LostIsExact));
        Assert.True(raw.MoveNext());
        Assert.False(raw.MoveNext());
    }

    [Theory]
    [InlineData(0u, 3u)]            // a length that does not hold itself
    [InlineData(0u, 0x7fffffffu)]   // one beyond the page
    [InlineData(29u | 1 << 5, 0u)]
    [InlineData(28u, 0u)]           // data beyond the page
    public void What_no_kernel_writes_ends_the_page_as_damaged(uint first, uint second)
    {
        byte[] page = new Page(time: 1).Event(delta: 1, words: 1).Word(first).Word(second).ToBytes();
        RawPage raw = new(page);
        Assert.True(raw.MoveNext());
        Assert.False(raw.MoveNext());
        Assert.True(raw.Damaged);
    }

    [Fact]
    public void No_bytes_do_harm()
    {
        EventDecoder decoder = RecordingEvents.Decoder("6.12");
        byte[][] pages = [.. Versions.SelectMany(version => RecordingEvents.Pages(version))];
        Prop.ForAll<byte[]>(bytes => Walk(bytes, decoder) >= 0).QuickCheckThrowOnFailure();
        Prop.ForAll<int, ushort, byte>((page, place, value) =>
        {
            byte[] bytes = [.. pages[(int)((uint)page % pages.Length)]];
            bytes[place % bytes.Length] = value;
            return Walk(bytes, decoder) >= 0;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_page_cut_anywhere_gives_the_events_before_the_cut()
    {
        EventDecoder decoder = RecordingEvents.Decoder("6.12");
        byte[] page = RecordingEvents.Pages("6.12").First();
        int last = 0;
        for (int length = 0; length <= page.Length; length++)
        {
            int events = Walk(page.AsSpan(0, length), decoder);
            Assert.True(events >= last, $"{events} events of {length} bytes, {last} of fewer");
            last = events;
        }
        Assert.True(last > 100, $"{last} events in the whole page");
    }

    [Fact]
    public void Reading_and_writing_a_page_allocates_nothing()
    {
        EventDecoder decoder = RecordingEvents.Decoder("6.12");
        byte[] page = RecordingEvents.Pages("6.12").First();
        using TraceWriter writer = new(Stream.Null, RecordingEvents.Header);
        CpuPages pages = new(1);
        Assert.Equal(0, Allocations.Least(() => pages.Write(page, decoder, writer)));
        Assert.True(writer.Events > 0);
    }

    private static int Walk(ReadOnlySpan<byte> bytes, EventDecoder decoder)
    {
        int events = 0;
        RawPage raw = new(bytes);
        while (raw.MoveNext())
        {
            decoder.TryDecode(raw.Record, raw.Time, 0, out _);
            events++;
        }
        return events;
    }

    /// <summary>A sub-buffer being made up.</summary>
    private sealed class Page(ulong time)
    {
        private readonly List<byte> data = [];

        public Page Word(uint word)
        {
            byte[] bytes = new byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
            data.AddRange(bytes);
            return this;
        }

        public Page Event(uint delta, int words)
        {
            Word((uint)words | delta << 5);
            for (int i = 0; i < words; i++) Word(0);
            return this;
        }

        public Page LongEvent(uint delta, int bytes)
        {
            Word(delta << 5).Word((uint)bytes + sizeof(uint));
            data.AddRange(new byte[bytes]);
            return this;
        }

        public byte[] ToBytes(long flags = 0, long after = 0)
        {
            byte[] page = new byte[16 + data.Count + sizeof(long)];
            BinaryPrimitives.WriteUInt64LittleEndian(page, time);
            BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(8), (uint)data.Count | flags);
            data.CopyTo(page, 16);
            BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(16 + data.Count), after);
            return page;
        }
    }
}
