namespace Harness.Model.Tests;

/// <summary>What does a migration cost in flushes and interrupts, and what does it count?</summary>
public sealed class MigrateCountTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(511, 1)]
    [InlineData(512, 1)]
    [InlineData(513, 2)]
    [InlineData(1024, 2)]
    [InlineData(1025, 3)]
    public void In_6_12_pages_that_run_on_another_CPU_take_one_batch_flush_for_each_512_begun(int pages, int batches)
    {
        Kernel kernel = KernelCases.With("6.12", pages, [-1, 0]).Anonymous(task: 1, pages);
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages));
        string times = batches == 1 ? "" : $"x{batches}";
        Assert.Equal($"0: send(-1){times} | 1: TLB{times} CAL{times} remote(-1){times}", kernel.Counted());
        Assert.Equal(batches, kernel.Tallies[Tally.BatchFlushes]);
        Assert.Equal((pages, 0), kernel.Migrated());
        Assert.All(kernel.Nodes(mm: 0, pages), node => Assert.Equal(1, node));
        kernel.AssertBalanced();
    }

    [Fact]
    public void In_6_1_each_page_that_runs_on_another_CPU_takes_a_flush()
    {
        Kernel kernel = KernelCases.With("6.1", pages: 600, [-1, 0]).Anonymous(task: 1, pages: 600);
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 600));
        Assert.Equal("0: send(n)x600 | 1: TLBx600 CALx600 remote(n)x600", kernel.Counted());
        Assert.Equal(0, kernel.Tallies[Tally.BatchFlushes]);
        Assert.Equal((600, 0), kernel.Migrated());
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_single_threaded_process_that_migrates_itself_flushes_each_page_on_its_own_CPU(string profile)
    {
        Kernel kernel = KernelCases.With(profile, pages: 600, [0, 1]).Anonymous(task: 0, pages: 600);
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 600));
        Assert.Equal("0: mm(n)x600", kernel.Counted());
        Assert.Equal(0, kernel.Tallies[Tally.BatchFlushes]);
        Assert.Equal((600, 0), kernel.Migrated());
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData("6.1", "0: mm(n)x3 send(n)x3 | 1: TLBx3 CALx3 remote(n)x3")]
    [InlineData("6.12", "0: local(-1) send(-1) | 1: TLB CAL remote(-1)")]
    public void A_process_that_runs_elsewhere_too_flushes_its_own_CPU_as_one_of_the_mask(string profile, string counted)
    {
        Kernel kernel = KernelCases.With(profile, 0, 0).Anonymous(task: 0, pages: 3);
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 3));
        Assert.Equal(counted, kernel.Counted());
    }

    [Theory]
    [InlineData("6.1", "0: send(n)x6 | 1: TLBx3 CALx3 remote(n)x3 | 2: TLBx3 CALx3 remote(n)x3")]
    [InlineData("6.12", "0: send(-1) | 1: TLB CAL remote(-1) | 2: TLB CAL remote(-1)")]
    public void File_pages_that_two_address_spaces_map_count_by_mapping(string profile, string counted)
    {
        Kernel kernel = KernelCases.With(profile, -1, 0, 1).File(task: 1, pages: 3).File(task: 2, pages: 3);
        kernel.Run(0, KernelCases.MigrateFile(pages: 3));
        Assert.Equal(counted, kernel.Counted());
        Assert.Equal(6, kernel.Tallies[Tally.Unmapped]);
        Assert.Equal((3, 0), kernel.Migrated());
        Assert.Equal([1, 1, 1], kernel.Nodes(mm: 0, pages: 3));
        Assert.Equal([1, 1, 1], kernel.Nodes(mm: 1, pages: 3));
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void File_pages_that_nobody_maps_move_without_a_flush(string profile)
    {
        Kernel kernel = KernelCases.With(profile, 0, 0).File(task: 0, pages: 2);
        kernel.Run(0, new KernelCall(CallKind.Unmap, A: 0, B: 2));
        kernel.Tallies.Clear();
        kernel.Run(0, KernelCases.MigrateFile(pages: 2));
        Assert.Equal("", kernel.Counted());
        Assert.Equal((2, 0), kernel.Migrated());
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void A_2_MiB_folio_takes_one_full_flush_for_each_mapping_which_reaches_lazy_CPUs(string profile)
    {
        Kernel kernel = KernelCases.With(profile, pages: 512, [-1, 0, 0, 1]);
        kernel.Huge(0, 1);
        kernel.Shootdown.EnterLazy(2);
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 512));
        Assert.Equal(
            "0: send(-1)x2 | 1: TLB CAL remote(-1) | 2: TLB CAL switch(0) | 3: TLB CAL remote(-1)",
            kernel.Counted());
        Assert.Equal(0, kernel.Tallies[Tally.BatchFlushes]);
        Assert.Equal(2, kernel.Tallies[Tally.Unmapped]);
        Assert.Equal(1, kernel.Tallies[Tally.HugeMigrated]);
        Assert.Equal((512, 0), kernel.Migrated());
        Assert.Equal([1], kernel.Nodes(mm: 0, pages: 1));
        Assert.Equal(kernel.Spaces.Pte(0, 0), kernel.Spaces.Pte(1, 0));
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData("6.1")]
    [InlineData("6.12")]
    public void PROT_NONE_pages_migrate_without_a_flush_and_are_mapped_again(string profile)
    {
        Kernel kernel = KernelCases.With(profile, -1, 0).Anonymous(task: 1, pages: 4).Scan(task: 1, pages: 4);
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 4, MigrateReason.NumaMisplaced));
        Assert.Equal("", kernel.Counted());
        Assert.Equal(0, kernel.Tallies[Tally.BatchFlushes]);
        Assert.Equal((4, 0), kernel.Migrated());
        Assert.True(kernel.Spaces.Pte(0, 3).Present);
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData("6.1", "0: send(n)x2 | 1: TLBx2 CALx2 remote(n)x2")]
    [InlineData("6.12", "0: send(-1) | 1: TLB CAL remote(-1)")]
    public void PROT_NONE_pages_are_flushed_while_their_scan_is_under_way(string profile, string counted)
    {
        Kernel kernel = KernelCases.With(profile, -1, 0).Anonymous(task: 1, pages: 2).Scan(task: 1, pages: 2);
        kernel.Spaces.ChangesInFlight(0)++;
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 2, MigrateReason.NumaMisplaced));
        Assert.Equal(counted, kernel.Counted());
    }

    [Fact]
    public void A_lazy_CPU_is_left_out_of_the_batch_and_flushes_when_it_returns()
    {
        Kernel kernel = KernelCases.With("6.12", -1, 0, 0).Anonymous(task: 1, pages: 4);
        kernel.Shootdown.EnterLazy(2);
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 4));
        kernel.Shootdown.Enter(2, 0);
        Assert.Equal("0: send(-1) | 1: TLB CAL remote(-1) | 2: switch(-1)", kernel.Counted());
    }

    [Fact]
    public void Pages_that_lie_on_the_target_already_are_no_part_of_the_migration()
    {
        Kernel kernel = KernelCases.With("6.12", -1, 0).Anonymous(task: 1, pages: 4);
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 2));
        kernel.Tallies.Clear();
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 4));
        Assert.Equal((2, 0), kernel.Migrated());
        kernel.Tallies.Clear();
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 4));
        Assert.Equal("", kernel.Counted());
        Assert.Equal((0, 0), kernel.Migrated());
    }
}
