namespace Harness.Model.Tests;

/// <summary>Which cleared mappings join a task's batch, whom does its flush reach, and what does it leave pending?</summary>
public sealed class BatchTests
{
    [Fact]
    public void Reclaim_defers_its_flush_when_another_CPU_is_in_the_mask()
    {
        Kernel kernel = KernelCases.With("6.12", 0, 0).File(task: 0, pages: 3);
        kernel.Run(0, KernelCases.ReclaimFile(3));
        Assert.Equal("0: local(-1) send(-1) | 1: TLB CAL remote(-1)", kernel.Counted());
        Assert.Equal(1, kernel.Tallies[Tally.BatchFlushes]);
        Assert.Equal(3, kernel.Tallies[Tally.Unmapped]);
        Assert.Equal(3, kernel.Tallies[Tally.Reclaimed]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void With_no_other_CPU_in_the_mask_reclaim_flushes_each_page_itself()
    {
        Kernel kernel = KernelCases.With("6.12", 0).File(task: 0, pages: 3);
        kernel.Run(0, KernelCases.ReclaimFile(3));
        Assert.Equal("0: mm(n)x3", kernel.Counted());
        Assert.Equal(0, kernel.Tallies[Tally.BatchFlushes]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_batch_reaches_the_union_of_the_masks_of_all_address_spaces_in_it()
    {
        // the third address space maps nothing, so that its CPU is left alone
        Kernel kernel = KernelCases.With("6.12", -1, 0, 1, 2).File(task: 1, pages: 2).File(task: 2, pages: 2);
        kernel.Run(0, KernelCases.ReclaimFile(2));
        Assert.Equal("0: send(-1) | 1: TLB CAL remote(-1) | 2: TLB CAL remote(-1)", kernel.Counted());
        Assert.Equal(1, kernel.Tallies[Tally.BatchFlushes]);
        Assert.Equal(4, kernel.Tallies[Tally.Unmapped]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void Mappings_of_an_address_space_that_only_runs_here_are_flushed_at_once_beside_the_batch()
    {
        Kernel kernel = KernelCases.With("6.12", 0, 1).File(task: 0, pages: 2).File(task: 1, pages: 2);
        kernel.Run(0, KernelCases.ReclaimFile(2));
        Assert.Equal("0: mm(n)x2 send(-1) | 1: TLB CAL remote(-1)", kernel.Counted());
    }

    [Fact]
    public void A_CPU_that_is_up_to_date_when_the_batch_arrives_says_so()
    {
        Kernel kernel = KernelCases.With("6.12", -1, 0).File(task: 1, pages: 1);
        kernel.Begin(0, KernelCases.ReclaimFile(1));
        while (kernel.Flushes.Outstanding(0) == 0) kernel.Step(0);
        // by the time of the interrupt the CPU has flushed for another reason
        kernel.Shootdown.Run(1, new FlushRequest(0, kernel.Shootdown.Generation(0), 0, FlushRequest.Full, false), sender: true);
        Assert.True(kernel.Continue(0));
        Assert.Equal("0: send(-1) | 1: TLB CAL remote(0) mm(-1)", kernel.Counted());
    }

    [Theory]
    [InlineData("6.12", "")]
    [InlineData("6.1", "0: local(-1) send(-1) | 1: TLB CAL remote(-1)")]
    public void A_PROT_NONE_page_joins_a_batch_of_reclaim_only_before_6_4(string profile, string counted)
    {
        Kernel kernel = WritableFile(profile).Scan(task: 0, pages: 1);
        kernel.Run(0, KernelCases.ReclaimFile(1));
        Assert.Equal(1, kernel.Tallies[Tally.Reclaimed]);
        Assert.Equal(counted, kernel.Counted());
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData("6.12")]
    [InlineData("6.1")]
    public void A_PROT_NONE_page_is_flushed_while_a_scan_of_its_address_space_is_under_way(string profile)
    {
        Kernel kernel = WritableFile(profile).Scan(task: 0, pages: 1);
        kernel.Spaces.ChangesInFlight(0)++;
        kernel.Run(0, KernelCases.ReclaimFile(1));
        Assert.Equal("0: local(-1) send(-1) | 1: TLB CAL remote(-1)", kernel.Counted());
    }

    [Fact]
    public void After_reclaim_the_first_mprotect_costs_a_flush_of_the_whole_address_space_and_the_next_none()
    {
        Kernel kernel = KernelCases.With("6.12", 0, 0, 0).File(task: 0, pages: 4);
        kernel.Run(0, KernelCases.ReclaimFile(2));
        kernel.Shootdown.EnterLazy(2);
        kernel.Tallies.Clear();
        // takes no right away, so that it needs no flush of its own
        var protect = new KernelCall(CallKind.Protect, A: 2, B: 1, C: (int)VmaFlags.Read);
        kernel.Run(0, protect);
        Assert.Equal("0: mm(-1) send(-1) | 1: TLB CAL remote(-1) | 2: TLB CAL switch(0)", kernel.Counted());
        Assert.Equal(1, kernel.Tallies[Tally.PendingFlushes]);
        kernel.Tallies.Clear();
        kernel.Run(0, protect);
        Assert.Equal("", kernel.Counted());
        Assert.Equal(0, kernel.Tallies[Tally.PendingFlushes]);
    }

    [Fact]
    public void After_reclaim_the_first_munmap_costs_that_flush_besides_its_own_and_the_next_only_its_own()
    {
        Kernel kernel = KernelCases.With("6.12", 0, 0).File(task: 0, pages: 4);
        kernel.Run(0, KernelCases.ReclaimFile(1));
        kernel.Tallies.Clear();
        kernel.Run(0, new KernelCall(CallKind.Unmap, A: 1, B: 1));
        Assert.Equal("0: mm(-1) mm(n) send(-1) send(n) | 1: TLBx2 CALx2 remote(-1) remote(n)", kernel.Counted());
        kernel.Tallies.Clear();
        kernel.Run(0, new KernelCall(CallKind.Unmap, A: 2, B: 1));
        Assert.Equal("0: mm(n) send(n) | 1: TLB CAL remote(n)", kernel.Counted());
        Assert.Equal(0, kernel.Tallies[Tally.PendingFlushes]);
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_second_episode_of_reclaim_costs_another_such_flush()
    {
        Kernel kernel = KernelCases.With("6.12", 0, 0).File(task: 0, pages: 4);
        for (int page = 0; page < 2; page++)
        {
            kernel.Run(0, KernelCases.ReclaimFile(page + 1));
            kernel.Run(0, new KernelCall(CallKind.Protect, A: page, B: 1, C: (int)VmaFlags.Read));
            Assert.Equal(page + 1, kernel.Tallies[Tally.PendingFlushes]);
        }
    }

    [Fact]
    public void Two_walks_at_once_both_flush_what_is_pending_while_neither_flush_is_over()
    {
        Kernel kernel = KernelCases.With("6.12", pages: 1024, [0, 0, 0]).File(task: 0, pages: 4);
        kernel.Run(0, KernelCases.ReclaimFile(2));
        kernel.Tallies.Clear();
        kernel.Begin(0, new KernelCall(CallKind.Scan, A: 0, B: 1));
        kernel.Begin(1, new KernelCall(CallKind.Scan, A: 512, B: 1));
        while (!kernel.Flushes.InFlight(0)) kernel.Step(0);
        while (!kernel.Idle(1) && !kernel.Flushes.InFlight(1)) kernel.Step(1);
        Assert.Equal(2, kernel.Tallies[Tally.PendingFlushes]);
        Assert.True(kernel.Continue(0));
        Assert.True(kernel.Continue(1));
        kernel.Run(2, new KernelCall(CallKind.Scan, A: 0, B: 1));
        Assert.Equal(2, kernel.Tallies[Tally.PendingFlushes]);
    }

    [Fact]
    public void What_is_unmapped_while_the_pending_flush_is_under_way_needs_another()
    {
        Kernel kernel = KernelCases.With("6.12", 0, 0, -1).File(task: 0, pages: 4);
        kernel.Run(2, KernelCases.ReclaimFile(1));
        kernel.Begin(0, new KernelCall(CallKind.Scan, A: 0, B: 1));
        while (!kernel.Flushes.InFlight(0)) kernel.Step(0);
        kernel.Shootdown.Advance(0);
        kernel.Policy.Pend(2, 0, 1, kernel.Spaces.Pte(0, 1));
        Assert.True(kernel.Continue(0));
        Assert.Equal(1, kernel.Tallies[Tally.PendingFlushes]);
        kernel.Run(0, new KernelCall(CallKind.Scan, A: 0, B: 1));
        Assert.Equal(2, kernel.Tallies[Tally.PendingFlushes]);
    }

    /// <summary>One page of a shared file that both CPUs' address space may write, so that a scan covers it.</summary>
    private static Kernel WritableFile(string profile)
    {
        Kernel kernel = KernelCases.With(profile, 0, 0);
        kernel.Spaces.Add(0, new Vma(0, 1, VmaFlags.Read | VmaFlags.Write | VmaFlags.Shared, File: 0, Offset: 0));
        return kernel.Touch(task: 0, pages: 1, store: false);
    }
}
