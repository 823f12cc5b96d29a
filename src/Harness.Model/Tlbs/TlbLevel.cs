using System.Numerics;

namespace Harness.Model;

/// <summary>
/// What one TLB holds: so many translations of 4 KiB pages and so many of 2 MiB pages, each in sets of so many ways. Where the 2 MiB ones
/// lie among the 4 KiB ones (<see cref="Shared"/>), both use the same sets, and a set has at most <see cref="HugeWays"/> of them.
/// </summary>
public sealed record TlbLevel
{
    /// <summary>
    /// Most entries of one page size that are believed. Assumed: more than ten times what the largest known TLB has, and as many as a
    /// 16-bit count can tell.
    /// </summary>
    public const int MostEntries = 65_535;

    /// <summary>A TLB of this shape.</summary>
    /// <param name="entries">Translations of 4 KiB pages.</param>
    /// <param name="ways">Of them in a set.</param>
    /// <param name="hugeEntries">Translations of 2 MiB pages; 0 where it holds none.</param>
    /// <param name="hugeWays">Of them in a set.</param>
    /// <param name="shared">Whether 2 MiB translations lie in the same sets.</param>
    /// <exception cref="ArgumentException">
    /// The sets do not come out whole or their number is no power of two, or shared sets differ in number.
    /// </exception>
    public TlbLevel(int entries, int ways, int hugeEntries, int hugeWays, bool shared = false)
    {
        if (!InSets(entries, ways)) throw new ArgumentException("4 KiB entries are no power of two of whole sets", nameof(entries));
        if (hugeEntries != 0 && !InSets(hugeEntries, hugeWays))
            throw new ArgumentException("2 MiB entries are no power of two of whole sets", nameof(hugeEntries));
        if (shared && (hugeEntries == 0 || hugeWays > ways || hugeEntries / hugeWays != entries / ways))
            throw new ArgumentException("entries that share sets need the same sets", nameof(shared));
        (Entries, Ways, HugeEntries, HugeWays, Shared) = (entries, ways, hugeEntries, hugeWays, shared);
    }

    /// <summary>Translations of 4 KiB pages it holds.</summary>
    public int Entries { get; }

    /// <summary>4 KiB translations in a set; equal to <see cref="Entries"/> where any page may lie anywhere.</summary>
    public int Ways { get; }

    /// <summary>Translations of 2 MiB pages it holds; 0 where it holds none.</summary>
    public int HugeEntries { get; }

    /// <summary>2 MiB translations in a set.</summary>
    public int HugeWays { get; }

    /// <summary>Whether 2 MiB translations lie in the sets of the 4 KiB ones, so that each takes the place of one.</summary>
    public bool Shared { get; }

    /// <summary>A TLB of one set, for both page sizes.</summary>
    public static TlbLevel FullyAssociative(int entries) => new(entries, entries, entries, entries, shared: true);

    /// <summary>
    /// The TLB nearest to counts that a CPU tells, whose ways may be stated too few (AMD has no code for 12 or 24 ways): the sets are
    /// rounded down to a power of two and the ways take up the rest. Null where the counts are no TLB.
    /// </summary>
    internal static TlbLevel? Nearest(long entries, long ways, long hugeEntries, long hugeWays, bool shared)
    {
        if (!Believable(entries, ways)) return null;
        int sets = Sets(entries, ways);
        int width = (int)(entries / sets);
        if (!Believable(hugeEntries, hugeWays)) return new TlbLevel(sets * width, width, 0, 0);
        int hugeSets = shared ? sets : Sets(hugeEntries, hugeWays);
        int hugeWidth = (int)(hugeEntries / hugeSets);
        if (shared) hugeWidth = Math.Clamp(hugeWidth, 1, width);
        return new TlbLevel(sets * width, width, hugeSets * hugeWidth, hugeWidth, shared);
    }

    private static bool Believable(long entries, long ways) => entries is > 0 and <= MostEntries && ways > 0 && ways <= entries;

    private static int Sets(long entries, long ways) => 1 << BitOperations.Log2((uint)(entries / ways));

    private static bool InSets(int entries, int ways) =>
        Believable(entries, ways) && entries % ways == 0 && BitOperations.IsPow2(entries / ways);
}
