namespace Harness.Records.Tests;

/// <summary>Does a sum of counters say what moved, what did not, and what was never counted?</summary>
public sealed class CounterSumTests
{
    private static readonly Counter[] Window =
    [
        new() { Name = "vmstat.pgdemote_kswapd", Unit = "pages", Value = 45_119 },
        new() { Name = "vmstat.pgdemote_direct", Unit = "pages", Value = 3 },
        new() { Name = "vmstat.pgpromote_success", Unit = "pages", Value = 0 },
        new() { Name = "node1.vmstat.pgdemote_kswapd", Unit = "pages", Value = 7 },
        new() { Name = "perf.dTLB-load-misses", Unit = "events", Trust = CounterTrust.Unsupported, Note = "no such event here" },
        new() { Name = "perf.page-faults", Unit = "events", Value = 9, Trust = CounterTrust.Untrusted, Note = "its probe failed" },
        new() { Name = "workload.elapsed", Unit = "s", Value = 1.25 },
    ];

    [Theory]
    [InlineData("vmstat.pgdemote_kswapd + vmstat.pgdemote_direct", 45_122.0, "pgdemote_kswapd +45,119, pgdemote_direct +3")]
    [InlineData("vmstat.pgpromote_success + vmstat.pgdemote_direct", 3.0, "pgdemote_direct +3")]
    [InlineData("vmstat.pgdemote_direct + vmstat.not_in_this_kernel", 3.0, "pgdemote_direct +3")]
    [InlineData("node1.vmstat.pgdemote_kswapd", 7.0, "node1.vmstat.pgdemote_kswapd +7")]
    [InlineData("workload.elapsed", 1.25, "workload.elapsed +1.25")]
    public void A_sum_moves_when_one_of_its_parts_does(string sum, double total, string words)
    {
        CounterMove move = new CounterSum(sum).In(Window);
        Assert.Equal((true, total, words), (move.Moved, move.Value!.Value, move.Words));
    }

    [Theory]
    [InlineData("vmstat.pgpromote_success", "pgpromote_success stayed 0")]
    [InlineData("vmstat.pgpromote_success + vmstat.not_in_this_kernel", "pgpromote_success stayed 0")]
    public void A_sum_of_which_nothing_moved_names_the_parts_that_were_counted(string sum, string words)
    {
        CounterMove move = new CounterSum(sum).In(Window);
        Assert.Equal((false, 0.0, words), (move.Moved, move.Value!.Value, move.Words));
    }

    [Theory]
    [InlineData("vmstat.not_in_this_kernel + vmstat.nor_this", "not_in_this_kernel + nor_this was not counted")]
    [InlineData("perf.dTLB-load-misses", "perf.dTLB-load-misses was not counted (no such event here)")]
    [InlineData("perf.page-faults", "perf.page-faults was not counted (its probe failed)")]
    public void What_was_not_counted_or_is_not_trusted_is_no_zero_and_proves_nothing(string sum, string words)
    {
        CounterMove move = new CounterSum(sum).In(Window);
        Assert.Equal((false, null, words), (move.Moved, move.Value, move.Words));
    }
}
