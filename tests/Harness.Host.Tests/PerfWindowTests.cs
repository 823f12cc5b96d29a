using Harness.Host.Perf;
using Harness.Interop;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>Is a count only called a count when the event was on a counter all the time?</summary>
public sealed class PerfWindowTests
{
    private static readonly PerfSpec Misses = new("perf.dTLB-load-misses", libc.PERF_TYPE_HW_CACHE, 0x10003);
    private static readonly PerfSpec Faults = new("perf.page-faults", libc.PERF_TYPE_SOFTWARE, libc.PERF_COUNT_SW_PAGE_FAULTS);

    [Fact]
    public void Counted_all_the_time_is_counted()
    {
        Counter counter = PerfWindow.Counter(Misses, [0, 2], [new(10, 100, 100), new(30, 90, 90)]);
        Assert.Equal((40, CounterTrust.Counted, null), (counter.Value, counter.Trust, counter.Note));
        Assert.Equal([10.0, 30.0], counter.PerCpu);
    }

    [Fact]
    public void Counted_for_a_share_of_the_time_is_scaled_CPU_by_CPU_and_says_the_share()
    {
        Counter counter = PerfWindow.Counter(Misses, [0, 1], [new(10, 100, 25), new(30, 100, 75)]);
        Assert.Equal([40.0, 40.0], counter.PerCpu);
        Assert.Equal((80, CounterTrust.Multiplexed), (counter.Value, counter.Trust));
        Assert.Contains("50.0 %", counter.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_that_never_got_a_hardware_counter_has_no_value_and_names_the_CPU()
    {
        Counter counter = PerfWindow.Counter(Misses, [0, 7], [new(10, 100, 100), new(0, 100, 0)]);
        Assert.Equal((null, null, CounterTrust.Unsupported), (counter.Value, counter.PerCpu, counter.Trust));
        Assert.Contains("cpu 7", counter.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hardware_event_that_stands_at_zero_everywhere_is_not_trusted()
    {
        Counter counter = PerfWindow.Counter(Misses, [0, 1], [new(0, 100, 100), new(0, 100, 50)]);
        Assert.Equal((0, CounterTrust.Untrusted), (counter.Value, counter.Trust));
        Assert.Contains("at zero on every CPU", counter.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 2e9, CounterTrust.Untrusted)]
    [InlineData(0, 1e6, CounterTrust.Counted)] // as good as idle
    [InlineData(1, 2e9, CounterTrust.Counted)]
    public void A_hardware_event_that_stands_at_zero_on_a_busy_CPU_is_not_trusted(double misses, double cycles, CounterTrust trust)
    {
        Counter[] counters = [Counted("perf.dTLB-load-misses", 70, misses), Counted("perf.cycles", 3e9, cycles), Counted("perf.page-faults", 9, 0)];
        IReadOnlyList<Counter> judged = BusyZeros.Doubt(counters, [true, true, false], [0, 5]);
        Assert.Equal([trust, CounterTrust.Counted, CounterTrust.Counted], judged.Select(counter => counter.Trust));
        Assert.Equal(trust == CounterTrust.Untrusted ? "stood at zero on CPU 5, where perf.cycles counted 2,000,000,000" : null, judged[0].Note);
    }

    [Fact]
    public void The_share_of_time_is_kept_and_is_none_where_nothing_was_enabled()
    {
        Assert.Equal(1, PerfWindow.Counter(Faults, [0], [new(3, 100, 100)]).RunningShare);
        Assert.Equal(0.5, PerfWindow.Counter(Misses, [0, 1], [new(10, 100, 25), new(30, 100, 75)]).RunningShare);
        Assert.Null(PerfWindow.Counter(Faults, [0], [new(0, 0, 0)]).RunningShare);
    }

    [Fact]
    public void A_software_event_may_well_be_zero()
    {
        Counter counter = PerfWindow.Counter(Faults, [0], [new(0, 100, 100)]);
        Assert.Equal((0, CounterTrust.Counted), (counter.Value, counter.Trust));
    }

    private static Counter Counted(string name, params double[] parts) => new() { Name = name, Unit = "events", Value = parts.Sum(), PerCpu = parts };
}
