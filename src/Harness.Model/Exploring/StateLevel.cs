using System.Numerics;
using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>
/// States kept until they are looked at, in order. Most words of a state are zero, so each is kept as a map of its other words and those.
/// </summary>
internal sealed class StateLevel(int bytes)
{
    private const int ChunkWords = 1 << 17;

    private readonly int words = bytes / 8;
    private readonly int mapWords = (bytes / 8 + 63) / 64;
    private readonly List<ulong[]> chunks = [];
    private readonly List<(int Way, UInt128 Hash, int Chunk, int At)> states = [];
    private int chunk = -1;
    private int used = ChunkWords;

    internal int Count => states.Count;

    /// <summary>Keeps a state.</summary>
    /// <param name="way">How it is reached.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="state">The saved state.</param>
    internal void Add(int way, UInt128 hash, ReadOnlySpan<byte> state)
    {
        if (used + mapWords + words > ChunkWords)
        {
            if (++chunk == chunks.Count) chunks.Add(new ulong[Math.Max(ChunkWords, mapWords + words)]);
            used = 0;
        }
        states.Add((way, hash, chunk, used));
        Span<ulong> map = chunks[chunk].AsSpan(used, mapWords);
        map.Clear();
        Span<ulong> kept = chunks[chunk].AsSpan(used + mapWords);
        ReadOnlySpan<ulong> all = MemoryMarshal.Cast<byte, ulong>(state);
        int count = 0;
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i] == 0) continue;
            map[i >> 6] |= 1UL << (i & 63);
            kept[count++] = all[i];
        }
        used += mapWords + count;
    }

    /// <summary>Takes a state out.</summary>
    internal (int Way, UInt128 Hash) Get(int index, Span<byte> state)
    {
        (int way, UInt128 hash, int from, int at) = states[index];
        ReadOnlySpan<ulong> map = chunks[from].AsSpan(at, mapWords);
        ReadOnlySpan<ulong> kept = chunks[from].AsSpan(at + mapWords);
        Span<ulong> all = MemoryMarshal.Cast<byte, ulong>(state);
        all.Clear();
        int count = 0;
        for (int word = 0; word < map.Length; word++)
        {
            for (ulong bits = map[word]; bits != 0; bits &= bits - 1)
            {
                all[(word << 6) + BitOperations.TrailingZeroCount(bits)] = kept[count++];
            }
        }
        return (way, hash);
    }

    internal void Clear()
    {
        states.Clear();
        chunk = -1;
        used = ChunkWords;
    }
}
