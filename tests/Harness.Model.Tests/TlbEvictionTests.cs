using static Harness.Model.TlbAccess;

namespace Harness.Model.Tests;

/// <summary>Which entry makes room for another?</summary>
public sealed class TlbEvictionTests
{
    [Fact]
    public void A_third_page_of_a_set_of_two_ways_takes_the_place_of_the_least_recently_used()
    {
        TlbCase tlb = new(TlbCase.SmallFirst);
        tlb.Fill(0);
        tlb.Fill(2);
        tlb.Fill(1);
        Assert.True(tlb.Hits(0));
        tlb.Fill(4);
        // 0, 2 and 4 share a set, in which 0 was used after 2; 1 is in the other
        Assert.Equal([0, 1, 4], tlb.HeldOf(0, 1, 2, 4));
    }

    [Fact]
    public void A_page_filled_again_is_held_once_with_its_new_word()
    {
        TlbCase tlb = new(TlbGeometry.Tiny);
        tlb.Fill(7, word: 0x10);
        tlb.Fill(7, word: 0x20);
        Assert.Equal([0x20ul, 0x20ul], tlb.Words(7));
    }

    [Fact]
    public void What_the_first_level_evicts_stays_in_the_second_and_a_hit_there_refills_the_first()
    {
        TlbCase tlb = new(TlbCase.SmallFirst);
        tlb.Fill(0);
        tlb.Fill(1);
        Assert.Single(tlb.Words(0));
        Assert.True(tlb.Hits(0));
        Assert.Equal(1, tlb.Tlb.SecondLevelHits(0, Load));
        Assert.Equal(2, tlb.Words(0).Length);
        Assert.True(tlb.Hits(0));
        Assert.Equal(1, tlb.Tlb.SecondLevelHits(0, Load));
        Assert.Equal(0, tlb.Tlb.Walks(0, Load));
    }

    [Fact]
    public void What_the_second_level_evicts_stays_in_the_first()
    {
        TlbCase tlb = new(new TlbGeometry(TlbLevel.FullyAssociative(4), TlbLevel.FullyAssociative(4), TlbLevel.FullyAssociative(2)));
        tlb.Fill(0);
        tlb.Fill(1);
        tlb.Fill(2);
        Assert.True(tlb.Hits(0));
        Assert.Equal(0, tlb.Tlb.SecondLevelHits(0, Load));
    }

    [Fact]
    public void A_shared_set_holds_no_more_2_MiB_pages_than_its_ways_for_them()
    {
        TlbCase tlb = new(TlbCase.SmallFirst);
        tlb.Fill(2);
        tlb.Fill(512 * 2, huge: true);
        // the second 2 MiB page of the set takes the place of the first, although the 4 KiB page was used before it
        tlb.Fill(512 * 4, huge: true);
        Assert.Equal([2, 512 * 4], tlb.HeldOf(2, 512 * 2, 512 * 4));
        tlb.Fill(4);
        tlb.Fill(6);
        Assert.Equal([4, 6], tlb.HeldOf(2, 4, 6, 512 * 4));
    }

    [Fact]
    public void Separate_2_MiB_entries_leave_the_4_KiB_ones_alone()
    {
        TlbCase tlb = new(new TlbGeometry(new TlbLevel(2, 2, 2, 2), new TlbLevel(2, 2, 2, 2), new TlbLevel(2, 2, 2, 2)));
        tlb.Fill(1);
        tlb.Fill(2);
        tlb.Fill(512 * 3, huge: true);
        tlb.Fill(512 * 4, huge: true);
        Assert.Equal([1, 2, 512 * 3, 512 * 4], tlb.HeldOf(1, 2, 512 * 3, 512 * 4));
    }

    [Fact]
    public void A_level_without_2_MiB_entries_holds_none()
    {
        TlbCase tlb = new(new TlbGeometry(new TlbLevel(2, 2, 0, 0), new TlbLevel(2, 2, 0, 0), TlbLevel.FullyAssociative(4)));
        tlb.Fill(512, huge: true);
        Assert.True(tlb.Hits(512));
        Assert.True(tlb.Hits(512));
        Assert.Equal(2, tlb.Tlb.SecondLevelHits(0, Load));
        tlb.Tlb.FlushPage(0, 0, 513);
        Assert.False(tlb.Hits(512));
    }

    [Fact]
    public void Golden_Cove_keeps_6_pages_16_apart_in_its_first_level_and_16_pages_128_apart_in_its_second()
    {
        Assert.Equal(0, SecondLevelHitsAfter(pages: 6, apart: 16));
        Assert.Equal(7, SecondLevelHitsAfter(pages: 7, apart: 16));
        Assert.Equal(0, WalksAfter(pages: 16, apart: 128));
        Assert.Equal(1, WalksAfter(pages: 17, apart: 128));

        static long SecondLevelHitsAfter(int pages, int apart) => Twice(pages, apart).SecondLevelHits(0, Load);
        static long WalksAfter(int pages, int apart) => Twice(pages, apart).Walks(0, Load);
        static Tlb Twice(int pages, int apart)
        {
            TlbCase tlb = new(TlbGeometry.GoldenCove);
            for (int page = 0; page < pages; page++) tlb.Fill((long)page * apart);
            for (int page = 0; page < pages; page++) tlb.Hits((long)page * apart);
            return tlb.Tlb;
        }
    }
}
