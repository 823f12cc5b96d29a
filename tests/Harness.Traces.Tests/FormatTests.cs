using Harness.Records;

namespace Harness.Traces.Tests;

/// <summary>Do the bytes stay those that TRACE.md shows, so that files stay readable?</summary>
public sealed class FormatTests
{
    private static readonly TraceEvent Unmap = new()
    {
        Kind = TraceEventKind.UnmapDeferred,
        TimeNs = 5000,
        Cpu = 2,
        Pid = 815,
        Frame = 0x5ed4,
        Pte = PteBits.Present | PteBits.Accessed,
        Mm = 0xffff8880045c1a00,
    };

    [Fact]
    public void The_example_of_the_page_is_what_is_written()
    {
        TraceEvent flush = new() { Kind = TraceEventKind.BatchFlush, TimeNs = 9000, Cpu = 2, Pid = 815 };
        Recorded[] events =
        [
            new(Unmap, [0xf]), new(Unmap with { TimeNs = 5300, Frame = 0x5ed5 }, [0xf]), new(flush, [0xf]),
            new(flush with { Kind = TraceEventKind.Free, TimeNs = 9100, Frame = 0x5ed4 }, []),
        ];
        byte[] header = Scratch.Bytes(Sample.Header(), [], finish: false);
        byte[] block = Scratch.Bytes(Sample.Header(), events, finish: false)[header.Length..];
        Assert.Equal("A100AF0609A8FB0200001A5C048088FFFF00010F00000000000000" + "01AC020902" + "06F41C" + "0864A8FB02",
            Convert.ToHexString(block.AsSpan(BlockHead.Size)));
        Assert.Equal(
            "48545243" + "02" + "01" + "0200" + "28000000" + "04000000" + "8813000000000000" + "8C23000000000000" + "0000000000000000",
            Convert.ToHexString(block.AsSpan(0, 40)));
        Assert.Equal(Crc32C.Of(block.AsSpan(BlockHead.Size)), BitConverter.ToUInt32(block, 40));
        Assert.Equal(Crc32C.Of([.. header.AsSpan(0, 44), .. block.AsSpan(0, 44)]), BitConverter.ToUInt32(block, 44));
    }

    [Fact]
    public void A_block_says_nothing_of_the_blocks_before()
    {
        Recorded[] once = Sample.Draw(new System.Random(4), 300, 1);
        once = [.. once.Select(e => e with { Event = e.Event with { TimeNs = 5, Cpu = 1 } })];
        byte[] header = Scratch.Bytes(Sample.Header(), [], finish: false);
        byte[] one = Scratch.Bytes(Sample.Header(), once, finish: false)[header.Length..];
        byte[] two = Scratch.Bytes(Sample.Header(), [.. once, .. once], flushEach: once.Length, finish: false)[header.Length..];
        Assert.Equal([.. one, .. one], two);
    }

    /// <summary>RFC 3720, appendix B.4: 32 bytes of zeros, of ones, and rising.</summary>
    [Fact]
    public void The_checksum_is_CRC_32C()
    {
        Assert.Equal(0x8a9136aau, Crc32C.Of(new byte[32]));
        Assert.Equal(0x62a8ab43u, Crc32C.Of([.. Enumerable.Repeat((byte)0xff, 32)]));
        Assert.Equal(0x46dd794eu, Crc32C.Of([.. Enumerable.Range(0, 32).Select(value => (byte)value)]));
    }

    [Fact]
    public void Tables_give_up_their_oldest_entry_when_they_are_full()
    {
        // 65 address spaces and 17 sets: the first of each has to come by itself again, the second is still there at its slot.
        Recorded[] events =
        [
            .. Enumerable.Range(1, TraceFormat.RecentSpaces + 1).Select(i => Flush((ulong)i, 1)),
            .. Enumerable.Range(2, TraceFormat.RecentSets).Select(i => Flush(65, (ulong)i)),
            Flush(2, 2), Flush(1, 1),
        ];
        byte[] header = Scratch.Bytes(Sample.Header(), [], finish: false);
        byte[] block = Scratch.Bytes(Sample.Header(), events, finish: false)[header.Length..];
        Assert.EndsWith(
            "87" + "00" + "00" + "02" + "02" + "87" + "00" + "00" + "00" + "0100000000000000" + "00" + "01" + "0100000000000000",
            Convert.ToHexString(block), StringComparison.Ordinal);
    }

    private static Recorded Flush(ulong mm, ulong cpus) =>
        new(new TraceEvent { Kind = TraceEventKind.RangeFlush, TimeNs = 7, Mm = mm }, [cpus]);
}
