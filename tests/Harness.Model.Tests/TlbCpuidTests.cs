using Registers = (uint Eax, uint Ebx, uint Ecx, uint Edx);

namespace Harness.Model.Tests;

/// <summary>What geometry does a CPU tell?</summary>
public sealed class TlbCpuidTests
{
    // Leaf 0x18 of a Sapphire Rapids, as published in the CPU database of the Bochs emulator.
    private static readonly Registers[] SapphireRapids =
    [
        (0x8, 0x0, 0x0, 0x0),
        (0x0, 0x00080001, 0x20, 0x4022),
        (0x0, 0x00080006, 0x4, 0x4022),
        (0x0, 0x0010000F, 0x1, 0x4125),
        (0x0, 0x00040001, 0x10, 0x4024),
        (0x0, 0x00040006, 0x8, 0x4024),
        (0x0, 0x00080008, 0x1, 0x4124),
        (0x0, 0x00080007, 0x80, 0x4043),
        (0x0, 0x00080009, 0x80, 0x4043),
    ];

    [Fact]
    public void Intels_leaf_gives_each_level_and_the_ways_a_2_MiB_page_may_take()
    {
        TlbGeometry told = TlbGeometry.FromCpuid(Intel(SapphireRapids))!;
        Assert.Equal(new TlbLevel(64, 4, 32, 4), told.FirstData);
        Assert.Equal(new TlbLevel(256, 8, 32, 8), told.FirstInstruction);
        Assert.Equal(new TlbLevel(2_048, 16, 1_024, 8, shared: true), told.Second);
        Assert.Null(told.SecondInstruction);
    }

    [Fact]
    public void Intels_leaf_may_tell_one_first_level_for_all_and_second_levels_apart()
    {
        TlbGeometry told = TlbGeometry.FromCpuid(Intel(
            (3, 0, 0, 0),
            (0, 0x00040003, 16, 0x123),
            (0, 0x00040003, 64, 0x41),
            (0, 0x00020001, 32, 0x42)))!;
        Assert.Equal(TlbLevel.FullyAssociative(64), told.FirstData);
        Assert.Equal(told.FirstData, told.FirstInstruction);
        Assert.Equal(new TlbLevel(256, 4, 256, 4, shared: true), told.Second);
        Assert.Equal(new TlbLevel(64, 2, 0, 0), told.SecondInstruction);
    }

    // Leaves of a first Zen, as published in the CPU database of the Bochs emulator.
    [Fact]
    public void Amds_leaves_give_sets_that_are_a_power_of_two_where_no_code_tells_the_ways()
    {
        TlbGeometry told = TlbGeometry.FromCpuid(Amd(0x0080_0F11, 0xFF40_FF40, 0xFF40_FF40, 0x2600_6400, 0x6600_6400, 0))!;
        Assert.Equal(TlbLevel.FullyAssociative(64), told.FirstData);
        Assert.Equal(TlbLevel.FullyAssociative(64), told.FirstInstruction);
        // 1,536 entries, at least 8 ways: 128 sets of 12
        Assert.Equal(new TlbLevel(1_536, 12, 1_536, 12, shared: true), told.Second);
        Assert.Equal(new TlbLevel(1_024, 8, 1_024, 8, shared: true), told.SecondInstruction);
    }

    // Leaves of a Zen 5: measured, in a guest that does not see the feature bit.
    [Theory]
    [InlineData(0x00B0_0F21, 0x0)]
    [InlineData(0x00A0_0F11, 0x4000)]
    public void Amds_second_level_is_told_in_units_of_32_by_Zen_5_or_where_a_bit_says_so(uint signature, uint features)
    {
        TlbGeometry told = TlbGeometry.FromCpuid(Amd(signature, 0xFF60_FF40, 0xFF60_FF40, 0x4080_2040, 0x6080_4040, features))!;
        Assert.Equal(TlbLevel.FullyAssociative(96), told.FirstData);
        Assert.Equal(new TlbLevel(4_096, 8, 4_096, 8, shared: true), told.Second);
        Assert.Equal(new TlbLevel(2_048, 4, 2_048, 4, shared: true), told.SecondInstruction);
    }

    [Fact]
    public void Amds_second_level_with_an_empty_data_half_is_for_both()
    {
        TlbGeometry told = TlbGeometry.FromCpuid(Amd(0, 0xFF08_FF08, 0xFF40_FF20, 0x0000_0000, 0x0000_4200, 0))!;
        Assert.Equal(new TlbLevel(64, 64, 8, 8), told.FirstData);
        Assert.Equal(new TlbLevel(512, 4, 0, 0), told.Second);
        Assert.Null(told.SecondInstruction);
    }

    [Theory]
    [InlineData(0x1, 256, 1)]
    [InlineData(0x2, 256, 2)]
    [InlineData(0x3, 384, 3)]
    [InlineData(0x4, 256, 4)]
    [InlineData(0x5, 384, 6)]
    [InlineData(0x6, 256, 8)]
    [InlineData(0x8, 256, 16)]
    [InlineData(0xA, 256, 32)]
    [InlineData(0xB, 384, 48)]
    [InlineData(0xC, 256, 64)]
    [InlineData(0xD, 384, 96)]
    [InlineData(0xE, 256, 128)]
    [InlineData(0xF, 384, 384)]
    public void Amds_second_level_tells_its_ways_by_a_code(uint code, int entries, int ways)
    {
        uint half = (code << 12) | (uint)entries;
        TlbGeometry told = TlbGeometry.FromCpuid(Amd(0, 0xFF40_FF40, 0xFF40_FF40, half, half, 0))!;
        Assert.Equal(new TlbLevel(entries, ways, entries, ways, shared: true), told.Second);
    }

    [Fact]
    public void A_CPU_that_tells_nothing_or_only_a_part_gives_no_geometry()
    {
        Assert.Null(TlbGeometry.FromCpuid((_, _) => default));
        Assert.Null(TlbGeometry.FromCpuid(Intel([(6, 0, 0, 0), .. SapphireRapids[1..7]])));
        Assert.Null(TlbGeometry.FromCpuid(Amd(0, 0xFF40_FF40, 0xFF40_FF40, 0, 0, 0)));
        // ways by a code that refers to a leaf about caches
        Assert.Null(TlbGeometry.FromCpuid(Amd(0, 0xFF40_FF40, 0xFF40_FF40, 0x9800_9200, 0x9800_9200, 0)));
        // a leaf 0x18 beyond the last one is the last one's content
        Assert.Null(TlbGeometry.FromCpuid((leaf, sub) => leaf == 0 ? (0x17, 0, 0, 0) : Intel(SapphireRapids)(leaf, sub)));
    }

    [Fact]
    public void No_registers_whatever_give_a_geometry_that_cannot_be_built()
    {
        int given = 0;
        Func<uint, uint, Registers> intel = Intel(SapphireRapids);
        Func<uint, uint, Registers> amd = Amd(0, 0xFF40_FF40, 0xFF40_FF40, 0x2600_6400, 0x6600_6400, 0);
        for (int trial = 0; trial < 20_000; trial++)
        {
            ulong seed = (ulong)trial;
            // real leaves with some words replaced get further than words alone
            TlbGeometry? told = TlbGeometry.FromCpuid((leaf, sub) =>
            {
                (uint eax, uint ebx, uint ecx, uint edx) = (trial % 2 == 0 ? intel : amd)(leaf, sub);
                int place = (int)(leaf * 67 + sub) * 4 & 0xFFFFFF;
                return (Word(seed, place, eax), Word(seed, place + 1, ebx), Word(seed, place + 2, ecx), Word(seed, place + 3, edx));
            });
            if (told is null) continue;
            given++;
            foreach (TlbLevel? level in new[] { told.FirstData, told.FirstInstruction, told.Second, told.SecondInstruction })
            {
                if (level is null) continue;
                Assert.InRange(level.Entries, 1, TlbLevel.MostEntries);
                Assert.InRange(level.HugeEntries, 0, TlbLevel.MostEntries);
                // the constructor refuses what is no TLB
                Assert.Equal(level, new TlbLevel(level.Entries, level.Ways, level.HugeEntries, level.HugeWays, level.Shared));
            }
            if (given % 100 != 0) continue;
            TlbCase tlb = new(told);
            tlb.Fill(12_345);
            tlb.Fill(1 << 20, huge: true);
            Assert.True(tlb.Hits(12_345));
        }
        Assert.InRange(given, 100, 20_000);

        static uint Word(ulong seed, int place, uint real)
        {
            ulong any = TouchOrder.Start(seed, place);
            return (any & 7) == 0 ? (uint)(any >> 32) >> (int)((any >> 3) & 31) : real;
        }
    }

    [Theory]
    [InlineData(0, 1, 0, 0, false)]
    [InlineData(8, 0, 0, 0, false)]
    [InlineData(8, 3, 0, 0, false)]
    [InlineData(12, 4, 0, 0, false)]
    [InlineData(8, 16, 0, 0, false)]
    [InlineData(8, -8, 0, 0, false)]
    [InlineData(65_536, 16, 0, 0, false)]
    [InlineData(8, 4, 8, 3, false)]
    [InlineData(8, 4, 0, 0, true)]
    [InlineData(8, 4, 8, 8, true)]
    [InlineData(8, 4, 4, 4, true)]
    public void A_level_that_is_no_TLB_is_refused(int entries, int ways, int hugeEntries, int hugeWays, bool shared) =>
        Assert.Throws<ArgumentException>(() => new TlbLevel(entries, ways, hugeEntries, hugeWays, shared));

    [Fact]
    public void This_host_tells_a_geometry_or_none_without_failing()
    {
        if (TlbGeometry.ThisHost is not { } told) return;
        Assert.True(told.Second.Entries >= told.FirstData.Entries);
    }

    private static Func<uint, uint, Registers> Intel(params Registers[] subleaves) => (leaf, subleaf) => leaf switch
    {
        0 => (0x20, 0, 0, 0),
        0x18 when subleaf < subleaves.Length => subleaves[subleaf],
        0x8000_0000 => (0x8000_0008, 0, 0, 0),
        _ => default,
    };

    private static Func<uint, uint, Registers> Amd(uint signature, uint huge1, uint small1, uint huge2, uint small2, uint features) =>
        (leaf, _) => leaf switch
        {
            0 => (0x10, 0, 0, 0),
            1 => (signature, 0, 0, 0),
            0x8000_0000 => (0x8000_0021, 0, 0, 0),
            0x8000_0005 => (huge1, small1, 0, 0),
            0x8000_0006 => (huge2, small2, 0, 0),
            0x8000_0021 => (features, 0, 0, 0),
            _ => default,
        };
}
