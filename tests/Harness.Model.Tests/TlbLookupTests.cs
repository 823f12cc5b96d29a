using static Harness.Model.TlbAccess;

namespace Harness.Model.Tests;

/// <summary>Which accesses does an entry serve?</summary>
public sealed class TlbLookupTests
{
    [Fact]
    public void A_hit_gives_the_word_that_was_filled_and_a_miss_gives_zero()
    {
        TlbCase tlb = new(TlbGeometry.Tiny);
        tlb.Fill(5, word: 0xABCD_0000_0000_0007);
        Assert.True(tlb.Tlb.Lookup(0, 0, 5, Load, out ulong hit));
        Assert.Equal(0xABCD_0000_0000_0007, hit);
        Assert.False(tlb.Tlb.Lookup(0, 0, 6, Load, out ulong miss));
        Assert.Equal(0ul, miss);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_2_MiB_entry_serves_its_512_pages_and_no_other(bool shared)
    {
        TlbCase tlb = new(shared ? TlbGeometry.Tiny : TlbGeometry.GoldenCove);
        tlb.Fill(512 * 3 + 100, huge: true);
        for (long page = 512 * 3; page < 512 * 4; page++) Assert.True(tlb.Hits(page));
        Assert.False(tlb.Hits(512 * 3 - 1));
        Assert.False(tlb.Hits(512 * 4));
        Assert.False(tlb.Hits(3));
    }

    [Fact]
    public void A_4_KiB_entry_answers_before_a_2_MiB_one_that_covers_it()
    {
        TlbCase tlb = new(TlbGeometry.Tiny);
        tlb.Fill(512, huge: true, word: 0x10);
        tlb.Fill(513, word: 0x20);
        Assert.True(tlb.Tlb.Lookup(0, 0, 513, Load, out ulong word));
        Assert.Equal(0x20ul, word);
        Assert.Equal([0x20ul, 0x10ul, 0x20ul, 0x10ul], tlb.Words(513));
    }

    [Fact]
    public void Address_spaces_do_not_see_each_others_entries_but_all_see_global_ones()
    {
        TlbCase tlb = new(TlbGeometry.Tiny);
        tlb.Fill(1, asid: 2);
        tlb.Fill(9, asid: 2, global: true);
        Assert.Equal([false, false, true, false, false, false], Enumerable.Range(0, 6).Select(asid => tlb.Hits(1, asid)));
        Assert.Equal(Enumerable.Repeat(true, 6), Enumerable.Range(0, 6).Select(asid => tlb.Hits(9, asid)));
    }

    [Fact]
    public void Pages_at_both_ends_of_the_address_space_are_told_apart()
    {
        TlbCase tlb = new(TlbGeometry.Tiny);
        tlb.Fill(0);
        tlb.Fill(-1, global: true);
        Assert.Equal([0, -1], tlb.HeldOf(0, -1, 1, -2, (1L << 45) - 1));
    }

    [Fact]
    public void CPUs_do_not_see_each_others_entries()
    {
        TlbCase tlb = new(TlbGeometry.GoldenCove, cpus: 3);
        tlb.Fill(1, cpu: 1);
        Assert.False(tlb.Hits(1, cpu: 0));
        Assert.True(tlb.Hits(1, cpu: 1));
        Assert.False(tlb.Hits(1, cpu: 2));
    }

    [Fact]
    public void A_fetch_finds_what_a_load_filled_in_a_second_level_for_both_and_not_in_one_for_data()
    {
        TlbCase both = new(TlbGeometry.GoldenCove);
        both.Fill(1);
        Assert.True(both.Hits(1, kind: Fetch));
        Assert.Equal(1, both.Tlb.SecondLevelHits(0, Fetch));

        TlbCase split = new(TlbGeometry.Zen4);
        split.Fill(1);
        Assert.False(split.Hits(1, kind: Fetch));
        split.Fill(1, kind: Fetch);
        Assert.True(split.Hits(1, kind: Fetch));
        Assert.Equal(4, split.Words(1).Length);
    }

    [Fact]
    public void Walks_are_counted_by_CPU_and_kind()
    {
        TlbCase tlb = new(TlbGeometry.Tiny, cpus: 2);
        for (int page = 0; page < 3; page++) tlb.Hits(page, kind: Load, cpu: 1);
        for (int page = 0; page < 2; page++) tlb.Hits(page, kind: Store, cpu: 1);
        tlb.Hits(0, kind: Fetch, cpu: 0);
        Assert.Equal((0, 0, 1), (tlb.Tlb.Walks(0, Load), tlb.Tlb.Walks(0, Store), tlb.Tlb.Walks(0, Fetch)));
        Assert.Equal((3, 2, 0), (tlb.Tlb.Walks(1, Load), tlb.Tlb.Walks(1, Store), tlb.Tlb.Walks(1, Fetch)));
    }

    [Fact]
    public void An_update_reaches_every_level_and_adds_nothing()
    {
        TlbCase tlb = new(TlbGeometry.Tiny);
        tlb.Fill(1, word: 0x10);
        tlb.Fill(1, word: 0x10, kind: Fetch);
        tlb.Tlb.Update(0, 0, 1, 0x30);
        tlb.Tlb.Update(0, 0, 2, 0x40);
        tlb.Tlb.Update(0, 1, 1, 0x50);
        Assert.Equal([0x30ul, 0x30ul, 0x30ul], tlb.Words(1));
        Assert.Empty(tlb.Words(2));
    }

    [Fact]
    public void An_update_changes_the_entry_that_a_data_access_is_answered_with_and_no_other()
    {
        // the first level has lost the 4 KiB entry, so its 2 MiB one answers, although the second level still holds both
        TlbCase tlb = new(TlbCase.SmallFirst);
        tlb.Fill(513, word: 0x20);
        tlb.Fill(512, huge: true, word: 0x10);
        tlb.Tlb.Update(0, 0, 513, 0x11);
        Assert.Equal([0x11ul, 0x20ul, 0x11ul], tlb.Words(513));
    }
}
