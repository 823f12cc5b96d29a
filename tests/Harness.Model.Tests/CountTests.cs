using static Harness.Model.Tests.Cases;

namespace Harness.Model.Tests;

/// <summary>Do counts worked out by hand from the kernel's rules come out?</summary>
public sealed class CountTests
{
    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void Without_another_CPU_in_the_mask_every_page_is_flushed_locally_and_nobody_is_interrupted(string profile)
    {
        Outcome outcome = Run(Bare(4), profile, Work(pages: 700, rounds: 3, threads: 0));
        Assert.Equal(0, outcome.Interrupts());
        Assert.Equal(0, outcome.Flushes("remote_ipi_send"));
        Assert.Equal(0, outcome.Flushes("local_shootdown"));
        Assert.Equal(3 * 700, outcome.Flushes("local_mm_shootdown"));
        Assert.Equal(3 * 700, outcome["trace.tlb:tlb_flush"].Value);
    }

    [Theory]
    [InlineData("6.1", "local_mm_shootdown")]
    [InlineData("6.12", "local_shootdown")]
    public void One_page_and_one_touching_thread_cost_one_flush_and_one_interrupt(string profile, string own)
    {
        Outcome outcome = Run(Bare(2), profile, Work(pages: 1, rounds: 1, threads: 1) with { Seed = 7 });
        Assert.Equal(1, outcome.Flushes("remote_ipi_send"));
        Assert.Equal(1, outcome.Flushes(own));
        Assert.Equal([0d, 1d], outcome["interrupts.TLB"].PerCpu!);
        Assert.Equal(1, outcome.Flushes("remote_shootdown"));
        Assert.Equal(1, outcome["vmstat.pgmigrate_success"].Value);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(511, 1)]
    [InlineData(512, 1)]
    [InlineData(513, 2)]
    [InlineData(1024, 2)]
    [InlineData(1300, 3)]
    public void Batching_sends_one_flush_for_each_512_pages_begun(int pages, int batches)
    {
        Outcome outcome = Run(Bare(4), "6.12", Work(pages, rounds: 2, threads: 3));
        Assert.Equal(2 * batches, outcome.Flushes("remote_ipi_send"));
        Assert.Equal(2 * batches, outcome.Flushes("local_shootdown"));
        Assert.Equal(0, outcome.Flushes("local_mm_shootdown"));
    }

    [Fact]
    public void Without_batching_every_page_sends_its_own_flush()
    {
        Outcome outcome = Run(Bare(4), "6.1", Work(pages: 300, rounds: 2, threads: 3));
        Assert.Equal(600, outcome.Flushes("remote_ipi_send"));
        Assert.Equal(600, outcome.Flushes("local_mm_shootdown"));
        Assert.Equal(0, outcome.Flushes("local_shootdown"));
    }

    [Fact]
    public void Without_batching_threads_that_never_meet_a_page_under_migration_are_interrupted_by_every_page()
    {
        // one page in 65,536 is under migration at a time, so that nearly no touch meets it
        Outcome outcome = Run(Bare(4), "6.1", Work(pages: 65_536, rounds: 1, threads: 3));
        Assert.InRange(outcome.Interrupts(), 0.999 * 3 * 65_536, 3 * 65_536);
    }

    [Fact]
    public void A_CPU_without_a_thread_of_the_process_is_never_interrupted()
    {
        Outcome outcome = Run(Bare(8), "6.1", Work(pages: 256, rounds: 2, threads: 2));
        Assert.Equal(0, outcome["interrupts.TLB"].PerCpu!.Skip(3).Sum());
    }

    [Fact]
    public void Batching_removes_at_least_95_percent_of_the_interrupts()
    {
        MigratePingpong workload = Work(pages: 1024, rounds: 2, threads: 3);
        foreach (Machine machine in new[] { Bare(4), BareGuest(4, hostCores: 2) })
        {
            Assert.True(Run(machine, "6.12", workload).Interrupts() <= 0.05 * Run(machine, "6.1", workload).Interrupts());
        }
    }

    [Fact]
    public void Batching_moves_more_pages_a_second_when_others_touch_them()
    {
        MigratePingpong workload = Work(pages: 1024, rounds: 2, threads: 3);
        Assert.True(Run(Bare(4), "6.12", workload)["workload.pages_per_second"].Value > Run(Bare(4), "6.1", workload)["workload.pages_per_second"].Value);
    }

    [Fact]
    public void The_rest_of_the_process_is_moved_and_counted_by_the_kernel_but_not_by_the_workload()
    {
        Outcome outcome = Run(Bare(2) with { OtherPages = 40 }, "6.1", Work(pages: 100, rounds: 3, threads: 1));
        Assert.Equal(3 * 140, outcome["vmstat.pgmigrate_success"].Value);
        Assert.Equal(3 * 140, outcome.Flushes("remote_ipi_send"));
        Assert.Equal(300, outcome["workload.pages_moved"].Value);
    }
}
