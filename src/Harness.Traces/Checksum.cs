using System.Buffers.Binary;
using System.Numerics;

namespace Harness.Traces;

/// <summary>CRC-32C (Castagnoli, reflected, initial value and final xor all ones): RFC 3720 appendix B.4.</summary>
internal static class Checksum
{
    /// <summary>The checksum of the bytes, continued from that of others; 0 when there are none.</summary>
    internal static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        uint crc = ~before;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }
        foreach (byte value in bytes) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
