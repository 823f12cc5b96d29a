using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Harness.Host.Recording;

/// <summary>
/// Walks a sub-buffer of the kernel's ring buffer as <c>trace_pipe_raw</c> gives it. Its layout is what <c>events/header_page</c> and
/// <c>events/header_event</c> say of it, which has not changed on 64-bit kernels since 2009:
/// <code>
/// u64 time stamp | u64 commit: length in bits 0..26, bit 30 a count of lost events follows the data, bit 31 events were lost | data …
///
/// event: u32 head = type_len (bits 0..4) | time_delta (bits 5..31), then by type_len
///   0       u32 length with itself, data
///   1..28   type_len words of data
///   29      nothing more in the page if time_delta is 0; else u32 length of what was taken back
///   30      u32: more of the delta, times 2^27
///   31      u32: time_delta and this times 2^27 are the time itself, but for its five highest bits
/// </code>
/// Any bytes can be walked: what makes no sense ends the page and is told by <see cref="Damaged"/>. Allocates nothing.
/// </summary>
internal ref struct RawPage
{
    /// <summary>Bytes before the data.</summary>
    internal const int HeadBytes = 16;

    private const int LengthMask = (1 << 27) - 1;
    private const long EventsLost = 1L << 31;
    private const long CountStored = 1L << 30;
    private const int HeaderBytes = 4;
    private const int Padding = 29;
    private const int TimeExtend = 30;
    private const int TimeStamp = 31;
    private const int DeltaBits = 27;
    private const ulong HighestTimeBits = ~((1ul << 59) - 1);

    private ReadOnlySpan<byte> rest;
    private ulong time;

    /// <summary>Begins with a page.</summary>
    /// <param name="page">All that one read gave.</param>
    internal RawPage(ReadOnlySpan<byte> page)
    {
        Record = default;
        if (page.Length < HeadBytes)
        {
            rest = default;
            Damaged = page.Length > 0;
            return;
        }
        time = MemoryMarshal.Read<ulong>(page);
        long commit = MemoryMarshal.Read<long>(page[8..]);
        int length = (int)(commit & LengthMask);
        page = page[HeadBytes..];
        if (length > page.Length)
        {
            Damaged = true;
            length = page.Length;
        }
        rest = page[..length];
        if ((commit & EventsLost) == 0) return;
        bool counted = (commit & CountStored) != 0 && page.Length - length >= sizeof(long);
        Lost = counted ? Math.Max(1, MemoryMarshal.Read<long>(page[length..])) : 1;
        LostIsExact = counted;
    }

    /// <summary>Events that were lost before this page: at least so many, and just so many when <see cref="LostIsExact"/>.</summary>
    internal long Lost { get; }

    /// <summary>True when the page has the number of events that were lost.</summary>
    internal bool LostIsExact { get; }

    /// <summary>True when the page, as far as it has been walked, holds what the kernel does not write.</summary>
    internal bool Damaged { get; private set; }

    /// <summary>The event's bytes; their first two are the event's id.</summary>
    internal ReadOnlySpan<byte> Record { get; private set; }

    /// <summary>The event's time on the instance's clock.</summary>
    internal readonly long Time => (long)time;

    /// <summary>Goes to the next event; false at the page's end.</summary>
    internal bool MoveNext()
    {
        while (rest.Length >= HeaderBytes)
        {
            uint head = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            int kind = (int)(head & 31);
            ulong delta = head >> 5;
            int skip = HeaderBytes;
            int length;
            if (kind is > 0 and < Padding) length = kind * sizeof(uint);
            else
            {
                if (kind == Padding && delta == 0) break;
                if (rest.Length < 2 * HeaderBytes) return End(damaged: true);
                uint second = BinaryPrimitives.ReadUInt32LittleEndian(rest[HeaderBytes..]);
                if (kind is TimeExtend or TimeStamp)
                {
                    ulong wide = ((ulong)second << DeltaBits) + delta;
                    time = kind == TimeExtend ? time + wide : Absolute(wide);
                    rest = rest[(2 * HeaderBytes)..];
                    continue;
                }
                if (second is < sizeof(uint) or > LengthMask) return End(damaged: true);
                skip += sizeof(uint);
                length = (int)second - sizeof(uint);
                // What was taken back keeps its place in time, which the next event counts from.
                if (kind == Padding)
                {
                    if (skip + length > rest.Length) return End(damaged: true);
                    time += delta;
                    rest = rest[(skip + length)..];
                    continue;
                }
            }
            if (skip + length > rest.Length) return End(damaged: true);
            time += delta;
            Record = rest.Slice(skip, length);
            rest = rest[(skip + length)..];
            return true;
        }
        return End(damaged: false);
    }

    private bool End(bool damaged)
    {
        Damaged |= damaged;
        rest = default;
        Record = default;
        return false;
    }

    // The kernel keeps 59 bits of it; should they have wrapped since the page began, the next of the rest has.
    private readonly ulong Absolute(ulong stamp)
    {
        ulong whole = stamp | (time & HighestTimeBits);
        return whole < time && (time & HighestTimeBits) != 0 ? whole + (1ul << 59) : whole;
    }
}
