namespace Harness.Model.Tests;

/// <summary>Do the LRU lists stay within their memory when pages leave them otherwise than at their ends?</summary>
public sealed class TieringListTests
{
    [Fact]
    public void A_purge_drops_what_has_left_and_keeps_the_order_of_the_rest()
    {
        const int Pages = 5_000;
        var words = new ulong[Pages];
        PageQueues queues = new(new StateArrays(), queues: 2, capacity: Pages);
        for (int page = 0; page < Pages; page++) queues.Add(page % 2, page, words[page]);
        for (int page = 0; page < Pages; page++)
        {
            if (page % 10 > 1) words[page] = PageWord.NextSequence(words[page]);
        }
        queues.Purge(words);
        // the memory of what was dropped serves new entries: four times what remains
        for (int page = 0; page < Pages; page++)
        {
            if (page % 10 > 1) queues.Add(page % 2, page, words[page]);
        }
        for (int queue = 0; queue < 2; queue++)
        {
            List<int> taken = [];
            while (!queues.IsEmpty(queue))
            {
                uint entry = queues.Take(queue);
                Assert.False(PageQueues.IsStale(entry, words[PageQueues.Page(entry)]));
                taken.Add(PageQueues.Page(entry));
            }
            int[] all = [.. Enumerable.Range(0, Pages).Where(page => page % 2 == queue)];
            Assert.Equal([.. all.Where(page => page % 10 <= 1), .. all.Where(page => page % 10 > 1)], taken);
        }
    }

    [Fact]
    public void Pages_that_go_up_and_down_for_long_neither_outgrow_the_lists_nor_get_lost()
    {
        // all pages are used alike and do not fit fast memory: they are moved to and fro
        var workload = new PmbenchLike { Pages = 3_000, Threads = 3, Touches = 800_000, Seed = 3, WritePercent = 30 };
        Machine machine = AnonymousCases.Machine(fast: 2_048, slow: 4_096);
        TieringKnobs knobs = AnonymousCases.Scanning(2) with { Demotion = true, ScanPeriodMaxMilliseconds = 10 };
        foreach (string profile in (string[])["6.1", "6.12"])
        {
            (TieringKernel kernel, TieringSimulation run) = AnonymousCases.Pmbench(machine, profile, knobs, workload);
            Outcome outcome = AnonymousCases.Finish(run);
            AnonymousCases.AssertConserved(kernel);
            Assert.True(outcome["vmstat.pgdemote_kswapd"].Value > 0, profile);
            // more than the lists have room for stale entries
            double promoted = outcome["vmstat.pgpromote_success"].Value;
            Assert.True(promoted > workload.Pages / 2, $"{profile}: {promoted}");
        }
    }
}
