namespace Harness.Model.Tests;

/// <summary>Do drawn touches give what touches made one by one give?</summary>
public sealed class TieringDrawnTests
{
    private static readonly Abench Workload = new() { Pages = 7_000, Threads = 4, Iterations = 150, Seed = 11 };

    [Theory]
    [InlineData("6.12", 2)]
    [InlineData("6.12", 1)]
    [InlineData("6.12+kmmscand", 0)]
    public void Counts_and_times_agree(string profile, int mode)
    {
        TieringKnobs knobs = AnonymousCases.Scanning(mode) with { Kmmscand = new KmmscandKnobs { PeriodMilliseconds = 400 } };
        Outcome made = AnonymousCases.Finish(AnonymousCases.Machine(), profile, knobs, Workload, draws: false);
        Outcome drawn = AnonymousCases.Finish(AnonymousCases.Machine(), profile, knobs, Workload, draws: true);
        foreach ((string counter, double within) in ((string, double)[])
            [
                ("workload.elapsed", 0.02), ("perf.dTLB-load-misses", 0.02), ("model.accesses", 0), ("vmstat.pgpromote_success", 0.02),
                ("vmstat.numa_pages_migrated", 0.02), ("vmstat.numa_pte_updates", 0.1), ("vmstat.numa_hint_faults", 0.1),
                ("vmstat.nr_kmmscand_migrated", 0), ("vmstat.nr_kmmscand_toptier", 0.02), ("model.range_flushes", 0.1),
            ])
        {
            double expected = made[counter].Value;
            double found = drawn[counter].Value;
            Assert.True(Math.Abs(found - expected) <= within * expected, $"{counter}: made {expected}, drawn {found}");
        }
        Assert.True(made["workload.pages_elsewhere"].Value > 0);
    }

    [Fact]
    public void A_page_is_found_used_as_often_as_touches_reach_it()
    {
        // after n walks over P pages a share of 1 - (1 - 1/P)^n was walked to
        StateArrays state = new();
        var area = new PageArea(0, 0, 1 << 16, File: false, Writable: true);
        PageTables tables = new(state, [area]);
        DrawnTouches touches = new(state, tables, area, seed: 1);
        tables.Words.AsSpan().Fill(PageWord.Cached | PageWord.Mapped);
        touches.Walked(area.Pages / 2);
        for (int table = 0; table < tables.Tables; table++) touches.Settle(table);
        double used = tables.Words.Count(word => (word & PageWord.Young) != 0) / (double)area.Pages;
        Assert.InRange(used, 1 - Math.Exp(-0.5) - 0.01, 1 - Math.Exp(-0.5) + 0.01);
    }

    [Fact]
    public void Faults_come_after_as_many_touches_as_their_share_says_and_to_all_pages_alike()
    {
        StateArrays state = new();
        var area = new PageArea(0, 0, 1_000, File: false, Writable: true);
        DrawnTouches touches = new(state, new PageTables(state, [area]), area, seed: 1);
        foreach (int page in (int[])[3, 500, 999, 7]) touches.Protect(page);
        touches.Protect(3);
        touches.Unprotect(7);
        Assert.Equal(3, touches.Faulting);
        const int Draws = 20_000;
        double mean = Enumerable.Range(0, Draws).Average(_ => (double)touches.BeforeFault());
        Assert.InRange(mean, 332.3 * 0.97, 332.3 * 1.03);
        int[] hits = [.. Enumerable.Range(0, Draws).Select(_ => touches.DrawFaulting())];
        Assert.All((int[])[3, 500, 999], page => Assert.InRange(hits.Count(hit => hit == page), Draws / 3 * 0.95, Draws / 3 * 1.05));
    }

    [Fact]
    public void A_tlb_serves_its_share_and_pays_for_a_flush_what_the_formula_says()
    {
        const int Pages = 8_192;
        StateArrays state = new();
        Tlb tlb = new(state, state, 1, TlbGeometry.Zen4);
        TlbReach reach = new(TlbGeometry.Zen4.Second.Entries, Pages);
        long touch = 0;
        long Walks(int touches)
        {
            long before = tlb.Walks(0, TlbAccess.Load);
            for (long end = touch + touches; touch < end; touch++)
            {
                int page = TouchOrder.Page(1, touch, Pages);
                if (!tlb.Lookup(0, 0, page, TlbAccess.Load, out _)) tlb.Fill(0, 0, page, TlbAccess.Load, 1, huge: false, global: false);
            }
            return tlb.Walks(0, TlbAccess.Load) - before;
        }
        Walks(100_000);
        double walking = Walks(1_000_000) / 1e6;
        Assert.InRange(walking, reach.Walking * 0.98, reach.Walking * 1.02);
        double added = 0;
        for (int flush = 0; flush < 50; flush++)
        {
            tlb.FlushAll(0);
            added += Walks(30_000) - 30_000 * walking;
        }
        Assert.InRange(added / 50, reach.Refill * 0.85, reach.Refill * 1.15);
    }
}
