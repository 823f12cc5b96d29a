using System.Runtime.CompilerServices;

namespace Harness.Traces;

/// <summary>Numbers of seven bits a byte, lowest first; the top bit says that another byte follows. At most ten bytes.</summary>
internal static class VarInt
{
    private const int Bits = 7;
    private const int More = 1 << Bits;
    private const int MostBytes = 10;

    /// <summary>A signed number so that small ones of either sign are small: 0, −1, 1, −2 become 0, 1, 2, 3.</summary>
    internal static ulong Fold(long value) => (ulong)(value << 1) ^ (ulong)(value >> 63);

    /// <summary>Undoes <see cref="Fold"/>.</summary>
    internal static long Unfold(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <summary>Writes a number; gives where the next begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Write(byte[] to, int at, ulong value)
    {
        for (; value >= More; value >>= Bits) to[at++] = (byte)(value | More);
        to[at++] = (byte)value;
        return at;
    }

    /// <summary>Reads a number; gives where the next begins. More than ten bytes are not read, and then the rest is nonsense.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Read(byte[] from, int at, out ulong value)
    {
        byte next = from[at++];
        ulong all = next & (More - 1u);
        for (int shift = Bits; next >= More && shift < MostBytes * Bits; shift += Bits)
        {
            next = from[at++];
            all |= (next & (More - 1ul)) << shift;
        }
        value = all;
        return at;
    }
}
