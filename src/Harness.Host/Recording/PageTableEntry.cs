using Harness.Traces;

namespace Harness.Host.Recording;

/// <summary>
/// x86-64 page-table entries as probes hand them over. Source of all positions: arch/x86/include/asm/pgtable_types.h and pgtable_64.h,
/// include/linux/swapops.h, the same from 5.19 to 6.12; the tests in guests hold them against real entries.
/// </summary>
public static class PageTableEntry
{
    private const ulong PresentBit = 1UL << 0;
    private const ulong WritableBit = 1UL << 1;
    private const ulong AccessedBit = 1UL << 5;

    // By hardware, and as kept by software while the entry is read-only (from 6.6; before that a bit of device memory, which has no rmap).
    private const ulong DirtyBits = 1UL << 6 | 1UL << 58;

    private const int PageShift = 12;
    private const int FrameBits = 40;
    private const ulong FrameMask = (1UL << FrameBits) - 1;

    // A swap entry: type in the top 5 bits, below it the offset, inverted, of 50 bits.
    private const int TypeShift = 59;
    private const int OffsetShift = 14;
    private const ulong OldBit = 1UL << FrameBits;
    private const ulong OldDirtyBit = 1UL << FrameBits + 1;

    // Types of migration entries follow each other: of a read-only entry, of a read-only one of an exclusive page, of a writable one.
    private const ulong MigrationTypes = 3;

    /// <summary>An entry that holds a frame: present, or PROT_NONE, of which the kernel keeps the frame inverted against L1TF.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="frame">Its frame.</param>
    /// <returns>Its bits.</returns>
    public static PteBits OfPresent(ulong entry, out long frame)
    {
        bool present = (entry & PresentBit) != 0;
        frame = (long)((present ? entry : ~entry) >> PageShift & FrameMask);
        return (present ? PteBits.Present : PteBits.None)
            | ((entry & WritableBit) != 0 ? PteBits.Writable : PteBits.None)
            | ((entry & DirtyBits) != 0 ? PteBits.Dirty : PteBits.None)
            | ((entry & AccessedBit) != 0 ? PteBits.Accessed : PteBits.None);
    }

    /// <summary>A migration entry, with the bits of the entry in whose place it stands.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="firstType">The kernel's first type of them: <see cref="ProbeSet.FirstMigrationType"/>.</param>
    /// <param name="frame">Its frame.</param>
    /// <param name="bits">Its bits; <see cref="PteBits.Present"/> is never among them.</param>
    /// <returns>False when it is no migration entry.</returns>
    public static bool OfMigration(ulong entry, int firstType, out long frame, out PteBits bits)
    {
        ulong type = (entry >> TypeShift) - (ulong)firstType;
        ulong offset = ~entry << (64 - TypeShift) >> OffsetShift;
        frame = (long)(offset & FrameMask);
        bits = (type == MigrationTypes - 1 ? PteBits.Writable : PteBits.None)
            | ((offset & OldBit) != 0 ? PteBits.Accessed : PteBits.None)
            | ((offset & OldDirtyBit) != 0 ? PteBits.Dirty : PteBits.None);
        return type < MigrationTypes;
    }
}
