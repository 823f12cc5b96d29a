using System.Buffers.Binary;
using Harness.Records;

namespace Harness.Traces;

/// <summary>What a block of a trace file holds.</summary>
internal enum BlockContent : byte
{
    /// <summary>The header, as JSON: the file's first block.</summary>
    Header = 1,

    /// <summary>Events of one CPU.</summary>
    Events = 2,

    /// <summary>The trailer, as JSON: the file's last block.</summary>
    Trailer = 3,
}

/// <summary>
/// The head of a block, little-endian:
/// <code>
///  0       4  5  6    8        12       16               24               32               40       44      48
///  +-------+--+--+----+--------+--------+----------------+----------------+----------------+--------+-------+
///  | magic |ct|vn|cpu | length | events | first          | last           | lost           | payload| head  |
///  | HTRC  |  |  |    | bytes  |        | ns             | ns             | events before  | CRC    | CRC   |
///  +-------+--+--+----+--------+--------+----------------+----------------+----------------+--------+-------+
/// </code>
/// The head's checksum continues that of the file's first head, so that blocks which an older recording left on the same disk are not taken
/// for this one's.
/// </summary>
/// <param name="Content">What the payload is (ct).</param>
/// <param name="Cpu">The events' CPU.</param>
/// <param name="Length">Bytes of the payload, which follows the head.</param>
/// <param name="Events">Events in it.</param>
/// <param name="First">The first event's time, ns. Without events the time of the CPU's latest.</param>
/// <param name="Last">The last event's time, ns.</param>
/// <param name="Lost">Events of this CPU that were lost between its previous block and this one.</param>
/// <param name="PayloadChecksum">Checksum of the payload alone.</param>
internal readonly record struct BlockHead(
    BlockContent Content, int Cpu, int Length, int Events, long First, long Last, long Lost, uint PayloadChecksum)
{
    /// <summary>Bytes of a head.</summary>
    internal const int Size = 48;

    private const int ContentAt = 4;
    private const int VersionAt = ContentAt + 1;
    private const int CpuAt = VersionAt + 1;
    private const int LengthAt = CpuAt + sizeof(ushort);
    private const int EventsAt = LengthAt + sizeof(int);
    private const int FirstAt = EventsAt + sizeof(int);
    private const int LastAt = FirstAt + sizeof(long);
    private const int LostAt = LastAt + sizeof(long);
    private const int PayloadChecksumAt = LostAt + sizeof(long);
    private const int ChecksumAt = PayloadChecksumAt + sizeof(uint);

    /// <summary>The shortest event: its tag and its time.</summary>
    private const int LeastEvent = 2;

    /// <summary>What every block begins with.</summary>
    internal static ReadOnlySpan<byte> Magic => "HTRC"u8;

    /// <summary>The version that bytes beginning with <see cref="Magic"/> say.</summary>
    internal static int VersionOf(ReadOnlySpan<byte> head) => head[VersionAt];

    /// <summary>The checksum of a written head.</summary>
    internal static uint ChecksumOf(ReadOnlySpan<byte> head) => BinaryPrimitives.ReadUInt32LittleEndian(head[ChecksumAt..]);

    /// <summary>Writes the head.</summary>
    /// <param name="to">Its <see cref="Size"/> bytes.</param>
    /// <param name="file">The checksum of the file's first head; 0 for that one itself.</param>
    internal void Write(Span<byte> to, uint file)
    {
        Magic.CopyTo(to);
        to[ContentAt] = (byte)Content;
        to[VersionAt] = TraceFormat.Version;
        BinaryPrimitives.WriteUInt16LittleEndian(to[CpuAt..], (ushort)Cpu);
        BinaryPrimitives.WriteInt32LittleEndian(to[LengthAt..], Length);
        BinaryPrimitives.WriteInt32LittleEndian(to[EventsAt..], Events);
        BinaryPrimitives.WriteInt64LittleEndian(to[FirstAt..], First);
        BinaryPrimitives.WriteInt64LittleEndian(to[LastAt..], Last);
        BinaryPrimitives.WriteInt64LittleEndian(to[LostAt..], Lost);
        BinaryPrimitives.WriteUInt32LittleEndian(to[PayloadChecksumAt..], PayloadChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(to[ChecksumAt..], Crc32C.Of(to[..ChecksumAt], file));
    }

    /// <summary>Reads a head; false when these bytes are none of this file, or say what no writer writes.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> from, uint file, out BlockHead head)
    {
        head = default;
        if (from.Length < Size || !from.StartsWith(Magic) || ChecksumOf(from) != Crc32C.Of(from[..ChecksumAt], file)) return false;
        head = new BlockHead(
            (BlockContent)from[ContentAt],
            BinaryPrimitives.ReadUInt16LittleEndian(from[CpuAt..]),
            BinaryPrimitives.ReadInt32LittleEndian(from[LengthAt..]),
            BinaryPrimitives.ReadInt32LittleEndian(from[EventsAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[FirstAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[LastAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[LostAt..]),
            BinaryPrimitives.ReadUInt32LittleEndian(from[PayloadChecksumAt..]));
        return VersionOf(from) == TraceFormat.Version && head.IsPossible;
    }

    private bool IsPossible => Content switch
    {
        BlockContent.Header or BlockContent.Trailer => Length is > 0 and <= TraceFormat.MostJson,
        BlockContent.Events => Length is >= 0 and <= TraceFormat.MostPayload && Events >= 0 && Events <= Length / LeastEvent
            && (Events > 0 || Length == 0) && First >= 0 && Last >= First && Last <= TraceFormat.MostTimeNs && Lost >= 0,
        _ => false,
    };
}
