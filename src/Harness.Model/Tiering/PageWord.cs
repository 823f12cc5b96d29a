using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>
/// What the model knows of one page of an area, in 8 bytes: its PTE, its slot in the page cache and its folio's flags at once, since a page
/// belongs to one area and is mapped at one place.
/// <code>
/// 63      47 46 45 44  41 40 39 38      28 27           0
/// | scanned | node | seq  | gen |  flags   |     pfn      |
/// </code>
/// </summary>
internal static class PageWord
{
    /// <summary>Bits of the pfn: up to 1 TiB of memory.</summary>
    internal const int FrameBits = 28;

    /// <summary>The pfn.</summary>
    internal const ulong Frame = (1UL << FrameBits) - 1;

    /// <summary>The page has a frame, whether or not it is mapped.</summary>
    internal const ulong Cached = 1UL << 28;

    /// <summary>_PAGE_PRESENT, or _PAGE_PROTNONE with <see cref="ProtNone"/>.</summary>
    internal const ulong Mapped = 1UL << 29;

    /// <summary>_PAGE_ACCESSED.</summary>
    internal const ulong Young = 1UL << 30;

    /// <summary>_PAGE_DIRTY.</summary>
    internal const ulong Dirty = 1UL << 31;

    /// <summary>_PAGE_RW.</summary>
    internal const ulong Writable = 1UL << 32;

    /// <summary>Made inaccessible by a NUMA scan.</summary>
    internal const ulong ProtNone = 1UL << 33;

    /// <summary>Evicted before: a shadow entry of the page cache.</summary>
    internal const ulong Evicted = 1UL << 34;

    /// <summary>PG_referenced.</summary>
    internal const ulong Referenced = 1UL << 35;

    /// <summary>PG_active of the classic lists.</summary>
    internal const ulong Active = 1UL << 36;

    /// <summary>Where there are generations instead: the page is off its list, being reclaimed.</summary>
    internal const ulong Isolated = Active;

    /// <summary>PG_idle, as kmmscand keeps it.</summary>
    internal const ulong Idle = 1UL << 37;

    /// <summary>PG_readahead: a fault here reads the next window.</summary>
    internal const ulong Marker = 1UL << 38;

    private const int GenerationShift = 39;
    private const int SequenceShift = 41;
    private const int NodeShift = 45;
    private const int ScannedShift = 47;
    private const ulong Generations = 3UL << GenerationShift;
    private const ulong Sequences = 15UL << SequenceShift;
    private const ulong Nodes = 3UL << NodeShift;

    /// <summary>Nodes there can be.</summary>
    internal const int MostNodes = 4;

    /// <summary>A page that got a frame: everything starts anew but its sequence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong WithFrame(ulong word, int pfn, int node) =>
        (word & Sequences) | Cached | (uint)pfn | (ulong)node << NodeShift;

    /// <summary>The same page in another frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Moved(ulong word, int pfn, int node) => (word & ~(Frame | Nodes)) | (uint)pfn | (ulong)node << NodeShift;

    /// <summary>The page without its frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong WithoutFrame(ulong word) => (word & Sequences) | Evicted;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int NodeOf(ulong word) => (int)(word >> NodeShift) & 3;

    /// <summary>The generation, modulo the four that there can be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Generation(ulong word) => (int)(word >> GenerationShift) & 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong WithGeneration(ulong word, int generation) => (word & ~Generations) | (ulong)generation << GenerationShift;

    /// <summary>How often the page was put on a list, modulo 16: an entry with another number was left behind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Sequence(ulong word) => (uint)(word >> SequenceShift) & 15;

    /// <summary>The page as it leaves the list it is on, whose entry is stale from now on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong NextSequence(ulong word) => (word & ~Sequences) | ((word + (1UL << SequenceShift)) & Sequences);

    /// <summary>The largest time of a scan.</summary>
    internal const int MostScannedAt = (1 << 64 - ScannedShift) - 1;

    /// <summary>
    /// When a NUMA scan last saw a page of slow memory, in milliseconds modulo 2^17; of others, which thread of which node faulted on it
    /// last. The kernel keeps both in one field too (last_cpupid).
    /// </summary>
    internal static int ScannedAt(ulong word) => (int)(word >> ScannedShift);

    internal static ulong WithScannedAt(ulong word, long milliseconds) =>
        (word & ((1UL << ScannedShift) - 1)) | (ulong)milliseconds << ScannedShift;
}
