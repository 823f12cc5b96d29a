using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Harness.Interop;

/// <summary>One record of a perf ring, in place in the drained bytes.</summary>
public readonly ref struct PerfRecord
{
    private PerfRecord(libc.perf_event_header header, ReadOnlySpan<byte> body)
    {
        Type = header.type;
        Misc = header.misc;
        Body = body;
    }

    /// <summary>One of <c>PERF_RECORD_*</c>.</summary>
    public uint Type { get; }

    /// <summary>More about the record, by type.</summary>
    public ushort Misc { get; }

    /// <summary>What follows the header: of a sample, the fields its <c>sample_type</c> asked for.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>Takes the first record off drained bytes. Does not allocate.</summary>
    /// <param name="bytes">The bytes; afterwards those behind the record.</param>
    /// <param name="record">The record.</param>
    /// <returns>False when no whole record is left.</returns>
    public static bool TryTake(ref ReadOnlySpan<byte> bytes, out PerfRecord record)
    {
        record = default;
        if (!MemoryMarshal.TryRead(bytes, out libc.perf_event_header header)) return false;
        int head = Unsafe.SizeOf<libc.perf_event_header>();
        if (header.size < head || header.size > bytes.Length) return false;
        record = new PerfRecord(header, bytes[head..header.size]);
        bytes = bytes[header.size..];
        return true;
    }
}
