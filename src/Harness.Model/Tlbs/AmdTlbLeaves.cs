using Cpuid = System.Func<uint, uint, (uint Eax, uint Ebx, uint Ecx, uint Edx)>;

namespace Harness.Model;

/// <summary>
/// AMD's CPUID leaves 0x8000_0005 (first level) and 0x8000_0006 (second level); EAX tells 2 MiB and EBX 4 KiB pages. The fields are as
/// published in AMD's Architecture Programmer's Manual, volume 3, appendix E:
/// <code>
///                31        24 23        16 15         8 7          0
/// 0x8000_0005    data ways    data entries instr. ways  instr. entries      ways as a number, 0xFF fully associative
///                31  28 27             16 15  12 11                0
/// 0x8000_0006    data    data entries     instr.  instruction entries       ways as a code
/// </code>
/// A second level whose data half is empty is one for both. That the two page sizes share their entries is not told; it is taken to be so
/// where their counts are equal, as in every Zen (published). Leaf 0x8000_0019 tells 1 GiB pages, which the model does not have.
/// </summary>
internal static class AmdTlbLeaves
{
    private const uint LastLeaf = 0x8000_0000;
    private const uint FirstLevel = 0x8000_0005;
    private const uint SecondLevel = 0x8000_0006;
    private const uint Features = 0x8000_0021;

    /// <summary>L2TlbSizeX32: the second level's entries are told in units of 32, since 4,096 do not fit into 12 bits.</summary>
    private const uint InUnitsOf32 = 1 << 14;

    /// <summary>Zen 5's family, which tells entries so. Measured: a guest saw counts in those units and the bit hidden.</summary>
    private const uint Zen5Family = 0x1A;

    private const uint FullyAssociative = uint.MaxValue;

    /// <summary>The geometry; null where the CPU has no such leaves, or they tell no complete one.</summary>
    internal static TlbGeometry? Read(Cpuid cpuid)
    {
        uint last = cpuid(LastLeaf, 0).Eax;
        // a CPU without extended leaves answers with anything
        if (last is < SecondLevel or > LastLeaf + 0xFFFF) return null;

        (uint Eax, uint Ebx, uint Ecx, uint Edx) first = cpuid(FirstLevel, 0);
        (uint Eax, uint Ebx, uint Ecx, uint Edx) second = cpuid(SecondLevel, 0);
        bool told = last >= Features && (cpuid(Features, 0).Eax & InUnitsOf32) != 0;
        uint unit = told || Family(cpuid(1, 0).Eax) == Zen5Family ? 32u : 1;
        TlbLevel? firstData = Level(FirstHalf(first.Ebx >> 16), FirstHalf(first.Eax >> 16));
        TlbLevel? firstInstruction = Level(FirstHalf(first.Ebx), FirstHalf(first.Eax));
        TlbLevel? secondData = Level(SecondHalf(second.Ebx >> 16, unit), SecondHalf(second.Eax >> 16, unit));
        TlbLevel? secondInstruction = Level(SecondHalf(second.Ebx, unit), SecondHalf(second.Eax, unit));
        if (secondData is null && second.Ebx >> 16 == 0) (secondData, secondInstruction) = (secondInstruction, null);
        return firstData is null || firstInstruction is null || secondData is null
            ? null
            : new TlbGeometry(firstData, firstInstruction, secondData, secondInstruction);
    }

    private static TlbLevel? Level((uint Entries, uint Ways) small, (uint Entries, uint Ways) huge) => TlbLevel.Nearest(
        small.Entries,
        Math.Min(small.Ways, small.Entries),
        huge.Entries,
        Math.Min(huge.Ways, huge.Entries),
        shared: small.Entries == huge.Entries);

    private static (uint Entries, uint Ways) FirstHalf(uint half)
    {
        uint ways = (half >> 8) & 0xFF;
        return (half & 0xFF, ways == 0xFF ? FullyAssociative : ways);
    }

    private static (uint Entries, uint Ways) SecondHalf(uint half, uint unit) => ((half & 0xFFF) * unit, Ways((half >> 12) & 0xF));

    // 9 sends the reader to a leaf that tells caches only; it and the codes without a meaning count as not told.
    private static uint Ways(uint code) => code switch
    {
        1 => 1,
        2 => 2,
        3 => 3,
        4 => 4,
        5 => 6,
        6 => 8,
        8 => 16,
        0xA => 32,
        0xB => 48,
        0xC => 64,
        0xD => 96,
        0xE => 128,
        0xF => FullyAssociative,
        _ => 0,
    };

    private static uint Family(uint signature)
    {
        uint family = (signature >> 8) & 0xF;
        return family == 0xF ? family + ((signature >> 20) & 0xFF) : family;
    }
}
