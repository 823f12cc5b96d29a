using System.Runtime.CompilerServices;

namespace Harness.Model;

/// <summary>
/// The pages of all areas in one flat array, and for every 512 of them, a page table, whether any was used since each node's last aging:
/// the accessed bit of its page-middle-directory entry, one a node.
/// </summary>
internal sealed class PageTables
{
    /// <summary>Pages of a page table.</summary>
    internal const int TablePages = 1 << TableBits;

    private const int TableBits = 9;
    private const byte AllNodes = (1 << PageWord.MostNodes) - 1;

    private readonly byte[] used;
    private readonly byte[] worthWalking;
    private readonly int[] areaOfTable;

    internal PageTables(StateArrays state, IReadOnlyList<PageArea> areas)
    {
        Areas = [.. areas];
        int pages = Areas[^1].End;
        if (pages > PageQueues.MostPages) throw new ArgumentException($"areas of {pages} pages; at most {PageQueues.MostPages} fit");
        Words = state.Array<ulong>(pages);
        used = state.Array<byte>((pages + TablePages - 1) >> TableBits);
        worthWalking = state.Array<byte>(used.Length);
        areaOfTable = [.. Enumerable.Range(0, used.Length).Select(table => Array.FindIndex(Areas, area => FirstPage(table) < area.End))];
    }

    /// <summary>The areas, in the order of their pages; each begins with a page table of its own.</summary>
    internal PageArea[] Areas { get; }

    /// <summary>Every page, as <see cref="PageWord"/> says.</summary>
    internal ulong[] Words { get; }

    /// <summary>Page tables there are.</summary>
    internal int Tables => used.Length;

    /// <summary>The page was used: its table will be looked through.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Use(int page) => used[page >> TableBits] = AllNodes;

    /// <summary>Touches that are drawn instead of made, if the workload's are.</summary>
    internal DrawnTouches? Drawn { get; set; }

    /// <summary>Must precede every look at accessed bits of a table: drawn touches set them when somebody looks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Settle(int table) => Drawn?.Settle(table);

    /// <summary>The used pages' tables of a node: true once for each table used since the last time.</summary>
    internal bool TakeUsed(int table, int node)
    {
        int bit = 1 << node;
        if ((used[table] & bit) == 0) return false;
        used[table] &= (byte)~bit;
        return true;
    }

    /// <summary>
    /// Whether the walk of a node's generation is to look through a table: many of its pages were used when it was looked through last, by
    /// the walk before or from a page about to be evicted. The kernel asks a Bloom filter for every other generation, which may err.
    /// </summary>
    internal bool IsWorthWalking(int table, int node, long generation) => (worthWalking[table] & Filter(node, generation)) != 0;

    /// <summary>Has the walk of that generation look through a table.</summary>
    internal void HaveWalked(int table, int node, long generation) => worthWalking[table] |= Filter(node, generation);

    /// <summary>Empties the filter of a generation.</summary>
    internal void ForgetWalks(int node, long generation)
    {
        byte filter = Filter(node, generation);
        foreach (ref byte table in worthWalking.AsSpan()) table &= (byte)~filter;
    }

    private static byte Filter(int node, long generation) => (byte)(1 << (node * 2 + (int)(generation & 1)));

    /// <summary>The pages of a table.</summary>
    internal Span<ulong> Table(int table) =>
        Words.AsSpan(table << TableBits, Math.Min(TablePages, Words.Length - (table << TableBits)));

    /// <summary>The first page of a table.</summary>
    internal static int FirstPage(int table) => table << TableBits;

    /// <summary>The table of a page.</summary>
    internal static int TableOf(int page) => page >> TableBits;

    /// <summary>The area of a page, by its number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int AreaOf(int page) => areaOfTable[page >> TableBits];
}
