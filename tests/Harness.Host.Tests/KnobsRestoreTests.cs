using Harness.Host.Knobs;
using Harness.Records;

namespace Harness.Host.Tests;

public sealed class KnobsRestoreTests
{
    [Fact]
    public void What_a_user_sets_stays_through_other_starts_and_goes_back_on_request()
    {
        using KnobsFakeHost host = new();
        Assert.Contains("was 1", host.Knobs.Set("numa_balancing", "2"), StringComparison.Ordinal);
        Assert.Empty(host.Knobs.RestoreAtStart());
        Assert.Equal("2", host.Value("numa_balancing"));
        Assert.Contains("'knobs restore' puts it back", host.Listed("numa_balancing").Note, StringComparison.Ordinal);

        Assert.Equal(RestoreOutcome.Restored, Assert.Single(host.Knobs.RestoreAll(force: false)).Outcome);
        Assert.Equal("1", host.Value("numa_balancing"));
        Assert.Null(host.Listed("numa_balancing").Open);
    }

    [Fact]
    public void Setting_the_value_in_force_changes_nothing_and_leaves_no_entry()
    {
        using KnobsFakeHost host = new();
        host.Knobs.Set("thp_enabled", "madvise");
        Assert.False(File.Exists(host.JournalPath));
    }

    [Fact]
    public void Nested_changes_of_one_knob_end_at_its_first_value()
    {
        using KnobsFakeHost host = new();
        host.Knobs.Set("numa_balancing", "2");
        host.Knobs.Set("numa_balancing", "3");
        host.SetByDeadRun("numa_balancing", "0");
        host.Knobs.RestoreAtStart();
        Assert.Equal("3", host.Value("numa_balancing"));
        Assert.Contains("restored to 1 (was 3)", Assert.Single(host.Knobs.RestoreAll(force: false)).Message, StringComparison.Ordinal);
        Assert.Equal("1", host.Value("numa_balancing"));
    }

    [Fact]
    public void A_run_whose_process_is_alive_is_left_alone()
    {
        using KnobsFakeHost host = new();
        host.Changes.Set(host.Tree.Find("numa_balancing"), "2", KnobOwner.Run);
        Assert.Empty(host.Knobs.RestoreAtStart());
        Assert.Equal("2", host.Value("numa_balancing"));
        Assert.Contains("still runs", host.Listed("numa_balancing").Note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pid_that_another_process_has_now_does_not_count_as_alive()
    {
        Assert.True(ProcessIdentity.Current.IsAlive);
        Assert.False((ProcessIdentity.Current with { StartTicks = ProcessIdentity.Current.StartTicks - 1 }).IsAlive);
    }

    [Fact]
    public void A_value_changed_by_somebody_else_is_reported_at_each_start_and_never_overwritten_unasked()
    {
        using KnobsFakeHost host = new();
        host.SetByDeadRun("numa_balancing", "2");
        host.Put("/proc/sys/kernel/numa_balancing", "0\n");
        for (int start = 0; start < 2; start++)
        {
            RestoreReport report = Assert.Single(host.Knobs.RestoreAtStart());
            Assert.Equal(RestoreOutcome.Foreign, report.Outcome);
            Assert.True(report.Pending);
            Assert.Contains("was 1, was set to 2, and has since been changed to 0", report.Message, StringComparison.Ordinal);
        }
        Assert.False(Assert.Single(host.Knobs.RestoreAll(force: false)).Pending);
        Assert.Equal("0", host.Value("numa_balancing"));
        Assert.Empty(host.Knobs.RestoreAtStart());
        Assert.Contains("it was 1", host.Listed("numa_balancing").Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Force_overwrites_a_value_that_somebody_else_has_set()
    {
        using KnobsFakeHost host = new();
        host.SetByDeadRun("numa_balancing", "2");
        host.Put("/proc/sys/kernel/numa_balancing", "0\n");
        Assert.Equal(RestoreOutcome.Restored, Assert.Single(host.Knobs.RestoreAll(force: true)).Outcome);
        Assert.Equal("1", host.Value("numa_balancing"));
    }

    [Theory]
    [InlineData("1", "is 1 again")]
    [InlineData("2", "something else sets it at boot")]
    [InlineData("0", "is 0 since the reboot")]
    public void After_a_reboot_nothing_is_written_and_the_entry_is_closed(string found, string says)
    {
        using KnobsFakeHost host = new();
        host.SetByDeadRun("numa_balancing", "2");
        host.Put("/proc/sys/kernel/random/boot_id", "boot-2\n");
        host.Put("/proc/sys/kernel/numa_balancing", found + "\n");
        RestoreReport report = Assert.Single(host.Knobs.RestoreAtStart());
        Assert.Equal(RestoreOutcome.Rebooted, report.Outcome);
        Assert.Contains(says, report.Message, StringComparison.Ordinal);
        Assert.Equal(found, host.Value("numa_balancing"));
        Assert.Empty(host.Knobs.RestoreAtStart());
    }

    [Fact]
    public void What_a_user_set_before_a_reboot_is_closed_and_reported_too()
    {
        using KnobsFakeHost host = new();
        host.Knobs.Set("numa_balancing", "2");
        host.Put("/proc/sys/kernel/random/boot_id", "boot-2\n");
        host.Put("/proc/sys/kernel/numa_balancing", "1\n");
        Assert.Equal(RestoreOutcome.Rebooted, Assert.Single(host.Knobs.RestoreAtStart()).Outcome);
    }

    [Fact]
    public void A_knob_that_is_gone_keeps_its_entry_until_it_can_be_restored()
    {
        using KnobsFakeHost host = new();
        host.SetByDeadRun("numa_balancing", "2");
        File.Delete(host.Root + "/proc/sys/kernel/numa_balancing");
        RestoreReport report = Assert.Single(host.Knobs.RestoreAtStart());
        Assert.Equal(RestoreOutcome.Failed, report.Outcome);
        Assert.True(report.Pending);
        host.Put("/proc/sys/kernel/numa_balancing", "2\n");
        Assert.Equal(RestoreOutcome.Restored, Assert.Single(host.Knobs.RestoreAtStart()).Outcome);
    }

    // The two below let a knob be a real kernel file of this process alone: oom_score_adj takes -1000 to 1000.
    // They stay in one class, whose tests run one after the other.
    [Fact]
    public void A_real_kernel_file_is_set_read_back_and_restored()
    {
        using KnobsFakeHost host = new();
        host.Link("/proc/sys/kernel/numa_balancing", "/proc/self/oom_score_adj");
        string before = host.Value("numa_balancing");
        string other = before == "2" ? "3" : "2";
        host.Knobs.Set("numa_balancing", other);
        Assert.Equal(other + "\n", File.ReadAllText("/proc/self/oom_score_adj"));
        host.Knobs.RestoreAll(force: false);
        Assert.Equal(before + "\n", File.ReadAllText("/proc/self/oom_score_adj"));
    }

    [Fact]
    public void The_old_value_is_in_the_journal_before_the_kernel_is_asked_so_a_refusal_leaves_both_lines()
    {
        using KnobsFakeHost host = new();
        host.Link("/sys/kernel/debug/sched/numa_balancing/scan_delay_ms", "/proc/self/oom_score_adj");
        string before = host.Value("scan_delay_ms");
        HostCannotException refused = Assert.Throws<HostCannotException>(() => host.Knobs.Set("scan_delay_ms", "5000"));
        Assert.Contains("as before", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, host.Value("scan_delay_ms"));
        string[] lines = File.ReadAllLines(host.JournalPath);
        Assert.Equal(3, lines.Length);
        Assert.Equal(Journal.Header, lines[0]);
        Assert.Contains($"\"old\":\"{before}\",\"new\":\"5000\"", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"outcome\":\"refused\"", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_the_kernel_turns_into_another_is_taken_back_at_once()
    {
        using KnobsFakeHost host = new();
        host.Tree.MakesOfThree = "2";
        HostCannotException refused = Assert.Throws<HostCannotException>(() => host.Knobs.Set("numa_balancing", "3"));
        Assert.Contains("reads back as 2", refused.Message, StringComparison.Ordinal);
        Assert.Equal("1", host.Value("numa_balancing"));
        Assert.Null(host.Listed("numa_balancing").Open);
    }

    [Fact]
    public void A_restore_that_does_not_read_back_keeps_its_entry()
    {
        using KnobsFakeHost host = new();
        host.Put("/proc/sys/kernel/numa_balancing", "3\n");
        host.SetByDeadRun("numa_balancing", "0");
        host.Tree.MakesOfThree = "2";
        RestoreReport report = Assert.Single(host.Knobs.RestoreAtStart());
        Assert.True(report.Pending);
        Assert.Contains("reads back as 2", report.Message, StringComparison.Ordinal);
        host.Tree.MakesOfThree = "3";
        Assert.Equal(RestoreOutcome.Restored, Assert.Single(host.Knobs.RestoreAll(force: true)).Outcome);
        Assert.Equal("3", host.Value("numa_balancing"));
    }
}
