using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Harness.Model;

/// <summary>
/// One set-associative array of translations, on every CPU. The lowest bits of the page number choose the set (assumed: second levels of
/// real CPUs hash). A set is kept in the order of last use, valid entries first and zeros after them, and the last one makes room: true
/// LRU, since what real CPUs do instead is not published for each level, and since the order needs no other state. So what is held and in
/// which order it was used decides every word, and two states that behave alike compare equal.
/// </summary>
/// <param name="state">Gives the arrays.</param>
/// <param name="cpus">CPUs.</param>
/// <param name="sets">Sets on a CPU, a power of two.</param>
/// <param name="ways">Entries in a set.</param>
/// <param name="hugeWays">Of them at most for 2 MiB translations.</param>
internal sealed class TlbBank(StateArrays state, int cpus, int sets, int ways, int hugeWays)
{
    private readonly int setMask = sets - 1;
    private readonly ulong[] tags = state.Array<ulong>(cpus * sets * ways);
    private readonly ulong[] translations = state.Array<ulong>(cpus * sets * ways);

    // How many entries of a CPU are of each class. It follows from the tags, and spares searches for what cannot be there: of global or
    // 2 MiB translations in lookups, and of an address space in flushes.
    private readonly ushort[] held = state.Array<ushort>(cpus * TlbTag.Classes);

    /// <summary>Finds a translation and makes it the last used of its set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryUse(int cpu, ulong tag, out ulong translation)
    {
        int start = Start(cpu, tag);
        if (tags[start] == tag)
        {
            translation = translations[start];
            return true;
        }
        return TryUseOlder(cpu, tag, start, out translation);
    }

    /// <summary>The same for a translation of a class that is mostly empty: then without looking into the set.</summary>
    internal bool TryUseRare(int cpu, ulong tag, out ulong translation)
    {
        translation = 0;
        return held[Count(cpu, tag)] != 0 && TryUse(cpu, tag, out translation);
    }

    /// <summary>Whether a translation is held, and its word, without using it.</summary>
    internal bool Holds(int cpu, ulong tag, out ulong translation)
    {
        int index = IndexOf(cpu, tag);
        translation = index < 0 ? 0 : translations[index];
        return index >= 0;
    }

    /// <summary>Replaces the word of a translation if it is held, and leaves its place in the order of use.</summary>
    internal void Replace(int cpu, ulong tag, ulong translation)
    {
        int index = IndexOf(cpu, tag);
        if (index >= 0) translations[index] = translation;
    }

    /// <summary>
    /// Puts a translation in as the last used of its set, in the place of the one with the same tag or of the least recently used.
    /// </summary>
    internal void Insert(int cpu, ulong tag, ulong translation)
    {
        int place = IndexOf(cpu, tag);
        if (place < 0) InsertMissing(cpu, tag, translation);
        else MoveToFront(Start(cpu, tag), place, tag, translation);
    }

    /// <summary>The same for a translation that is known not to be held.</summary>
    internal void InsertMissing(int cpu, ulong tag, ulong translation)
    {
        int start = Start(cpu, tag);
        int place = Room(start, TlbTag.IsHuge(tag));
        if (tags[place] != 0) held[Count(cpu, tags[place])]--;
        held[Count(cpu, tag)]++;
        MoveToFront(start, place, tag, translation);
    }

    /// <summary>Drops a translation if it is held.</summary>
    internal void Drop(int cpu, ulong tag)
    {
        int index = IndexOf(cpu, tag);
        if (index < 0) return;
        int end = Start(cpu, tag) + ways;
        tags.AsSpan((index + 1)..end).CopyTo(tags.AsSpan(index));
        translations.AsSpan((index + 1)..end).CopyTo(translations.AsSpan(index));
        tags[end - 1] = 0;
        translations[end - 1] = 0;
        held[Count(cpu, tag)]--;
    }

    /// <summary>
    /// Drops every translation of some classes on a CPU, in time proportional to the sets and to what is held; in none if none is held.
    /// </summary>
    /// <param name="cpu">The CPU.</param>
    /// <param name="classes">A bit for each class.</param>
    internal void DropClasses(int cpu, uint classes)
    {
        int dropped = 0;
        Span<ushort> counts = held.AsSpan(cpu * TlbTag.Classes, TlbTag.Classes);
        for (int c = 0; c < counts.Length; c++)
        {
            if ((classes & (1u << c)) == 0) continue;
            dropped += counts[c];
            counts[c] = 0;
        }
        int end = (cpu + 1) * (setMask + 1) * ways;
        for (int start = end - (setMask + 1) * ways; dropped > 0; start += ways) dropped -= DropFromSet(start, classes);
    }

    // Keeps the order of what stays.
    private int DropFromSet(int start, uint classes)
    {
        int kept = start;
        int at = start;
        for (; at < start + ways && tags[at] != 0; at++)
        {
            if ((classes & (1u << TlbTag.Class(tags[at]))) != 0) continue;
            tags[kept] = tags[at];
            translations[kept] = translations[at];
            kept++;
        }
        tags.AsSpan(kept..at).Clear();
        translations.AsSpan(kept..at).Clear();
        return at - kept;
    }

    private bool TryUseOlder(int cpu, ulong tag, int start, out ulong translation)
    {
        int index = IndexOf(cpu, tag);
        if (index < 0)
        {
            translation = 0;
            return false;
        }
        translation = translations[index];
        MoveToFront(start, index, tag, translation);
        return true;
    }

    // The place of the entry that makes room: the last, or the last 2 MiB one where a set has all it may have of them.
    private int Room(int start, bool huge)
    {
        if (!huge || hugeWays == ways) return start + ways - 1;
        int place = start + ways - 1;
        int hugeOnes = 0;
        for (int i = start; i < start + ways && hugeOnes < hugeWays; i++)
        {
            if (!TlbTag.IsHuge(tags[i])) continue;
            hugeOnes++;
            if (hugeOnes == hugeWays) place = i;
        }
        return place;
    }

    private void MoveToFront(int start, int place, ulong tag, ulong translation)
    {
        MoveUp(ref tags[start], place - start);
        MoveUp(ref translations[start], place - start);
        tags[start] = tag;
        translations[start] = translation;
    }

    // Moves so many words one place up, the last ones first. Measured on a Zen 5 with Golden Cove's sets of 6 and 16, a miss and its fill:
    // 28 ns with this and the search below, 48 ns with a loop over words and the library's search, more with a copy of spans.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MoveUp(ref ulong first, int count)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            for (; count >= Vector512<ulong>.Count; count -= Vector512<ulong>.Count)
            {
                nuint from = (nuint)(count - Vector512<ulong>.Count);
                Vector512.LoadUnsafe(ref first, from).StoreUnsafe(ref first, from + 1);
            }
        }
        for (; count >= Vector256<ulong>.Count; count -= Vector256<ulong>.Count)
        {
            nuint from = (nuint)(count - Vector256<ulong>.Count);
            Vector256.LoadUnsafe(ref first, from).StoreUnsafe(ref first, from + 1);
        }
        for (; count > 0; count--) Unsafe.Add(ref first, count) = Unsafe.Add(ref first, count - 1);
    }

    // Where an entry lies; −1 where it is not held.
    private int IndexOf(int cpu, ulong tag)
    {
        if (held[Count(cpu, tag)] == 0) return -1;
        int start = Start(cpu, tag);
        int way = WayOf(ref tags[start], tag);
        return way < 0 ? -1 : start + way;
    }

    private int WayOf(ref ulong set, ulong tag)
    {
        int way = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; way <= ways - Vector512<ulong>.Count; way += Vector512<ulong>.Count)
            {
                ulong equal = Vector512.Equals(Vector512.LoadUnsafe(ref set, (nuint)way), Vector512.Create(tag))
                    .ExtractMostSignificantBits();
                if (equal != 0) return way + BitOperations.TrailingZeroCount(equal);
            }
        }
        for (; way <= ways - Vector256<ulong>.Count; way += Vector256<ulong>.Count)
        {
            uint equal = Vector256.Equals(Vector256.LoadUnsafe(ref set, (nuint)way), Vector256.Create(tag)).ExtractMostSignificantBits();
            if (equal != 0) return way + BitOperations.TrailingZeroCount(equal);
        }
        for (; way < ways; way++)
        {
            if (Unsafe.Add(ref set, way) == tag) return way;
        }
        return -1;
    }

    private int Start(int cpu, ulong tag) => (cpu * (setMask + 1) + (TlbTag.Page(tag) & setMask)) * ways;

    private static int Count(int cpu, ulong tag) => cpu * TlbTag.Classes + TlbTag.Class(tag);
}
