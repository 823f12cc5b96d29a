using Harness.Host.Knobs;
using Harness.Records;

namespace Harness.Host.Tests;

public sealed class KnobsCatalogTests
{
    [Fact]
    public void Every_knob_is_found_by_its_name_and_no_two_share_a_name_or_a_file()
    {
        Assert.All(KnobCatalog.All, knob => Assert.Same(knob, KnobCatalog.Find(knob.Name)));
        Assert.Equal(KnobCatalog.All.Count, KnobCatalog.All.Select(knob => knob.Name).Distinct().Count());
        Assert.Equal(KnobCatalog.All.Count, KnobCatalog.All.Select(knob => knob.Path).Distinct().Count());
    }

    [Theory]
    [InlineData("numa_balancing", "4")]
    [InlineData("numa_balancing", "-1")]
    [InlineData("numa_balancing", " 1")]
    [InlineData("numa_balancing", "1\n2")]
    [InlineData("numa_balancing", "")]
    [InlineData("numa_balancing", "99999999999999999999999")]
    [InlineData("numa_balancing_promote_rate_limit_MBps", "16777216")]
    [InlineData("demotion_enabled", "yes")]
    [InlineData("demotion_enabled", "True")]
    [InlineData("thp_enabled", "defer")]
    [InlineData("thp_enabled", "[never]")]
    [InlineData("thp_enabled", "")]
    public void A_value_a_knob_does_not_take_is_refused_before_anything_is_written(string knob, string value)
    {
        using KnobsFakeHost host = new();
        string before = host.Value(knob);
        UsageException refused = Assert.Throws<UsageException>(() => host.Knobs.Set(knob, value));
        Assert.Contains(knob, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal(before, host.Value(knob));
        Assert.False(File.Exists(host.JournalPath));
    }

    [Fact]
    public void A_scan_size_of_zero_which_the_kernel_would_divide_by_is_refused()
    {
        using KnobsFakeHost host = new();
        host.Put("/sys/kernel/debug/sched/numa_balancing/scan_size_mb", "256\n");
        Assert.Throws<UsageException>(() => host.Knobs.Set("scan_size_mb", "0"));
        host.Knobs.Set("scan_size_mb", "1");
        Assert.Equal("1", host.Value("scan_size_mb"));
    }

    [Fact]
    public void The_choices_are_those_of_the_kernels_own_file()
    {
        using KnobsFakeHost host = new();
        host.Put("/sys/kernel/mm/transparent_hugepage/shmem_enabled", "always within_size advise [never] deny force\n");
        KnobState state = host.Listed("thp_shmem_enabled").State;
        Assert.Equal("never", state.Value);
        Assert.Equal(["always", "within_size", "advise", "never", "deny", "force"], state.Choices);
    }

    [Fact]
    public void Knobs_per_folio_size_are_listed_in_order_of_size_where_the_kernel_has_them()
    {
        using KnobsFakeHost host = new();
        foreach (string size in (string[])["2048", "64", "128"])
            host.Put($"/sys/kernel/mm/transparent_hugepage/hugepages-{size}kB/enabled", "always [inherit] madvise never\n");
        host.Put("/sys/kernel/mm/transparent_hugepage/hugepages-oddkB/enabled", "always\n");
        Assert.Equal(
            ["thp_enabled_64kB", "thp_enabled_128kB", "thp_enabled_2048kB"],
            host.Knobs.List().Select(listing => listing.State.Knob.Name).Where(name => name.EndsWith("kB", StringComparison.Ordinal)));
        host.Knobs.Set("thp_enabled_64kB", "always");
        Assert.Throws<UsageException>(() => host.Knobs.Set("thp_enabled_65kB", "always"));
        Assert.Throws<HostCannotException>(() => host.Knobs.Set("thp_enabled_32kB", "always"));
    }

    [Fact]
    public void An_absent_knob_says_why_and_what_would_make_it_usable()
    {
        using KnobsFakeHost host = new();
        File.Delete(host.Root + "/proc/sys/kernel/numa_balancing");
        Assert.Contains("CONFIG_NUMA_BALANCING", host.Listed("numa_balancing").State.Why, StringComparison.Ordinal);

        Directory.CreateDirectory(host.Root + "/sys/kernel/debug");
        Assert.Contains("mount -t debugfs", host.Listed("scan_delay_ms").State.Why, StringComparison.Ordinal);
        Directory.CreateDirectory(host.Root + "/sys/kernel/debug/sched");
        Assert.Contains("CONFIG_SCHED_DEBUG", host.Listed("scan_delay_ms").State.Why, StringComparison.Ordinal);

        HostCannotException cannot = Assert.Throws<HostCannotException>(() => host.Knobs.Set("scan_delay_ms", "10"));
        Assert.Equal(ExitCode.HostCannot, cannot.ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0\0\0")]
    [InlineData("one")]
    [InlineData("1 2")]
    public void A_file_without_a_value_makes_the_knob_absent(string content)
    {
        using KnobsFakeHost host = new();
        host.Put("/proc/sys/kernel/numa_balancing", content);
        Assert.Equal(KnobAvailability.Absent, host.Listed("numa_balancing").State.Availability);
    }

    [Fact]
    public void Every_knob_of_the_running_kernel_has_a_value_in_its_declared_format()
    {
        KnobTree tree = new();
        Assert.All(tree.Knobs().Where(knob => File.Exists(knob.Path)), knob =>
        {
            KnobState state = tree.Look(knob);
            Assert.NotNull(state.Value);
            if (knob.Format == KnobFormat.Steps) return; // what somebody else may have made of it is no value to set
            Assert.Equal(state.Value, knob.Canonical(state.Value, state.Choices));
        });
    }

    [Fact]
    public void Dropping_caches_writes_three_and_leaves_nothing_in_the_journal()
    {
        using KnobsFakeHost host = new();
        HostActions.Check("drop_caches", host.Tree);
        HostActions.Perform("drop_caches", host.Tree);
        Assert.Equal("3\n", File.ReadAllText(host.Root + "/proc/sys/vm/drop_caches"));
        Assert.False(File.Exists(host.JournalPath));
        Assert.Throws<UsageException>(() => HostActions.Check("drop_tables", host.Tree));
    }
}
