namespace Harness.Model;

/// <summary>One level of the TLBs of every CPU: a bank for 4 KiB and one for 2 MiB translations, or one bank for both.</summary>
internal sealed class TlbBanks
{
    private readonly TlbBank small;
    private readonly TlbBank? huge;

    internal TlbBanks(StateArrays state, int cpus, TlbLevel level)
    {
        small = new TlbBank(state, cpus, level.Entries / level.Ways, level.Ways, level.Shared ? level.HugeWays : level.Ways);
        if (level.Shared) huge = small;
        else if (level.HugeEntries > 0) huge = new TlbBank(state, cpus, level.HugeEntries / level.HugeWays, level.HugeWays, level.HugeWays);
    }

    /// <summary>Finds the translation of a page, 4 KiB before 2 MiB and the address space's own before a global one.</summary>
    /// <param name="cpu">The CPU.</param>
    /// <param name="asid">The address space's slot.</param>
    /// <param name="vpn">The 4 KiB page.</param>
    /// <param name="tag">The tag of the entry found.</param>
    /// <param name="translation">Its word.</param>
    internal bool TryUse(int cpu, int asid, long vpn, out ulong tag, out ulong translation) =>
        small.TryUse(cpu, tag = TlbTag.Small(asid, vpn), out translation)
        || small.TryUseRare(cpu, tag = TlbTag.GlobalSmall(vpn), out translation)
        || (huge is not null
            && (huge.TryUseRare(cpu, tag = TlbTag.Huge(asid, vpn), out translation)
                || huge.TryUseRare(cpu, tag = TlbTag.GlobalHuge(vpn), out translation)));

    /// <summary>Puts a translation in; nothing where the level has no entries for such pages.</summary>
    internal void Insert(int cpu, ulong tag, ulong translation) => BankOf(tag)?.Insert(cpu, tag, translation);

    /// <summary>The same for a translation that is known not to be held.</summary>
    internal void InsertMissing(int cpu, ulong tag, ulong translation) => BankOf(tag)?.InsertMissing(cpu, tag, translation);

    /// <summary>Replaces the word of an entry if it is held, and leaves its place in the order of use.</summary>
    internal void Replace(int cpu, ulong tag, ulong translation) => BankOf(tag)?.Replace(cpu, tag, translation);

    /// <summary>Whether an entry is held, and its word, without using it.</summary>
    internal bool Holds(int cpu, ulong tag, out ulong translation)
    {
        translation = 0;
        return BankOf(tag)?.Holds(cpu, tag, out translation) ?? false;
    }

    /// <summary>Drops an entry if it is held.</summary>
    internal void Drop(int cpu, ulong tag) => BankOf(tag)?.Drop(cpu, tag);

    /// <summary>Drops every entry of some classes.</summary>
    internal void DropClasses(int cpu, uint classes)
    {
        small.DropClasses(cpu, classes);
        if (huge != small) huge?.DropClasses(cpu, classes);
    }

    private TlbBank? BankOf(ulong tag) => TlbTag.IsHuge(tag) ? huge : small;
}
