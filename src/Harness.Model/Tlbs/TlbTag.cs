namespace Harness.Model;

/// <summary>
/// The word by which a TLB entry is found: an entry answers if its whole tag is the one looked for, and a vacant entry is zero.
/// <code>
/// 63                                            8 7   5   4   3    1   0
/// | page number: of 4 KiB, or 2 MiB if huge       | 0   |huge| slot | valid |
/// </code>
/// The slot is the address space's PCID slot, 0 to 5 as in Linux (TLB_NR_DYN_ASIDS), or <see cref="GlobalSlot"/> for a translation that
/// serves all of them. Slot and huge together are the tag's class, a number below <see cref="Classes"/>.
/// </summary>
internal static class TlbTag
{
    /// <summary>Address-space slots of a CPU: Linux's TLB_NR_DYN_ASIDS.</summary>
    internal const int Slots = 6;

    /// <summary>Classes there are.</summary>
    internal const int Classes = 16;

    /// <summary>Every class: what a full flush of global translations too drops.</summary>
    internal const uint EveryClass = (1 << Classes) - 1;

    /// <summary>The classes of global translations.</summary>
    internal const uint GlobalClasses = (1u << GlobalSlot) | (1u << (GlobalSlot + HugeClass));

    private const int GlobalSlot = 7;
    private const int HugeClass = 8;
    private const int PageShift = 8;
    private const int HugeOrder = 9;
    private const ulong Valid = 1;
    private const ulong HugeBit = HugeClass << 1;

    /// <summary>The tag of a 4 KiB translation of one address space.</summary>
    internal static ulong Small(int asid, long vpn) => ((ulong)vpn << PageShift) | ((uint)asid << 1) | Valid;

    /// <summary>The tag of a 2 MiB translation of one address space that covers a 4 KiB page.</summary>
    internal static ulong Huge(int asid, long vpn) => Small(asid, vpn >> HugeOrder) | HugeBit;

    /// <summary>The tag of a global 4 KiB translation.</summary>
    internal static ulong GlobalSmall(long vpn) => Small(GlobalSlot, vpn);

    /// <summary>The tag of a global 2 MiB translation that covers a 4 KiB page.</summary>
    internal static ulong GlobalHuge(long vpn) => Huge(GlobalSlot, vpn);

    /// <summary>The tag of what a walk found.</summary>
    internal static ulong Of(int asid, long vpn, bool huge, bool global) =>
        huge ? Huge(global ? GlobalSlot : asid, vpn) : Small(global ? GlobalSlot : asid, vpn);

    /// <summary>Both classes of one address space.</summary>
    internal static uint ClassesOf(int asid) => (1u << asid) | (1u << (asid + HugeClass));

    /// <summary>The class of a tag.</summary>
    internal static int Class(ulong tag) => (int)(tag >> 1) & (Classes - 1);

    /// <summary>Whether a tag is of a 2 MiB translation.</summary>
    internal static bool IsHuge(ulong tag) => (tag & HugeBit) != 0;

    /// <summary>The page number a tag carries; its lowest bits choose the set.</summary>
    internal static int Page(ulong tag) => (int)(tag >> PageShift);
}
