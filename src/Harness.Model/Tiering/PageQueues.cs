using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Harness.Model;

/// <summary>
/// First-in-first-out lists of pages that share one pool of chunks, so that all LRU lists together take little more than an entry a frame.
/// An entry is a page and the sequence number it had: a page that is taken off a list elsewhere than at its end just gets another number.
/// </summary>
internal sealed class PageQueues
{
    /// <summary>Pages there can be over all areas: what an entry has room for.</summary>
    internal const int MostPages = 1 << PageBits;

    private const int PageBits = 28;
    private const int ChunkBits = 10;
    private const int Chunk = 1 << ChunkBits;

    private readonly uint[] entries;
    private readonly int[] next;
    private readonly Ends[] ends;
    private readonly int[] free;

    /// <summary>Empty lists.</summary>
    /// <param name="state">Gives the arrays.</param>
    /// <param name="queues">Lists.</param>
    /// <param name="capacity">Entries that all of them together hold at most, stale ones included.</param>
    internal PageQueues(StateArrays state, int queues, long capacity)
    {
        int chunks = checked((int)(capacity / Chunk) + 2 * queues + 1);
        entries = state.Array<uint>(chunks * Chunk);
        next = state.Array<int>(chunks);
        ends = state.Array<Ends>(queues);
        free = state.Array<int>(1);
        for (int chunk = 0; chunk < chunks; chunk++) next[chunk] = chunk + 1;
        for (int queue = 0; queue < queues; queue++)
        {
            int chunk = TakeChunk();
            ends[queue] = new Ends { Head = (uint)chunk << ChunkBits, Tail = (uint)chunk << ChunkBits };
        }
    }

    /// <summary>True when the list has no entries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsEmpty(int queue) => ends[queue].Head == ends[queue].Tail;

    /// <summary>Puts a page at the young end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(int queue, int page, ulong word)
    {
        ref Ends end = ref ends[queue];
        entries[end.Tail] = (uint)page | PageWord.Sequence(word) << PageBits;
        end.Tail++;
        if ((end.Tail & (Chunk - 1)) == 0) AddChunk(ref end);
    }

    /// <summary>Takes the entry at the old end. The list must have one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint Take(int queue)
    {
        ref Ends end = ref ends[queue];
        uint entry = entries[end.Head];
        end.Head++;
        if ((end.Head & (Chunk - 1)) == 0) DropChunk(ref end);
        return entry;
    }

    /// <summary>The page of an entry.</summary>
    internal static int Page(uint entry) => (int)(entry & (MostPages - 1));

    /// <summary>True when the page has left the list since, whatever list it is on now.</summary>
    internal static bool IsStale(uint entry, ulong word) => entry >> PageBits != PageWord.Sequence(word);

    /// <summary>Drops the entries of pages that have left their lists.</summary>
    internal void Purge(ReadOnlySpan<ulong> words)
    {
        foreach (ref Ends end in ends.AsSpan())
        {
            uint to = end.Head;
            for (uint from = end.Head; from != end.Tail; from = After(from))
            {
                uint entry = entries[from];
                if (IsStale(entry, words[Page(entry)])) continue;
                entries[to] = entry;
                to = After(to);
            }
            DropChunksBetween((int)(to >> ChunkBits), (int)(end.Tail >> ChunkBits));
            end.Tail = to;
        }
    }

    private uint After(uint index) => ((index + 1) & (Chunk - 1)) != 0 ? index + 1 : (uint)next[index >> ChunkBits] << ChunkBits;

    private void DropChunksBetween(int kept, int last)
    {
        while (kept != last)
        {
            // always the one after the kept one, so that what it leads to is read before it joins the free ones
            int gone = next[kept];
            int following = next[gone];
            next[gone] = free[0];
            free[0] = gone;
            if (gone == last) return;
            next[kept] = following;
        }
    }

    private void AddChunk(ref Ends end)
    {
        int chunk = TakeChunk();
        next[(end.Tail - 1) >> ChunkBits] = chunk;
        end.Tail = (uint)chunk << ChunkBits;
    }

    private void DropChunk(ref Ends end)
    {
        int chunk = (int)((end.Head - 1) >> ChunkBits);
        end.Head = (uint)next[chunk] << ChunkBits;
        next[chunk] = free[0];
        free[0] = chunk;
    }

    private int TakeChunk()
    {
        int chunk = free[0];
        if (chunk == next.Length) throw new InvalidOperationException("more LRU entries than the lists were built for");
        free[0] = next[chunk];
        return chunk;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Ends
    {
        internal uint Head;
        internal uint Tail;
    }
}
