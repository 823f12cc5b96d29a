using System.Buffers.Binary;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>
/// The flat arrays that together are the state of a simulated machine: every part takes its arrays from here and keeps nothing else that
/// changes, so that a state can be saved, compared, hashed and resumed as one run of bytes.
/// </summary>
internal sealed class StateArrays
{
    private readonly List<Part> parts = [];

    // elements written at a time: the bytes of a larger array need not fit a span
    private const int Portion = 1 << 20;

    private long bytes;

    /// <summary>Length of a saved state: a multiple of eight.</summary>
    /// <exception cref="OverflowException">It does not fit one array; it can be written to a stream.</exception>
    internal int Bytes => checked((int)bytes);

    /// <summary>An array of zeros that belongs to the state. Takes place while the machine is built, never later.</summary>
    /// <exception cref="ArgumentException">
    /// The type has padding, whose bytes are whatever lay there: equal states would differ.
    /// </exception>
    internal T[] Array<T>(int length)
        where T : unmanaged
    {
        if (Padding<T>.Bytes > 0)
            throw new ArgumentException($"{typeof(T)} has {Padding<T>.Bytes} bytes of padding: lay it out with Pack = 1");
        var array = new T[length];
        if (length == 0) return array;
        parts.Add(new Part<T>(array, bytes));
        bytes = (bytes + (long)length * Unsafe.SizeOf<T>() + 7) & ~7L;
        return array;
    }

    /// <summary>Copies the state out.</summary>
    /// <param name="saved">Receives <see cref="Bytes"/> bytes.</param>
    internal void Save(Span<byte> saved)
    {
        foreach (Part part in parts) part.Content.CopyTo(saved[part.Offset..]);
    }

    /// <summary>Writes the state, however large.</summary>
    internal void Save(Stream to)
    {
        foreach (Part part in parts) part.Write(to);
    }

    /// <summary>Makes a state that was written the present one.</summary>
    /// <exception cref="InvalidDataException">It is shorter or longer than the state of this machine.</exception>
    internal void Resume(Stream from)
    {
        try
        {
            foreach (Part part in parts) part.Read(from);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("the saved state ends too early", e);
        }
        if (from.ReadByte() >= 0) throw new InvalidDataException("the saved state is longer than that of this machine");
    }

    /// <summary>Makes a saved state the present one.</summary>
    /// <param name="saved">What <see cref="Save(Span{byte})"/> gave, on a machine built alike.</param>
    internal void Resume(ReadOnlySpan<byte> saved)
    {
        foreach (Part part in parts)
        {
            Span<byte> content = part.Content;
            saved.Slice(part.Offset, content.Length).CopyTo(content);
        }
    }

    /// <summary>
    /// The hash of a saved state: its parts' hashes, each with the part's place in it, by exclusive or. So the hash of a state follows from
    /// that of another and the parts that differ.
    /// </summary>
    internal UInt128 Hash(ReadOnlySpan<byte> saved)
    {
        UInt128 hash = UInt128.Zero;
        foreach (Part part in parts) hash ^= Hash(part.Offset, saved.Slice(part.Offset, part.Content.Length));
        return hash;
    }

    /// <summary>Finds out in which parts the present state differs from a saved one.</summary>
    /// <param name="saved">The saved state.</param>
    /// <param name="hash">Its hash; becomes that of the present state.</param>
    /// <param name="changed">Receives the parts, to be given to <see cref="Undo"/>.</param>
    internal void Compare(ReadOnlySpan<byte> saved, ref UInt128 hash, List<int> changed)
    {
        changed.Clear();
        for (int i = 0; i < parts.Count; i++)
        {
            Part part = parts[i];
            ReadOnlySpan<byte> now = part.Content;
            ReadOnlySpan<byte> before = saved.Slice(part.Offset, now.Length);
            if (now.SequenceEqual(before)) continue;
            changed.Add(i);
            hash ^= Hash(part.Offset, before) ^ Hash(part.Offset, now);
        }
    }

    /// <summary>Resumes a saved state from one that differs in these parts only.</summary>
    internal void Undo(ReadOnlySpan<byte> saved, List<int> changed)
    {
        foreach (int i in changed)
        {
            Span<byte> content = parts[i].Content;
            saved.Slice(parts[i].Offset, content.Length).CopyTo(content);
        }
    }

    /// <summary>Two independent multiply-and-fold passes over the words of a part.</summary>
    private static UInt128 Hash(int offset, ReadOnlySpan<byte> part)
    {
        ulong a = 0x9E3779B97F4A7C15 * (ulong)(offset + 1);
        ulong b = 0xC2B2AE3D27D4EB4F ^ (ulong)offset;
        while (part.Length >= 8)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(part);
            a = Fold(a ^ word, 0xA0761D6478BD642F);
            b = Fold(b + word, 0xE7037ED1A0B428DB) ^ BitOperations.RotateLeft(b, 23);
            part = part[8..];
        }
        ulong rest = (ulong)part.Length << 56;
        for (int i = 0; i < part.Length; i++) rest |= (ulong)part[i] << (8 * i);
        return new UInt128(Fold(a ^ rest, 0x8EBC6AF09C88C6E3), Fold(b + rest, 0x589965CC75374CC3));
    }

    private static ulong Fold(ulong x, ulong y)
    {
        ulong high = Math.BigMul(x, y, out ulong low);
        return high ^ low;
    }

    /// <summary>Bytes of a type that belong to none of its fields.</summary>
    private static class Padding<T>
        where T : unmanaged
    {
        internal static readonly int Bytes = Unsafe.SizeOf<T>() - Fields(typeof(T));

        private static int Fields(Type type)
        {
            if (type.IsEnum) return Fields(type.GetEnumUnderlyingType());
            if (type.IsPrimitive) return type == typeof(bool) ? 1 : Marshal.SizeOf(type);
            int bytes = 0;
            const BindingFlags All = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
            foreach (FieldInfo field in type.GetFields(All)) bytes += Fields(field.FieldType);
            return bytes;
        }
    }

    private abstract class Part(long offset)
    {
        internal int Offset => checked((int)offset);

        internal abstract Span<byte> Content { get; }

        internal abstract void Write(Stream to);

        internal abstract void Read(Stream from);
    }

    private sealed class Part<T>(T[] array, long offset) : Part(offset)
        where T : unmanaged
    {
        internal override Span<byte> Content => MemoryMarshal.AsBytes(array.AsSpan());

        internal override void Write(Stream to)
        {
            for (int start = 0; start < array.Length; start += Portion) to.Write(At(start));
        }

        internal override void Read(Stream from)
        {
            for (int start = 0; start < array.Length; start += Portion) from.ReadExactly(At(start));
        }

        private Span<byte> At(int start) => MemoryMarshal.AsBytes(array.AsSpan(start, Math.Min(Portion, array.Length - start)));
    }
}
