using System.Text;
using Harness.Host.Channel;
using Harness.Records;

namespace Harness.Targets.Tests;

/// <summary>Does the channel give back what was sent, and refuse whatever was not?</summary>
public sealed class VmChannelTests
{
    [Fact]
    public void A_frame_is_the_documented_line()
    {
        // RFC 3720 B.4 style check value: CRC-32C of "123456789" is e3069283.
        Assert.Equal("hello 9 e3069283 123456789\n", Encoding.ASCII.GetString(Frame.Encode(new Message("hello", "123456789"))));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("hello")]
    [InlineData("hello 9 e3069283")]
    [InlineData("hello 8 e3069283 123456789")]
    [InlineData("hello 10 e3069283 123456789")]
    [InlineData("hello -9 e3069283 123456789")]
    [InlineData("hello 9 e3069284 123456789")]
    [InlineData("hello 9 e306928 123456789")]
    [InlineData("hello 9 0e3069283 123456789")]
    [InlineData("hello 9 zzzzzzzz 123456789")]
    [InlineData("HELLO 9 e3069283 123456789")]
    [InlineData("hello 9 e3069283 123456780")]
    [InlineData("hello 999999999999 e3069283 123456789")]
    [InlineData("abcdefghijklmnopq 9 e3069283 123456789")]
    [InlineData("[    1.234567] clocksource: tsc unstable")]
    [InlineData("\0\0\0\0")]
    public void A_line_that_is_no_message_is_a_protocol_failure(string line)
    {
        RunFailedException failure = Assert.Throws<RunFailedException>(() => Frame.Decode(Encoding.Latin1.GetBytes(line)));
        Assert.Equal(FailureKind.Protocol, failure.Kind);
        Assert.DoesNotContain('\0', failure.Message);
    }

    [Fact]
    public void Any_single_flipped_bit_is_noticed()
    {
        byte[] line = Frame.Encode(new Message("record", "{\"a\":1}"))[..^1];
        for (int bit = 0; bit < line.Length * 8; bit++)
        {
            byte[] broken = [.. line];
            broken[bit / 8] ^= (byte)(1 << (bit % 8));
            // One flip is harmless: a hex digit of the checksum in upper case. A flipped kind is another word, which the receiver does not know.
            if (Decoded(broken) is { } message && message.Kind == "record") Assert.Equal("{\"a\":1}", message.Json);
        }
    }

    [Fact]
    public async Task Messages_are_found_again_after_noise_and_in_any_pieces()
    {
        byte[] bytes =
        [
            .. Frame.Encode(new Message("run", "{}")), .. "noise \0\xff\n"u8, .. Frame.Encode(new Message("record", "[\"ä\"]")),
        ];
        MessageChannel channel = new(new Trickle(bytes), Stream.Null);
        Assert.Equal(new Message("run", "{}"), await channel.ReceiveAsync(CancellationToken.None));
        await Assert.ThrowsAsync<RunFailedException>(async () => await channel.ReceiveAsync(CancellationToken.None));
        Assert.Equal(new Message("record", "[\"ä\"]"), await channel.ReceiveAsync(CancellationToken.None));
        Assert.Null(await channel.ReceiveAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_line_without_an_end_is_refused_at_the_limit()
    {
        using Endless endless = new();
        MessageChannel channel = new(endless, Stream.Null);
        RunFailedException failure = await Assert.ThrowsAsync<RunFailedException>(async () => await channel.ReceiveAsync(CancellationToken.None));
        Assert.Equal(FailureKind.Protocol, failure.Kind);
        Assert.InRange(endless.Given, Frame.MaxLine, 2L * Frame.MaxLine + (1 << 20));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1,2")]
    [InlineData("{\"protocol\":\"x\"}")]
    public void A_payload_of_another_shape_is_a_protocol_failure(string json)
    {
        RunFailedException failure = Assert.Throws<RunFailedException>(() => MessageChannel.Payload(new Message("hello", json), ChannelJson.Default.AgentHello));
        Assert.Equal(FailureKind.Protocol, failure.Kind);
    }

    private static Message? Decoded(byte[] line)
    {
        try
        {
            return Frame.Decode(line);
        }
        catch (RunFailedException)
        {
            return null;
        }
    }

    /// <summary>One byte a read.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }

    private sealed class Endless : MemoryStream
    {
        public long Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'x');
            Given += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
