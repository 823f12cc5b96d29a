namespace Harness.Model.Tests;

/// <summary>What do others see of a page under migration, and what is left of its mapping afterwards?</summary>
public sealed class MigrateEntryTests
{
    [Theory]
    [InlineData("6.12")]
    [InlineData("6.1")]
    public void A_task_that_touches_a_page_under_migration_sleeps_on_the_folio_and_goes_on_after_its_unlocking(string profile)
    {
        Kernel kernel = KernelCases.With(profile, -1, 0, 0).Anonymous(task: 1, pages: 1);
        int source = kernel.Spaces.Pte(0, 0).Frame;
        UnmapFirst(kernel);
        kernel.Begin(2, new KernelCall(CallKind.Access, A: 0));
        Assert.False(kernel.Continue(2));
        Assert.Equal(new Waiting(WaitKind.Folio, source, 0), kernel.Waiting(2));
        Assert.True(kernel.Frames.Has(source, FolioFlags.Locked));
        Assert.True(kernel.Spaces.CanWrite(0));
        Assert.True(kernel.Continue(0));
        Assert.True(kernel.Ready(2));
        Assert.True(kernel.Continue(2));
        Assert.Equal(1000, kernel.Answer(2));
        Assert.Equal(0, kernel.Oracle!.Violations);
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_store_that_waited_for_the_migration_reaches_the_new_frame()
    {
        Kernel kernel = KernelCases.With("6.12", -1, 0, 0).Anonymous(task: 1, pages: 1);
        UnmapFirst(kernel);
        kernel.Begin(2, new KernelCall(CallKind.Access, A: 0, B: 1, Value: 7));
        Assert.False(kernel.Continue(2));
        Assert.True(kernel.Continue(0));
        Assert.True(kernel.Continue(2));
        Pte pte = kernel.Spaces.Pte(0, 0);
        Assert.Equal(1, kernel.Allocator.NodeOf(pte.Frame));
        Assert.Equal(7, kernel.Frames.Content(pte.Frame));
        Assert.Equal(7, kernel.Load(1, 0));
        Assert.Equal(0, kernel.Oracle!.Violations);
    }

    [Fact]
    public void A_migration_entry_keeps_the_frame_the_write_right_and_the_dirty_bit()
    {
        Kernel kernel = KernelCases.With("6.12", -1, 0).Anonymous(task: 1, pages: 1);
        int source = kernel.Spaces.Pte(0, 0).Frame;
        UnmapFirst(kernel);
        Pte entry = kernel.Spaces.Pte(0, 0);
        Assert.Equal((false, true, true, source), (entry.Present, entry.Writable, entry.Dirty, entry.Frame));
        Assert.Equal(0, kernel.Frames.MapCount(source));
    }

    [Theory]
    [InlineData("6.12", true)]
    [InlineData("6.12", false)]
    [InlineData("6.1", true)]
    [InlineData("6.1", false)]
    public void The_content_the_right_to_write_and_the_dirty_bit_are_after_the_migration_what_they_were(string profile, bool stored)
    {
        Kernel kernel = KernelCases.With(profile, -1, 0).Anonymous(task: 1, pages: 2, stored);
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 2));
        Pte pte = kernel.Spaces.Pte(0, 1);
        Assert.Equal((true, true, stored), (pte.Present, pte.Writable, pte.Dirty));
        Assert.Equal(stored, kernel.Frames.Has(pte.Frame, FolioFlags.Dirty));
        Assert.Equal(stored ? 1001 : 0, kernel.Load(1, 1));
    }

    [Theory]
    [InlineData("6.12")]
    [InlineData("6.1")]
    public void A_page_that_could_only_be_read_can_only_be_read_afterwards(string profile)
    {
        Kernel kernel = KernelCases.With(profile, -1, 0).File(task: 1, pages: 1);
        kernel.Run(0, KernelCases.MigrateFile(pages: 1));
        Pte pte = kernel.Spaces.Pte(0, 0);
        Assert.Equal((true, false, false), (pte.Present, pte.Writable, pte.Dirty));
        Assert.Equal(100, kernel.Load(1, 0));
        kernel.Store(1, 0, 5);
        Assert.Equal(1, kernel.Tallies[Tally.Refused]);
        Assert.Equal(100, kernel.Frames.Content(kernel.Cache.Find(0, 0)));
    }

    [Fact]
    public void Rights_and_the_dirty_bit_survive_a_migration_that_fails()
    {
        Kernel kernel = KernelCases.With("6.12", -1, 0).Anonymous(task: 1, pages: 1);
        Pte before = kernel.Spaces.Pte(0, 0);
        kernel.Frames.References(before.Frame)++;
        kernel.Run(0, KernelCases.Migrate(mm: 0, pages: 1));
        Assert.Equal((0, 1), kernel.Migrated());
        Assert.Equal(before, kernel.Spaces.Pte(0, 0));
    }

    [Fact]
    public void A_migration_entry_whose_range_loses_the_right_to_write_comes_back_without_it()
    {
        Kernel kernel = KernelCases.With("6.12", -1, 0).Anonymous(task: 1, pages: 1);
        UnmapFirst(kernel);
        kernel.Run(1, new KernelCall(CallKind.Protect, A: 0, B: 1, C: (int)VmaFlags.Read));
        Assert.True(kernel.Continue(0));
        Pte pte = kernel.Spaces.Pte(0, 0);
        Assert.Equal((true, false), (pte.Present, pte.Writable));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_page_of_a_range_that_allows_nothing_is_out_of_reach_after_its_migration_too(bool closedFirst)
    {
        Kernel kernel = KernelCases.With("6.12", -1, 0).Anonymous(task: 1, pages: 1);
        var close = new KernelCall(CallKind.Protect, A: 0, B: 1, C: (int)VmaFlags.None);
        if (closedFirst) kernel.Run(1, close);
        UnmapFirst(kernel);
        if (!closedFirst) kernel.Run(1, close);
        Assert.True(kernel.Continue(0));
        Assert.Equal((1, 0), kernel.Migrated());
        kernel.Load(1, 0);
        Assert.Equal(-1, kernel.Answer(1));
        Assert.Equal(1, kernel.Tallies[Tally.Refused]);
        kernel.AssertBalanced();
    }

    /// <summary>Task 0 migrates page 0 of address space 0 and has put its migration entry in place.</summary>
    private static void UnmapFirst(Kernel kernel)
    {
        kernel.Begin(0, KernelCases.Migrate(mm: 0, pages: 1));
        while (!kernel.Spaces.Pte(0, 0).IsEntry)
        {
            if (!kernel.Ready(0)) kernel.DeliverAll();
            kernel.Step(0);
        }
    }
}
