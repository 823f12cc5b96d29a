namespace Harness.Model.Tests;

/// <summary>What becomes of folios that cannot move at once, or at all?</summary>
public sealed class MigrateFailureTests
{
    [Theory]
    [InlineData("6.12", "0: send(-1) | 1: TLB CAL remote(-1)")]
    [InlineData("6.1", "0: send(n)x10 | 1: TLBx10 CALx10 remote(n)x10")]
    public void A_reference_too_many_fails_after_ten_tries_for_which_6_1_unmaps_again_each_time(string profile, string counted)
    {
        Kernel kernel = KernelCases.With(profile, -1, 0).Anonymous(task: 1, pages: 1);
        int folio = Hold(kernel, page: 0);
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 1, MigrateReason.Demotion));
        Assert.Equal(counted, kernel.Counted());
        Assert.Equal((0, 1), kernel.Migrated());
        Assert.Equal(folio, kernel.Spaces.Pte(0, 0).Frame);
        Assert.Equal(1000, kernel.Load(1, 0));
        kernel.AssertBalanced(heldFolio: folio);
    }

    [Theory]
    [InlineData("6.12", "0: send(-1) send(n) | 1: TLBx2 CALx2 remote(-1) remote(n)")]
    [InlineData("6.1", "0: send(n)x10 | 1: TLBx10 CALx10 remote(n)x10")]
    public void A_synchronous_caller_tries_such_a_folio_once_more_alone_with_a_flush_of_its_own(string profile, string counted)
    {
        Kernel kernel = KernelCases.With(profile, -1, 0).Anonymous(task: 1, pages: 1);
        int folio = Hold(kernel, page: 0);
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 1));
        Assert.Equal(counted, kernel.Counted());
        Assert.Equal((0, 1), kernel.Migrated());
        kernel.AssertBalanced(heldFolio: folio);
    }

    [Fact]
    public void In_6_1_a_reference_that_is_dropped_between_two_tries_costs_a_flush_for_each_try()
    {
        Kernel kernel = KernelCases.With("6.1", -1, 0).Anonymous(task: 1, pages: 1);
        int folio = Hold(kernel, page: 0);
        kernel.Begin(0, KernelCases.Migrate(mm: 0, pages: 1, MigrateReason.Demotion));
        while (!kernel.Spaces.Pte(0, 0).IsEntry) Advance(kernel, 0);
        while (!kernel.Spaces.Pte(0, 0).Present) Advance(kernel, 0);
        kernel.Put(1, folio, 0);
        Assert.True(kernel.Continue(0));
        Assert.Equal((1, 0), kernel.Migrated());
        Assert.Equal("0: send(n)x2 | 1: TLBx2 CALx2 remote(n)x2", kernel.Counted());
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData((int)MigrateReason.Demotion, 9, 1, "0: send(-1) | 1: TLB CAL remote(-1)")]
    [InlineData((int)MigrateReason.Demotion, 10, 0, "0: send(-1) | 1: TLB CAL remote(-1)")]
    [InlineData((int)MigrateReason.Syscall, 2, 1, "0: send(-1) | 1: TLB CAL remote(-1)")]
    [InlineData((int)MigrateReason.Syscall, 3, 1, "0: send(-1) send(n) | 1: TLBx2 CALx2 remote(-1) remote(n)")]
    public void A_batch_tries_to_move_ten_times_without_another_flush_and_for_a_synchronous_caller_three_times_before_it_is_alone(
        int reason, int failedTries, int moved, string counted)
    {
        Kernel kernel = KernelCases.With("6.12", -1, 0).Anonymous(task: 1, pages: 1);
        int folio = Hold(kernel, page: 0);
        kernel.Begin(0, KernelCases.Migrate(mm: 0, pages: 1, (MigrateReason)reason));
        while (kernel.Tallies[Tally.BatchFlushes] == 0 || kernel.Flushes.InFlight(0)) Advance(kernel, 0);
        // each try is a step, and so is the end of the pass
        for (int i = 0; i < 2 * failedTries; i++) Advance(kernel, 0);
        kernel.Put(1, folio, 0);
        Assert.True(kernel.Continue(0));
        Assert.Equal((moved, 1 - moved), kernel.Migrated());
        Assert.Equal(counted, kernel.Counted());
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData("6.12")]
    [InlineData("6.1")]
    public void The_others_of_the_list_move_past_a_folio_that_cannot(string profile)
    {
        Kernel kernel = KernelCases.With(profile, -1, 0).Anonymous(task: 1, pages: 4);
        int folio = Hold(kernel, page: 2);
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 4));
        Assert.Equal((3, 1), kernel.Migrated());
        Assert.Equal([1, 1, 0, 1], kernel.Nodes(mm: 0, pages: 4));
        kernel.AssertBalanced(heldFolio: folio);
    }

    [Theory]
    [InlineData("6.12", "0: send(-1) | 1: TLB CAL remote(-1)")]
    [InlineData("6.1", "0: send(n) | 1: TLB CAL remote(n)")]
    public void A_locked_folio_fails_without_having_been_unmapped_when_the_caller_may_not_wait(string profile, string counted)
    {
        Kernel kernel = KernelCases.With(profile, -1, 0).Anonymous(task: 1, pages: 2);
        int folio = kernel.Spaces.Pte(0, 0).Frame;
        kernel.TryLock(folio);
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 2, MigrateReason.Demotion));
        Assert.Equal(counted, kernel.Counted());
        Assert.Equal((1, 1), kernel.Migrated());
        Assert.Equal(1, kernel.Tallies[Tally.Unmapped]);
        kernel.Unlock(folio);
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData("6.12", "0: send(-1) send(n) | 1: TLBx2 CALx2 remote(-1) remote(n)")]
    [InlineData("6.1", "0: send(n)x2 | 1: TLBx2 CALx2 remote(n)x2")]
    public void A_synchronous_caller_sleeps_until_a_locked_folio_is_free_and_flushes_it_alone(string profile, string counted)
    {
        Kernel kernel = KernelCases.With(profile, -1, 0).Anonymous(task: 1, pages: 2);
        int folio = kernel.Spaces.Pte(0, 1).Frame;
        kernel.TryLock(folio);
        kernel.Begin(0, KernelCases.Migrate(mm: 0, pages: 2));
        Assert.False(kernel.Continue(0));
        Assert.Equal(new Waiting(WaitKind.Folio, folio, 0), kernel.Waiting(0));
        // the other has moved meanwhile
        Assert.Equal([1, 0], kernel.Nodes(mm: 0, pages: 2));
        kernel.Unlock(folio);
        Assert.True(kernel.Continue(0));
        Assert.Equal(counted, kernel.Counted());
        Assert.Equal((2, 0), kernel.Migrated());
        kernel.AssertBalanced();
    }

    [Fact]
    public void Who_sleeps_for_a_folio_holds_no_other_locked_and_unmapped()
    {
        Kernel kernel = KernelCases.With("6.12", -1, 0).Anonymous(task: 1, pages: 2);
        int first = kernel.Spaces.Pte(0, 0).Frame;
        int second = kernel.Spaces.Pte(0, 1).Frame;
        kernel.TryLock(first);
        kernel.TryLock(second);
        kernel.Begin(0, KernelCases.Migrate(mm: 0, pages: 2));
        Assert.False(kernel.Continue(0));
        kernel.Unlock(first);
        Assert.False(kernel.Continue(0));
        Assert.Equal(new Waiting(WaitKind.Folio, second, 0), kernel.Waiting(0));
        Assert.True(kernel.Spaces.Pte(0, 0).Present);
        Assert.Equal([1, 0], kernel.Nodes(mm: 0, pages: 2));
        kernel.Unlock(second);
        Assert.True(kernel.Continue(0));
        Assert.Equal((2, 0), kernel.Migrated());
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData("6.12", (int)MigrateReason.Syscall)]
    [InlineData("6.12", (int)MigrateReason.Demotion)]
    [InlineData("6.1", (int)MigrateReason.Syscall)]
    public void With_no_memory_left_what_is_unmapped_moves_one_page_fails_and_the_rest_is_not_tried(string profile, int reason)
    {
        Kernel kernel = KernelCases.With(profile, -1, 0).Anonymous(task: 1, pages: 4);
        int[] taken = [.. Enumerable.Range(0, 6).Select(_ => kernel.Allocator.Allocate(0, 1, 0, AllocationFlags.ThisNode, out uint _))];
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 4, (MigrateReason)reason));
        Assert.Equal((2, 1), kernel.Migrated());
        Assert.Equal([1, 1, 0, 0], kernel.Nodes(mm: 0, pages: 4));
        Assert.Equal(2, kernel.Tallies[Tally.Unmapped]);
        foreach (int pfn in taken) kernel.Allocator.Free(0, pfn, 0);
        kernel.AssertBalanced();
        kernel.Tallies.Clear();
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 4, (MigrateReason)reason));
        Assert.Equal((2, 0), kernel.Migrated());
        kernel.AssertBalanced();
    }

    [Fact]
    public void Folios_still_to_be_retried_when_memory_runs_out_count_as_failed_too()
    {
        Kernel kernel = KernelCases.With("6.12", -1, 0).Anonymous(task: 1, pages: 4);
        int locked = kernel.Spaces.Pte(0, 0).Frame;
        kernel.TryLock(locked);
        int[] taken = [.. Enumerable.Range(0, 6).Select(_ => kernel.Allocator.Allocate(0, 1, 0, AllocationFlags.ThisNode, out uint _))];
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 4, MigrateReason.Demotion));
        Assert.Equal((1, 2), kernel.Migrated());
        Assert.Equal([0, 1, 0, 0], kernel.Nodes(mm: 0, pages: 4));
        foreach (int pfn in taken) kernel.Allocator.Free(0, pfn, 0);
        kernel.Unlock(locked);
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData("6.12")]
    [InlineData("6.1")]
    public void A_2_MiB_folio_that_a_hint_fault_finds_no_block_for_stays_whole_where_it_is(string profile)
    {
        Kernel kernel = KernelCases.With(profile, pages: 512, [-1, 0]);
        kernel.Huge(0);
        int one = kernel.Allocator.Allocate(0, 1, 0, AllocationFlags.ThisNode, out uint _);
        int block = kernel.Allocator.Allocate(0, 1, 9, AllocationFlags.ThisNode, out uint _);
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 512, MigrateReason.NumaMisplaced));
        Assert.Equal((0, 512), kernel.Migrated());
        Assert.Equal(0, kernel.Tallies[Tally.HugeMigrated]);
        Assert.Equal("", kernel.Counted());
        kernel.Allocator.Free(0, one, 0);
        kernel.Allocator.Free(0, block, 9);
        kernel.AssertBalanced();
    }

    /// <summary>Somebody else refers to the folio of a page of address space 0.</summary>
    private static int Hold(Kernel kernel, int page)
    {
        int folio = kernel.Frames.Folio(kernel.Spaces.Pte(0, page).Frame);
        kernel.Frames.References(folio)++;
        return folio;
    }

    private static void Advance(Kernel kernel, int task)
    {
        if (!kernel.Ready(task)) kernel.DeliverAll();
        kernel.Step(task);
    }
}
