using Harness.Host.Doctor;
using Harness.Host.Probes;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>What becomes of a counter that failed, in a record and in the doctor's table?</summary>
public sealed class ProbeTrustTests
{
    private static readonly CounterProbe Failed = Probe("interrupts.TLB", 0);
    private static readonly CounterProbe Passed = Probe("interrupts.CAL", 70);
    private static readonly CounterProbe Untried = Probe("perf.dTLB-load-misses", null) with { Why = "no PMU" };

    [Fact]
    public void A_failed_counter_keeps_its_value_and_says_what_was_expected_and_seen()
    {
        Counter counter = Only(new Counter { Name = "interrupts.TLB", Unit = "interrupts", Value = 7, Note = "TLB shootdowns" }, Failed);
        Assert.Equal((7, CounterTrust.Untrusted), (counter.Value, counter.Trust));
        Assert.Equal("64 flushes: 56 to 96 expected, 0 seen; TLB shootdowns", counter.Note);
    }

    [Theory]
    [InlineData("kvm", true)]
    [InlineData("tcg", false)]
    [InlineData(null, false)]
    public void A_shootdown_too_few_names_the_hypervisor_that_may_have_taken_it(string? hypervisor, bool named) =>
        Assert.Equal(named, TrustMarks.Sentence(Failed, Host(hypervisor)).Contains("under kvm", StringComparison.Ordinal));

    [Fact]
    public void What_passed_was_not_tried_or_has_no_value_stays_as_it_is()
    {
        Assert.Equal(CounterTrust.Counted, Only(new Counter { Name = "interrupts.CAL", Unit = "interrupts", Value = 7 }, Passed).Trust);
        Assert.Equal(CounterTrust.Counted, Only(new Counter { Name = "perf.dTLB-load-misses", Unit = "events", Value = 7 }, Untried).Trust);
        Counter without = new() { Name = "interrupts.TLB", Unit = "interrupts", Trust = CounterTrust.Unsupported, Note = "no row" };
        Assert.Same(without, Only(without, Failed));
        Counter lost = new() { Name = "interrupts.TLB", Unit = "interrupts", Value = 3, Trust = CounterTrust.Lost, Note = "CPU 2 went" };
        Assert.Same(lost, Only(lost, Failed));
    }

    [Fact]
    public void The_table_has_one_row_a_counter_with_the_worst_that_is_known_of_it()
    {
        IReadOnlyList<TrustRow> rows = TrustTable.Of(
            [
                new Counter { Name = "interrupts.TLB", Unit = "interrupts", Value = 3 },
                new Counter { Name = "perf.cycles", Unit = "events", Value = 0, Trust = CounterTrust.Untrusted, RunningShare = 1, Note = "stood at zero" },
                new Counter { Name = "perf.dTLB-load-misses", Unit = "events", Trust = CounterTrust.Unsupported, Note = "no PMU" },
                new Counter { Name = "perf.page-faults", Unit = "events", Value = 3, RunningShare = 1 },
                new Counter { Name = "perf.cpu-migrations", Unit = "events", Value = 0, RunningShare = 1 },
                new Counter { Name = "interrupts.LOC", Unit = "interrupts", Value = 3 },
            ],
            [Failed, Passed, Probe("perf.page-faults", 64), Untried, Probe("trace.x:y", null) with { Why = "no tracefs" }],
            Host(null));
        Assert.Equal(
            [
                ("interrupts.TLB", TrustVerdict.Untrusted, "64 flushes: 56 to 96 expected, 0 seen"),
                ("interrupts.CAL", TrustVerdict.Trusted, null),
                ("perf.cycles", TrustVerdict.Untrusted, "stood at zero"),
                ("perf.dTLB-load-misses", TrustVerdict.Unsupported, "no PMU"),
                ("perf.page-faults", TrustVerdict.Trusted, null),
                ("perf.cpu-migrations", TrustVerdict.Unproven, null),
                ("trace.x:y", TrustVerdict.Unsupported, "no tracefs"),
            ],
            rows.Select(row => (row.Counter, row.Verdict, row.Why)));
        Assert.Equal(1, rows[4].RunningShare);
    }

    private static Counter Only(Counter counter, params CounterProbe[] probes) => Assert.Single(TrustMarks.Apply([counter], probes, Host(null)));

    private static CounterProbe Probe(string counter, double? seen) =>
        new() { Counter = counter, Work = "64 flushes", Least = 56, Most = 96, Seen = seen };

    private static HostDescription Host(string? hypervisor) =>
        new() { KernelRelease = "6.12", CommandLine = "", CpuModel = "test", Hypervisor = hypervisor, Cpus = [0, 1], Nodes = [] };
}
