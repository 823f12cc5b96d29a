using System.Globalization;
using System.Text;
using Harness.Records;

namespace Harness.Host.Channel;

/// <summary>
/// One message as a line of bytes: <c>KIND LENGTH CRC PAYLOAD\n</c>. LENGTH is the payload's length in bytes, decimal; CRC its CRC-32C as
/// eight lower-case hex digits. A line lets both sides find the next message after a garbled one; length and CRC make sure that a lost,
/// doubled or foreign byte (a stray console line) is never taken for data.
/// </summary>
public static class Frame
{
    /// <summary>Longest payload in bytes (assumed: a record of a 512-CPU host is about 4 MiB).</summary>
    public const int MaxPayload = 16 << 20;

    /// <summary>Longest kind in characters.</summary>
    public const int MaxKind = 16;

    /// <summary>Longest line without its newline: kind, length of at most eight digits, CRC, three blanks, payload.</summary>
    public const int MaxLine = MaxKind + 1 + 8 + 1 + 8 + 1 + MaxPayload;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The message as its line, newline included.</summary>
    /// <exception cref="RunFailedException">The payload is longer than <see cref="MaxPayload"/>.</exception>
    public static byte[] Encode(Message message)
    {
        byte[] payload = StrictUtf8.GetBytes(message.Json);
        if (payload.Length > MaxPayload) throw Garbled($"a {message.Kind} of {payload.Length} bytes exceeds the limit of {MaxPayload}");
        string head = string.Create(CultureInfo.InvariantCulture, $"{message.Kind} {payload.Length} {Crc32C.Of(payload):x8} ");
        byte[] line = new byte[head.Length + payload.Length + 1];
        Encoding.ASCII.GetBytes(head, line);
        payload.CopyTo(line, head.Length);
        line[^1] = (byte)'\n';
        return line;
    }

    /// <summary>The message of a line without its newline.</summary>
    /// <exception cref="RunFailedException">The line is no message (<see cref="FailureKind.Protocol"/>); the text says what is wrong with
    /// it.</exception>
    public static Message Decode(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> rest = line;
        ReadOnlySpan<byte> kind = Field(ref rest, MaxKind, line);
        ReadOnlySpan<byte> length = Field(ref rest, 8, line);
        ReadOnlySpan<byte> crc = Field(ref rest, 8, line);
        foreach (byte letter in kind)
        {
            if (letter is < (byte)'a' or > (byte)'z') throw Garbled($"no message kind in {Show(line)}");
        }
        if (!int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes) || bytes != rest.Length)
        {
            throw Garbled($"{Show(line)} announces {Show(length)} bytes and holds {rest.Length}");
        }
        if (!uint.TryParse(crc, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint sum) || sum != Crc32C.Of(rest))
        {
            throw Garbled($"checksum of {Show(line)} is wrong");
        }
        try
        {
            return new Message(Encoding.ASCII.GetString(kind), StrictUtf8.GetString(rest));
        }
        catch (DecoderFallbackException)
        {
            throw Garbled($"{Show(line)} is not UTF-8");
        }
    }

    internal static RunFailedException Garbled(string what) => new(FailureKind.Protocol, $"protocol: {what}");

    private static ReadOnlySpan<byte> Field(ref ReadOnlySpan<byte> rest, int longest, ReadOnlySpan<byte> line)
    {
        int blank = rest[..Math.Min(rest.Length, longest + 1)].IndexOf((byte)' ');
        if (blank < 1) throw Garbled($"{Show(line)} is not a message");
        ReadOnlySpan<byte> field = rest[..blank];
        rest = rest[(blank + 1)..];
        return field;
    }

    /// <summary>The start of a line, printable and short, for a message.</summary>
    private static string Show(ReadOnlySpan<byte> line)
    {
        const int Shown = 40;
        StringBuilder text = new("'");
        foreach (byte value in line[..Math.Min(line.Length, Shown)]) text.Append(value is >= 32 and < 127 ? (char)value : '?');
        return text.Append(line.Length > Shown ? "…'" : "'").ToString();
    }
}
