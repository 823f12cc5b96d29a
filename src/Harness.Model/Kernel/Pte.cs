namespace Harness.Model;

/// <summary>
/// One page-table entry, in the places x86-64 has them:
/// <code>
///  63        44 43                    12 11 10 9 8 7 6 5 4 3 2 1 0
/// +------------+------------------------+----+-+-+-+-+-+-----+-+-+
/// |   birth    |         frame          |    |E|N|H|D|A|     |W|P|
/// +------------+------------------------+----+-+-+-+-+-+-----+-+-+
/// P present   W writable   A accessed   D dirty   H 2 MiB   N PROT_NONE   E migration entry
/// </code>
/// A migration entry keeps W, A and D of what it replaced. In a translation that a TLB holds, birth is the low bits of how often the frame
/// had been given out when the translation was loaded; in a page table it is zero.
/// </summary>
internal readonly record struct Pte(ulong Word)
{
    internal const ulong PresentBit = 1UL << 0;
    internal const ulong WritableBit = 1UL << 1;
    internal const ulong AccessedBit = 1UL << 5;
    internal const ulong DirtyBit = 1UL << 6;
    internal const ulong HugeBit = 1UL << 7;
    internal const ulong ProtNoneBit = 1UL << 8;
    internal const ulong EntryBit = 1UL << 9;

    private const int FrameShift = 12;
    private const int BirthShift = 44;
    private const ulong FrameMask = ((1UL << BirthShift) - 1) >> FrameShift << FrameShift;

    /// <summary>Nothing is mapped.</summary>
    internal static Pte None => default;

    internal bool IsNone => Word == 0;

    internal bool Present => (Word & PresentBit) != 0;

    internal bool Writable => (Word & WritableBit) != 0;

    internal bool Dirty => (Word & DirtyBit) != 0;

    internal bool ProtNone => (Word & ProtNoneBit) != 0;

    /// <summary>A migration entry: whoever faults on it sleeps until the folio is unlocked.</summary>
    internal bool IsEntry => (Word & EntryBit) != 0;

    /// <summary>A frame is mapped, whether or not an access would fault.</summary>
    internal bool Maps => (Word & (PresentBit | ProtNoneBit)) != 0;

    internal int Frame => (int)((Word & FrameMask) >> FrameShift);

    internal uint Birth => (uint)(Word >> BirthShift);

    /// <summary>A present entry.</summary>
    internal static Pte Of(int frame, bool writable, bool dirty = false) =>
        new(((ulong)frame << FrameShift) | PresentBit | AccessedBit | (writable ? WritableBit : 0) | (dirty ? DirtyBit : 0));

    internal Pte With(ulong bits) => new(Word | bits);

    internal Pte Without(ulong bits) => new(Word & ~bits);

    /// <summary>The migration entry that replaces this one.</summary>
    internal Pte ToEntry() => Without(PresentBit | ProtNoneBit).With(EntryBit);

    /// <summary>What replaces a migration entry once its page is in that frame.</summary>
    internal Pte ToFrame(int frame) => new((Word & ~(FrameMask | EntryBit)) | ((ulong)frame << FrameShift) | PresentBit);

    /// <summary>The same frame, out of reach of every access.</summary>
    internal Pte ToProtNone() => Without(PresentBit | WritableBit).With(ProtNoneBit);

    /// <summary>The translation that a TLB loads.</summary>
    internal Pte Loaded(int birth) => new(Word | ((ulong)(uint)birth << BirthShift));
}
