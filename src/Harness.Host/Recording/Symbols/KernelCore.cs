using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Harness.Host.Recording.Symbols;

/// <summary>
/// Reads the running kernel's memory from /proc/kcore, an ELF file whose program headers say which part of it is which memory.
/// </summary>
internal static class KernelCore
{
    private const int HeaderBytes = 64;
    private const int ProgramHeaderBytes = 56;
    private const int Loaded = 1;

    // Class 64-bit, little-endian, version 1.
    private static ReadOnlySpan<byte> Identity => [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];

    /// <summary>Reads memory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="address">The first byte's address.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="why">When they cannot be had: why.</param>
    /// <returns>The bytes, or null.</returns>
    public static byte[]? Read(string path, ulong address, int length, out string? why)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            long position = Find(file, address, length);
            byte[] memory = new byte[length];
            why = position >= 0 && Fill(file, memory, position) ? null : $"{path} does not hold memory at {address:x}";
            return why is null ? memory : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            why = e is FileNotFoundException or DirectoryNotFoundException ? $"there is no {path}" : $"{path}: {e.Message}";
            return null;
        }
    }

    /// <summary>Where in the file the memory begins; −1 when it is not in it, or the file is no such file.</summary>
    private static long Find(SafeFileHandle file, ulong address, int length)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (!Fill(file, header, 0) || !header.StartsWith(Identity)) return -1;
        ulong headers = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(header[54..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
        if (size != ProgramHeaderBytes || headers > int.MaxValue) return -1;

        Span<byte> program = stackalloc byte[ProgramHeaderBytes];
        for (int index = 0; index < count; index++)
        {
            if (!Fill(file, program, (long)headers + index * ProgramHeaderBytes)) return -1;
            if (BinaryPrimitives.ReadUInt32LittleEndian(program) != Loaded) continue;
            ulong inside = address - BinaryPrimitives.ReadUInt64LittleEndian(program[16..]);
            ulong bytes = BinaryPrimitives.ReadUInt64LittleEndian(program[32..]);
            if (inside >= bytes || bytes - inside < (ulong)length) continue;
            ulong position = BinaryPrimitives.ReadUInt64LittleEndian(program[8..]) + inside;
            return position <= long.MaxValue - (ulong)length ? (long)position : -1;
        }
        return -1;
    }

    private static bool Fill(SafeFileHandle file, Span<byte> bytes, long position)
    {
        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(file, bytes, position);
            if (read <= 0) return false;
            bytes = bytes[read..];
            position += read;
        }
        return true;
    }
}
