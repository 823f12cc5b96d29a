using Harness.Host.Probes;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>Are counters of one window only called contradictory when the kernel leaves no other reading?</summary>
public sealed class ProbeWindowCheckTests
{
    private const string Row = "interrupts.TLB";
    private const string Received = "trace.tlb:tlb_flush/remote_shootdown";
    private const string Sent = "trace.tlb:tlb_flush/remote_ipi_send";
    private const string Flushes = "trace.tlb:tlb_flush";

    // the ratios of a real run: 4 CPUs reclaiming a file for 25 s under 6.12
    [Fact]
    public void A_real_window_passes_every_check()
    {
        IReadOnlyList<CounterProbe> checks = Of(4, Count(Row, 31_718), Count("interrupts.CAL", 34_597), Count(Received, 30_234), Count(Sent, 40_751),
            Count(Flushes, 150_000));
        Assert.Equal([Row, Sent, "interrupts.CAL", Flushes], checks.Select(check => check.Counter));
        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Counter}: {check.Work} {check.Least} {check.Most} {check.Seen}"));
    }

    [Theory]
    [InlineData(1000, 1004, true)] // one handler on each of 4 CPUs may straddle the beginning
    [InlineData(1000, 1005, false)]
    [InlineData(0, 500, false)]
    [InlineData(1000, 0, true)] // all flushes were of translations already gone: nothing is emitted
    public void More_receipts_than_interrupts_put_both_in_doubt(double row, double received, bool agree)
    {
        IReadOnlyList<CounterProbe> checks = Of(4, Count(Row, row), Count(Received, received));
        Assert.Equal(agree ? [] : [Row, Received], Failed(checks));
    }

    [Fact]
    public void A_CPU_with_more_receipts_than_interrupts_is_named_although_the_sums_agree()
    {
        IReadOnlyList<CounterProbe> checks = WindowChecks.Of([Parts(Row, 500, 0), Parts(Received, 0, 500)], [0, 6]);
        Assert.Equal([Row, Received], Failed(checks));
        Assert.All(checks, check => Assert.Contains("on CPU 6", check.Work, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(4, 3000, 1000, true)] // each flush reaches at most the three others
    [InlineData(4, 3600, 1000, true)] // what comes between two snapshots
    [InlineData(4, 6000, 1000, false)]
    [InlineData(2, 6000, 0, false)]
    [InlineData(2, 100, 0, true)]
    [InlineData(2, 0, 5000, true)] // all others were lazy
    [InlineData(1, 6000, 0, true)] // nobody to send to: nothing to hold it against
    public void More_interrupts_than_flushes_can_cause_put_both_in_doubt(int cpus, double row, double sent, bool agree) =>
        Assert.Equal(agree ? [] : [Sent, Row], Failed(Of(cpus, Count(Row, row), Count(Sent, sent))));

    [Theory]
    [InlineData(1000, 0, false)]
    [InlineData(1000, 1, true)] // an idle CPU that polls needs none
    [InlineData(128, 0, true)]
    public void Shootdowns_without_a_single_function_call_put_the_call_row_in_doubt(double row, double calls, bool agree) =>
        Assert.Equal(agree ? [] : ["interrupts.CAL"], Failed(Of(2, Count(Row, row), Count("interrupts.CAL", calls))));

    [Theory]
    [InlineData(500, true)]
    [InlineData(498, true)]
    [InlineData(497, false)]
    [InlineData(900, true)] // kernels know more reasons than are split off
    public void A_total_below_the_sum_of_its_reasons_is_in_doubt(double total, bool agree) =>
        Assert.Equal(agree ? [] : [Flushes], Failed(Of(2, Count(Flushes, total), Count(Received, 300), Count(Sent, 200))));

    // a partial or missing value proves nothing
    [Theory]
    [InlineData(CounterTrust.Unsupported)]
    [InlineData(CounterTrust.Lost)]
    [InlineData(CounterTrust.Multiplexed)]
    [InlineData(CounterTrust.Untrusted)]
    public void Only_counters_that_counted_are_held_against_each_other(CounterTrust trust) =>
        Assert.Empty(Of(2, Count(Row, 0) with { Trust = trust }, Count(Received, 500), Count(Sent, 500)));

    [Fact]
    public void A_window_without_these_counters_has_nothing_to_check() => Assert.Empty(Of(2, Count("vmstat.pgfault", 3)));

    private static IReadOnlyList<CounterProbe> Of(int cpus, params Counter[] counters) => WindowChecks.Of(counters, [.. Enumerable.Range(0, cpus)]);

    private static string[] Failed(IReadOnlyList<CounterProbe> checks) => [.. checks.Where(check => !check.Passed).Select(check => check.Counter)];

    private static Counter Count(string name, double value) => new() { Name = name, Unit = "events", Value = value };

    private static Counter Parts(string name, params double[] parts) => Count(name, parts.Sum()) with { PerCpu = parts };
}
