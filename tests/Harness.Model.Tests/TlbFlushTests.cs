using static Harness.Model.TlbAccess;

namespace Harness.Model.Tests;

/// <summary>What does each flush drop, and what does it leave?</summary>
public sealed class TlbFlushTests
{
    public static TheoryData<string> Geometries => ["Tiny", "GoldenCove", "Zen4", "TwoByTwo"];

    [Theory]
    [MemberData(nameof(Geometries))]
    public void A_flushed_page_is_gone_from_every_level_of_its_CPU_and_address_space_alone(string geometry)
    {
        TlbCase tlb = new(Geometry(geometry), cpus: 2);
        tlb.Fill(1, asid: 3);
        tlb.Fill(1, asid: 3, kind: Fetch);
        tlb.Fill(1, asid: 4);
        tlb.Fill(3, asid: 3);
        tlb.Fill(1, asid: 3, cpu: 1);
        tlb.Tlb.FlushPage(0, 3, 1);
        Assert.Empty(tlb.Words(1, asid: 3));
        Assert.Equal(2, tlb.Words(1, asid: 4).Length);
        Assert.Equal(2, tlb.Words(3, asid: 3).Length);
        Assert.Equal(2, tlb.Words(1, asid: 3, cpu: 1).Length);
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void A_flushed_page_takes_the_2_MiB_entry_over_it_and_global_ones_with_it(string geometry)
    {
        TlbCase tlb = new(Geometry(geometry));
        tlb.Fill(512, huge: true);
        tlb.Fill(700, asid: 1, global: true);
        Assert.True(tlb.Hits(512) && tlb.Hits(700));
        tlb.Tlb.FlushPage(0, 0, 700);
        Assert.False(tlb.Hits(512) || tlb.Hits(700));

        tlb.Fill(512, asid: 1, huge: true, global: true);
        Assert.True(tlb.Hits(512));
        tlb.Tlb.FlushPage(0, 5, 1023);
        Assert.False(tlb.Hits(512));
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void Flushing_an_address_space_leaves_global_entries_and_other_address_spaces(string geometry)
    {
        TlbCase tlb = Mixed(geometry);
        tlb.Tlb.FlushAsid(0, 0);
        Assert.Equal((false, false, true, true, true), Left(tlb));
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void Flushing_all_address_spaces_leaves_global_entries(string geometry)
    {
        TlbCase tlb = Mixed(geometry);
        tlb.Tlb.FlushAll(0);
        Assert.Equal((false, false, false, true, true), Left(tlb));
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void Flushing_global_entries_leaves_nothing_on_that_CPU_and_all_on_the_other(string geometry)
    {
        TlbCase tlb = Mixed(geometry);
        tlb.Tlb.FlushGlobal(0);
        Assert.Equal((false, false, false, false, false), Left(tlb));
        Assert.Equal(2, tlb.Words(1, cpu: 1).Length);
        tlb.Tlb.FlushGlobal(1);
        Assert.All(tlb.Saved(), b => Assert.Equal(0, b));
    }

    [Fact]
    public void Flushing_leaves_the_rest_in_its_order_of_use()
    {
        TlbCase tlb = new(TlbGeometry.Tiny);
        for (int page = 0; page < 4; page++) tlb.Fill(page, asid: page % 2);
        tlb.Tlb.FlushAsid(0, 1);
        for (int page = 4; page < 11; page++) tlb.Fill(page, asid: 0);
        // eight entries in the second level: 2 was used after 0, and only 0 had to go
        Assert.Equal([2], tlb.HeldOf(0, 1, 2, 3));
    }

    [Fact]
    public void What_was_filled_and_flushed_leaves_no_trace_in_the_state()
    {
        byte[] never = After(foreign: false, _ => { });
        Assert.NotEqual(never, After(foreign: true, _ => { }));
        Assert.Equal(never, After(foreign: true, tlb => tlb.FlushPage(0, 1, 2)));
        Assert.Equal(never, After(foreign: true, tlb => tlb.FlushAsid(0, 1)));

        static byte[] After(bool foreign, Action<Tlb> flush)
        {
            TlbCase tlb = new(TlbGeometry.Tiny);
            tlb.Fill(0);
            if (foreign) tlb.Fill(2, asid: 1);
            tlb.Fill(4);
            flush(tlb.Tlb);
            return tlb.Saved();
        }
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void A_resumed_state_gives_the_same_answers_and_the_same_state(string geometry)
    {
        TlbCase tlb = Mixed(geometry);
        Churn(tlb, from: 0);
        byte[] saved = tlb.Saved();
        bool[] hits = Churn(tlb, from: 500);
        byte[] after = tlb.Saved();
        Assert.Contains(true, hits);
        Assert.Contains(false, hits);

        TlbCase other = new(Geometry(geometry), cpus: 2);
        other.Resume(saved);
        Assert.Equal(hits, Churn(other, from: 500));
        Assert.Equal(after, other.Saved());
    }

    private static bool[] Churn(TlbCase tlb, int from)
    {
        bool[] hits = new bool[500];
        ulong start = TouchOrder.Start(7, 0);
        for (int i = 0; i < hits.Length; i++)
        {
            int page = TouchOrder.Page(start, from + i, 4_000);
            var kind = (TlbAccess)(page % 3);
            bool huge = page % 5 == 0;
            hits[i] = tlb.Hits(huge ? page : page % 40, asid: page % 2, kind);
            if (!hits[i]) tlb.Fill(huge ? page : page % 40, asid: page % 2, huge, global: page % 7 == 0, kind);
            if (page % 50 == 0) tlb.Tlb.FlushPage(0, page % 2, page % 40);
            if (page % 400 == 0) tlb.Tlb.FlushAsid(0, 1);
        }
        return hits;
    }

    // Of CPU 0: a page and a 2 MiB page of space 0, one of space 1, a global page and a global 2 MiB page. Of CPU 1: one page.
    private static TlbCase Mixed(string geometry)
    {
        TlbCase tlb = new(Geometry(geometry), cpus: 2);
        tlb.Fill(1);
        tlb.Fill(512 * 2, huge: true);
        tlb.Fill(2, asid: 1);
        tlb.Fill(4, global: true);
        tlb.Fill(512 * 3, global: true, huge: true);
        tlb.Fill(1, cpu: 1);
        return tlb;
    }

    private static (bool Small, bool Huge, bool Other, bool Global, bool GlobalHuge) Left(TlbCase tlb) =>
        (tlb.Hits(1), tlb.Hits(512 * 2), tlb.Hits(2, asid: 1), tlb.Hits(4), tlb.Hits(512 * 3));

    private static TlbGeometry Geometry(string name) => name switch
    {
        "Tiny" => TlbGeometry.Tiny,
        "GoldenCove" => TlbGeometry.GoldenCove,
        "Zen4" => TlbGeometry.Zen4,
        _ => TlbCase.TwoByTwo,
    };
}
