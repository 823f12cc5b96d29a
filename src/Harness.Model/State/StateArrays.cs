using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>
/// The flat arrays that together are the state of a simulated machine: every part takes its arrays from here and keeps nothing else that
/// changes, so that a state can be saved, compared, and resumed as one run of bytes.
/// </summary>
internal sealed class StateArrays
{
    private readonly List<IPart> parts = [];

    private interface IPart
    {
        int Bytes { get; }

        Span<byte> Content { get; }
    }

    /// <summary>Length of a saved state.</summary>
    internal int Bytes { get; private set; }

    /// <summary>An array of zeros that belongs to the state. Takes place while the machine is built, never later.</summary>
    internal T[] Array<T>(int length)
        where T : unmanaged
    {
        var array = new T[length];
        var part = new Part<T>(array);
        parts.Add(part);
        Bytes += part.Bytes;
        return array;
    }

    /// <summary>Copies the state out.</summary>
    /// <param name="saved">Receives <see cref="Bytes"/> bytes.</param>
    internal void Save(Span<byte> saved)
    {
        foreach (IPart part in parts)
        {
            part.Content.CopyTo(saved);
            saved = saved[part.Bytes..];
        }
    }

    /// <summary>Makes a saved state the present one.</summary>
    /// <param name="saved">What <see cref="Save"/> gave, on a machine built alike.</param>
    internal void Resume(ReadOnlySpan<byte> saved)
    {
        foreach (IPart part in parts)
        {
            saved[..part.Bytes].CopyTo(part.Content);
            saved = saved[part.Bytes..];
        }
    }

    private sealed class Part<T>(T[] array) : IPart
        where T : unmanaged
    {
        public int Bytes => Content.Length;

        public Span<byte> Content => MemoryMarshal.AsBytes(array.AsSpan());
    }
}
