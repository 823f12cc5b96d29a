using System.Buffers.Binary;
using System.Numerics;

namespace Harness.Records;

/// <summary>CRC-32C (Castagnoli, reflected, initial value and final xor all ones): RFC 3720 appendix B.4.</summary>
public static class Crc32C
{
    /// <summary>The checksum of bytes, continued from that of others; 0 when there are none.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="before">The checksum of the bytes before them.</param>
    public static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
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
