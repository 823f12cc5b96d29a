namespace Harness.Model;

/// <summary>
/// The TLBs of every CPU: two levels, first split into data and instructions. A walk fills both levels and a hit in the second fills the
/// first; an entry that makes room in one stays in the other (neither inclusive nor exclusive: published for Intel's data side, Gras et
/// al., TLBleed, USENIX Security 2018; assumed for the others). What an entry translates to is a word of the caller's, never interpreted.
/// <para>
/// A flush clears the entries it drops. Counts of what is held let it skip what is not, so that a flush of nothing costs nothing and one
/// of few reads one word a set; leaving entries in place behind a generation number would be no faster for the sizes CPUs have,
/// and would make states that behave alike compare different.
/// </para>
/// </summary>
internal sealed class Tlb
{
    /// <summary>Words that <see cref="Held"/> can give at most: four tags in each of four places.</summary>
    internal const int MostHeld = 16;

    private const int Kinds = 3;

    private const int TagsOfAPage = 4;

    // in the order in which a data access and then a fetch asks them
    private readonly TlbBanks[] levels;
    private readonly TlbBanks firstData;
    private readonly TlbBanks firstInstruction;
    private readonly TlbBanks secondData;
    private readonly TlbBanks secondInstruction;
    private readonly long[] walks;
    private readonly long[] secondLevelHits;

    /// <summary>Empty TLBs.</summary>
    /// <param name="state">Gives the arrays of what is held.</param>
    /// <param name="tallies">Gives the arrays of counts, on which nothing depends.</param>
    /// <param name="cpus">CPUs.</param>
    /// <param name="geometry">The TLBs of each.</param>
    internal Tlb(StateArrays state, StateArrays tallies, int cpus, TlbGeometry geometry)
    {
        firstData = new TlbBanks(state, cpus, geometry.FirstData);
        firstInstruction = new TlbBanks(state, cpus, geometry.FirstInstruction);
        secondData = new TlbBanks(state, cpus, geometry.Second);
        secondInstruction = geometry.SecondInstruction is { } own ? new TlbBanks(state, cpus, own) : secondData;
        levels = secondInstruction == secondData
            ? [firstData, secondData, firstInstruction]
            : [firstData, secondData, firstInstruction, secondInstruction];
        walks = tallies.Array<long>(cpus * Kinds);
        secondLevelHits = tallies.Array<long>(cpus * Kinds);
    }

    /// <summary>
    /// Accesses that missed both levels, whether or not the walk then found a translation. perf's dTLB-load-misses, dTLB-store-misses and
    /// iTLB-load-misses, for the three kinds: Intel counts walks that completed, with or without a fault, and Zen second-level misses.
    /// </summary>
    internal long Walks(int cpu, TlbAccess kind) => walks[cpu * Kinds + (int)kind];

    /// <summary>Accesses that missed the first level and hit the second.</summary>
    internal long SecondLevelHits(int cpu, TlbAccess kind) => secondLevelHits[cpu * Kinds + (int)kind];

    /// <summary>Looks a page up, as every access does; a miss is counted as a walk.</summary>
    /// <param name="cpu">The CPU that accesses.</param>
    /// <param name="asid">The address-space slot it executes in, 0 to 5.</param>
    /// <param name="vpn">The 4 KiB page.</param>
    /// <param name="kind">The access.</param>
    /// <param name="translation">The word given to <see cref="Fill"/>; 0 after a miss.</param>
    internal bool Lookup(int cpu, int asid, long vpn, TlbAccess kind, out ulong translation)
    {
        TlbBanks first = kind == TlbAccess.Fetch ? firstInstruction : firstData;
        return first.TryUse(cpu, asid, vpn, out _, out translation) || LookupSecond(first, cpu, asid, vpn, kind, out translation);
    }

    /// <summary>Puts in what a walk found, in both levels.</summary>
    /// <param name="cpu">The CPU that walked.</param>
    /// <param name="asid">The address-space slot it executes in.</param>
    /// <param name="vpn">The 4 KiB page accessed.</param>
    /// <param name="kind">The access, which decides on the side.</param>
    /// <param name="translation">The word that lookups shall give.</param>
    /// <param name="huge">Whether it translates the whole 2 MiB page.</param>
    /// <param name="global">Whether it serves every address space.</param>
    internal void Fill(int cpu, int asid, long vpn, TlbAccess kind, ulong translation, bool huge, bool global)
    {
        ulong tag = TlbTag.Of(asid, vpn, huge, global);
        (kind == TlbAccess.Fetch ? firstInstruction : firstData).Insert(cpu, tag, translation);
        (kind == TlbAccess.Fetch ? secondInstruction : secondData).Insert(cpu, tag, translation);
    }

    /// <summary>
    /// Replaces the word of a page wherever it is held, as when the walker has set its dirty bit: in every level, of the entry that a data
    /// access would be answered with, or an instruction fetch if there is none. Nothing where the page is not held.
    /// </summary>
    internal void Update(int cpu, int asid, long vpn, ulong translation)
    {
        Span<ulong> tags = stackalloc ulong[TagsOfAPage];
        TagsOf(asid, vpn, tags);
        foreach (TlbBanks level in levels)
        {
            foreach (ulong tag in tags)
            {
                if (!level.Holds(cpu, tag, out _)) continue;
                foreach (TlbBanks any in levels) any.Replace(cpu, tag, translation);
                return;
            }
        }
    }

    /// <summary>INVLPG: drops a page of one address space, any 2 MiB translation that covers it, and global translations of it.</summary>
    internal void FlushPage(int cpu, int asid, long vpn)
    {
        Span<ulong> tags = stackalloc ulong[TagsOfAPage];
        TagsOf(asid, vpn, tags);
        foreach (TlbBanks level in levels)
        {
            foreach (ulong tag in tags) level.Drop(cpu, tag);
        }
    }

    /// <summary>Drops everything of one address space but global translations, as loading CR3 without keeping its PCID.</summary>
    internal void FlushAsid(int cpu, int asid) => Drop(cpu, TlbTag.ClassesOf(asid));

    /// <summary>Drops everything but global translations, as INVPCID of type 3.</summary>
    internal void FlushAll(int cpu) => Drop(cpu, TlbTag.EveryClass & ~TlbTag.GlobalClasses);

    /// <summary>Drops everything, as INVPCID of type 2 or a change of CR4.PGE.</summary>
    internal void FlushGlobal(int cpu) => Drop(cpu, TlbTag.EveryClass);

    /// <summary>
    /// Every translation held of a page, one for each entry, in any level: what an access might still be answered with. Uses none.
    /// </summary>
    /// <param name="cpu">The CPU.</param>
    /// <param name="asid">The address-space slot.</param>
    /// <param name="vpn">The 4 KiB page.</param>
    /// <param name="translations">Receives them; <see cref="MostHeld"/> are enough.</param>
    /// <returns>How many.</returns>
    internal int Held(int cpu, int asid, long vpn, Span<ulong> translations)
    {
        Span<ulong> tags = stackalloc ulong[TagsOfAPage];
        TagsOf(asid, vpn, tags);
        int found = 0;
        foreach (TlbBanks level in levels)
        {
            foreach (ulong tag in tags)
            {
                if (level.Holds(cpu, tag, out ulong translation)) translations[found++] = translation;
            }
        }
        return found;
    }

    private bool LookupSecond(TlbBanks first, int cpu, int asid, long vpn, TlbAccess kind, out ulong translation)
    {
        TlbBanks second = kind == TlbAccess.Fetch ? secondInstruction : secondData;
        bool hit = second.TryUse(cpu, asid, vpn, out ulong tag, out translation);
        if (hit) first.InsertMissing(cpu, tag, translation);    // it was asked for this tag too
        (hit ? secondLevelHits : walks)[cpu * Kinds + (int)kind]++;
        return hit;
    }

    private void Drop(int cpu, uint classes)
    {
        foreach (TlbBanks level in levels) level.DropClasses(cpu, classes);
    }

    // Every tag under which a page may be held, in the order in which a level is asked for them.
    private static void TagsOf(int asid, long vpn, Span<ulong> tags)
    {
        tags[0] = TlbTag.Small(asid, vpn);
        tags[1] = TlbTag.GlobalSmall(vpn);
        tags[2] = TlbTag.Huge(asid, vpn);
        tags[3] = TlbTag.GlobalHuge(vpn);
    }
}
