using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Harness.Records;

namespace Harness.Traces.Tests;

/// <summary>Do files that were made to do harm, with checksums that are right, end in one clear line?</summary>
public sealed class HostileTests
{
    private static readonly byte[] HeaderBlock = Scratch.Bytes(Sample.Header(), [], finish: false);
    private static readonly uint File = BlockHead.ChecksumOf(HeaderBlock);

    [Theory]
    [InlineData(0, 1, "an event of a kind unknown here, 19", 19, 0)]
    [InlineData(0, 1, "an event of a kind unknown here, 0", 0, 0)]
    [InlineData(0, 1, "no such frame", 8, 0, 1)]
    [InlineData(0, 1, "no such frame", 8, 0, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1)]
    [InlineData(0, 1, "no such order", 8 | 128, 0, 21, 0)]
    [InlineData(0, 1, "no such PTE bits", 3, 0, 16, 0)]
    [InlineData(0, 1, "no such task", 5 | 32, 0, 0xff, 0xff, 0xff, 0xff, 0x7f)]
    [InlineData(0, 1, "an address space that was not there before", 15 | 128, 0, 1)]
    [InlineData(0, 1, "a set of CPUs that was not there before", 6 | 128, 0, 1)]
    [InlineData(0, 1, "more CPUs than the header says", 6 | 128, 0, 0, 2)]
    [InlineData(0, 1, "an event beyond its block's end", 6 | 128, 0, 0, 1, 1, 1)]
    [InlineData(0, 1, "an event beyond its block's end", 8, 0x80)]
    [InlineData(0, 2, "an event beyond its block's end", 6 | 128, 0, 0, 1)]
    [InlineData(0, 1, "other events than its head says", 5, 0, 5, 0)]
    [InlineData(5, 1, "other events than its head says", 5, 4)]
    [InlineData(5, 1, "an event after its block's end", 5, 6)]
    [InlineData(5, 1, "an event after its block's end", 5, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1)]
    public void A_block_of_nonsense_is_refused(long last, int events, string expected, params int[] payload)
    {
        using var file = new Scratch();
        byte[] block = Block([.. payload.Select(value => (byte)value)], events, last);
        (List<Recorded> read, _, string? problem) = file.Read([.. HeaderBlock, .. block]);
        Assert.Empty(read);
        Assert.Contains($"damaged at byte {HeaderBlock.Length}: {expected}", problem);
    }

    [Fact]
    public void Any_payload_under_a_right_checksum_ends_well() => Prop.ForAll<byte[], byte, byte>((payload, events, last) =>
    {
        using var file = new Scratch();
        file.Read([.. HeaderBlock, .. Block(payload, Math.Min(events, payload.Length / 2), last)]);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Theory]
    [InlineData(int.MaxValue, 0, 0, 0, 0)]
    [InlineData(-1, 0, 0, 0, 0)]
    [InlineData(TraceFormat.MostPayload + 1, 1, 0, 0, 0)]
    [InlineData(4, int.MaxValue, 0, 0, 0)]
    [InlineData(4, 3, 0, 0, 0)]
    [InlineData(4, -1, 0, 0, 0)]
    [InlineData(4, 1, 5, 4, 0)]
    [InlineData(4, 1, -1, 4, 0)]
    [InlineData(4, 1, 0, long.MaxValue, 0)]
    [InlineData(4, 1, 0, 0, -1)]
    public void A_head_of_impossible_numbers_is_none(int length, int events, long first, long last, long lost)
    {
        byte[] head = new byte[BlockHead.Size];
        new BlockHead(BlockContent.Events, 0, length, events, first, last, lost, 0).Write(head, File);
        Assert.False(BlockHead.TryRead(head, File, out _));
    }

    [Fact]
    public void Events_of_a_CPU_that_the_header_does_not_name_are_refused()
    {
        using var file = new Scratch();
        Assert.Contains("CPU 4, which", file.Read([.. HeaderBlock, .. Block([5, 0], 1, 0, cpu: 4)]).Problem);
    }

    [Fact]
    public void Time_that_goes_back_from_block_to_block_is_refused()
    {
        using var file = new Scratch();
        Assert.Contains("time of CPU 0 goes back", file.Read([.. HeaderBlock, .. Block([5, 9], 1, 9), .. Block([5, 1], 1, 1)]).Problem);
    }

    [Fact]
    public void Lost_events_beyond_any_number_stay_a_number()
    {
        using var file = new Scratch();
        byte[] most = Block([], 0, 0, lost: long.MaxValue);
        using TraceReader reader = file.Open([.. HeaderBlock, .. most, .. most, .. Block([], 0, 0, cpu: 1, lost: 5)]);
        Assert.Equal(long.MaxValue, reader.LostKnown);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("{\"version\":1,\"kernelRelease\":null}")]
    [InlineData("\"\\ud800\"")]
    public void A_header_that_is_none_is_refused(string json)
    {
        using var file = new Scratch();
        Assert.Contains("does not say what a header says", file.Read(JsonBlock(BlockContent.Header, json, 0)).Problem);
    }

    [Fact]
    public void Depth_without_end_in_a_header_is_refused()
    {
        using var file = new Scratch();
        string deep = new string('[', 500_000) + new string(']', 500_000);
        Assert.Contains("does not say what a header says", file.Read(JsonBlock(BlockContent.Header, deep, 0)).Problem);
    }

    [Theory]
    [InlineData("\"cpuWords\":1", "\"cpuWords\":17", "sets of 17 words")]
    [InlineData("\"cpuWords\":1", "\"cpuWords\":0", "sets of 0 words")]
    [InlineData("[0,1,2,3]", "[]", "no CPUs")]
    [InlineData("[0,1,2,3]", "[64]", "no room")]
    [InlineData("[0,1,2,3]", "[-1]", "no room")]
    [InlineData("[0,1,2,3]", "[1,1]", "twice")]
    [InlineData("\"frames\":262144", "\"frames\":9223372036854775807", "a zone that cannot be")]
    [InlineData("\"missing\":[\"one part\"]", "\"missing\":[null]", "an entry that cannot be")]
    [InlineData("\"kind\":\"free\"", "\"kind\":\"flea\"", "does not say what a header says")]
    [InlineData("\"version\":1", "\"version\":2", "newer version")]
    [InlineData("\"version\":1", "\"version\":0", "no such version")]
    public void A_header_that_says_what_cannot_be_is_refused(string part, string instead, string expected)
    {
        string json = Encoding.UTF8.GetString(HeaderBlock.AsSpan(BlockHead.Size));
        Assert.Contains(part, json);
        using var file = new Scratch();
        byte[] header = JsonBlock(BlockContent.Header, json.Replace(part, instead, StringComparison.Ordinal), 0);
        Assert.Contains(expected, file.Read(header).Problem);
    }

    [Theory]
    [InlineData("{\"seconds\":-1,\"events\":0}")]
    [InlineData("{\"seconds\":1,\"events\":-1}")]
    [InlineData("{\"seconds\":1,\"events\":0,\"lost\":[null]}")]
    [InlineData("{\"seconds\":1,\"events\":0,\"lost\":[{\"cpu\":5000,\"events\":1}]}")]
    [InlineData("{}")]
    public void A_trailer_that_says_what_cannot_be_is_refused(string json)
    {
        using var file = new Scratch();
        byte[] trailer = JsonBlock(BlockContent.Trailer, json, File);
        Assert.Contains("does not say what a trailer says", file.Read([.. HeaderBlock, .. trailer]).Problem);
    }

    [Fact]
    public void A_newer_file_says_so_whatever_else_is_in_it()
    {
        byte[] newer = [.. HeaderBlock];
        newer[5] = TraceFormat.Version + 1;
        using var file = new Scratch();
        Assert.Contains("newer version of Harness (format 2; this one reads up to 1)", file.Read(newer).Problem);
    }

    [Fact]
    public void What_is_no_trace_file_is_named()
    {
        using var file = new Scratch();
        Assert.Contains("is empty", file.Read([]).Problem);
        Assert.Contains("is no trace file", file.Read("#!/bin/sh"u8).Problem);
        Assert.Contains("is no trace file", file.Read(new byte[100]).Problem);
        Assert.Contains("its header is not whole", file.Read("HTRC"u8).Problem);
        foreach (string path in new[] { "/nowhere/x.trace", "/tmp", "", "a\0b" })
        {
            Assert.Contains("cannot be read", Assert.Throws<UsageException>(() => TraceReader.Open(path)).Message);
        }
    }

    private static byte[] Block(byte[] payload, int events, long last, int cpu = 0, long lost = 0)
    {
        byte[] block = [.. new byte[BlockHead.Size], .. payload];
        new BlockHead(BlockContent.Events, cpu, payload.Length, events, 0, last, lost, Crc32C.Of(payload)).Write(block, File);
        return block;
    }

    private static byte[] JsonBlock(BlockContent content, string json, uint file)
    {
        byte[] payload = Encoding.UTF8.GetBytes(json);
        byte[] block = [.. new byte[BlockHead.Size], .. payload];
        new BlockHead(content, 0, payload.Length, 0, 0, 0, 0, Crc32C.Of(payload)).Write(block, file);
        return block;
    }
}
