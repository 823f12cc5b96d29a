using Harness.Host.Timelines;
using Harness.Records;

namespace Harness.Host.Tests;

/// <summary>Does a reading of a file give the totals since the zero, and no number where there is none?</summary>
public sealed class TimelineSourceTests : IDisposable
{
    private const string Header = "           CPU0       CPU2\n";
    private readonly MadeHost host = new();

    [Fact]
    public void Names_of_vmstat_count_from_the_zero_and_levels_may_fall()
    {
        using ValueSource source = Vmstat("pgfault 100\nnr_dirty 50\npgmigrate_success 7\n", "vmstat.pgmigrate_success", "vmstat.nr_dirty");
        source.Zero();
        host.With("/proc/vmstat", "pgfault 900\nnr_dirty 20\npgmigrate_success 19\n");
        Assert.Equal([12, -30], Read(source));
        Assert.Equal([("vmstat.pgmigrate_success", "pages"), ("vmstat.nr_dirty", "pages")], source.Series);
    }

    [Theory]
    [InlineData("pgfault 100\n", "pgfault 90\n")]
    [InlineData("pgfault 100\n", "nr_dirty 1\n")]
    [InlineData("pgfault 100\n", "pgfault 1x\n")]
    [InlineData("pgfault 100\n", "pgfault 101")]
    [InlineData("pgfault 100\n", "")]
    [InlineData("nr_dirty 1\n", "pgfault 100\n")]
    public void A_count_that_is_gone_damaged_or_set_back_is_no_number(string before, string after)
    {
        using ValueSource source = Vmstat(before, "vmstat.pgfault");
        source.Zero();
        host.With("/proc/vmstat", after);
        Assert.Equal([double.NaN], Read(source));
        Assert.Contains("pgfault", source.WhyNot(0), StringComparison.Ordinal);
    }

    [Fact]
    public void Interrupt_rows_are_summed_over_the_CPUs_and_a_count_of_32_bits_may_wrap()
    {
        using InterruptSource source = Interrupts(Header + " 0: 5 5 timer\n TLB: 10 4294967290 TLB shootdowns\n CAL: 1 1 calls\n ERR: 3\n");
        source.Zero();
        host.With("/proc/interrupts", Header + " 0: x\n CAL: 3 2 calls\n TLB: 14 4 TLB shootdowns\n ERR: 4\n");
        Assert.Equal([14, 3, 1], Read(source));
    }

    [Theory]
    [InlineData(Header + " TLB: 14\n", "cut off")]
    [InlineData(Header + " TLB: 14 x TLB shootdowns\n", "damaged")]
    [InlineData(Header + " TLB: 14 1 TLB shootdowns\n", "set back")]
    [InlineData("           CPU0       CPU1\n TLB: 14 30 TLB shootdowns\n", "other CPUs")]
    [InlineData("           CPU0\n TLB: 14 TLB shootdowns\n", "a CPU less")]
    [InlineData("", "empty")]
    public void A_row_that_cannot_be_compared_is_no_number(string after, string because)
    {
        using InterruptSource source = Interrupts(Header + " TLB: 10 20 TLB shootdowns\n CAL: 1 1 calls\n ERR: 3\n");
        source.Zero();
        host.With("/proc/interrupts", after);
        Assert.True(double.IsNaN(Read(source)[0]), because);
    }

    [Fact]
    public void A_file_that_is_not_there_gives_no_numbers_and_says_which()
    {
        TimelineName[] names = [TimelineName.Parse("node7.vmstat.pgdemote_kswapd", [])];
        using ValueSource source = new(host.Root + names[0].File, names);
        source.Zero();
        Assert.Equal([double.NaN], Read(source));
        Assert.Equal($"{host.Root}/sys/devices/system/node/node7/vmstat: not there", source.WhyNot(0));
    }

    [Fact]
    public void The_large_file_of_512_CPUs_is_read_as_the_snapshots_read_it()
    {
        File.WriteAllBytes(host.With("/proc/interrupts", "").Root + "/proc/interrupts", BigInterrupts.Render());
        TimelineName[] names = [TimelineName.Parse("interrupts.TLB", []), TimelineName.Parse("interrupts.7", [])];
        using InterruptSource source = new(host.Root + "/proc/interrupts", names);
        source.Zero();
        Assert.Equal([0, 0], Read(source));
        double[] totals = new double[2];
        Assert.Equal(0, Allocations.Least(() => source.Read(totals)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("interrupts")]
    [InlineData("interrupts.")]
    [InlineData("workload.elapsed")]
    [InlineData("node.vmstat.pgfault")]
    [InlineData("node99999.vmstat.pgfault")]
    [InlineData("node0.meminfo.MemFree")]
    [InlineData("node0.vmstat.")]
    [InlineData("vmstat.pg fault")]
    [InlineData("vmstat.pg\nfault")]
    [InlineData("perf.cycles")]
    [InlineData("trace.tlb:tlb_flush")]
    public void A_name_of_nothing_that_can_be_sampled_is_a_usage_error_of_one_line(string name)
    {
        UsageException e = Assert.Throws<UsageException>(() => TimelineName.Parse(name, ["page-faults"]));
        Assert.DoesNotContain('\n', e.Message);
    }

    public void Dispose() => host.Dispose();

    private ValueSource Vmstat(string text, params string[] names)
    {
        string file = host.With("/proc/vmstat", text).Root + "/proc/vmstat";
        return new ValueSource(file, [.. names.Select(name => TimelineName.Parse(name, []))]);
    }

    private InterruptSource Interrupts(string text)
    {
        string file = host.With("/proc/interrupts", text).Root + "/proc/interrupts";
        return new InterruptSource(file, [.. new[] { "TLB", "CAL", "ERR" }.Select(row => TimelineName.Parse("interrupts." + row, []))]);
    }

    private static double[] Read(ITimelineSource source)
    {
        double[] totals = new double[source.Series.Count];
        source.Read(totals);
        return totals;
    }
}
