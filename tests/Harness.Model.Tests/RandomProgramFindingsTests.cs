namespace Harness.Model.Tests;

/// <summary>What random programs found, by hand and small.</summary>
public sealed class RandomProgramFindingsTests
{
    private const VmaFlags R = VmaFlags.Read;
    private const VmaFlags W = VmaFlags.Write;
    private const int Slow = 1;

    [Fact]
    public void A_page_without_rights_is_without_rights_after_a_migration()
    {
        Kernel kernel = Built(Profile.Parse("6.12"), [0, 0]);
        kernel.Spaces.Add(0, new Vma(0, 2, R | W, Vma.Anonymous, 0));
        kernel.Store(task: 0, page: 0, 5);
        kernel.Run(0, new KernelCall(CallKind.Protect, 0, 1, (int)VmaFlags.None));
        kernel.Run(0, new KernelCall(CallKind.Migrate, 0, 1, Slow, (int)MigrateReason.Syscall, 0));
        Assert.Equal(1, kernel.Tallies[Tally.Migrated]);
        Assert.Equal(-1, kernel.Load(task: 0, page: 0));
        kernel.Run(0, new KernelCall(CallKind.Protect, 0, 1, (int)R));
        Assert.Equal(5, kernel.Load(task: 0, page: 0));
    }

    [Theory]
    [InlineData(false, 5)]
    [InlineData(true, 6)]
    public void LUF_must_count_a_writable_mapping_that_is_cleared_with_a_flush_of_its_own(bool counted, long seen)
    {
        LufRules rules = new LufRules().WithMissingTriggers() with { CountUndeferred = counted };
        // task 0 alone runs the address space that writes the file; task 1 reads it from another
        Kernel kernel = Built(Profile.Parse("6.12+luf") with { Luf = rules }, [0, 1]);
        kernel.Spaces.Add(0, new Vma(0, 1, R | W | VmaFlags.Shared, 0, 0));
        kernel.Spaces.Add(1, new Vma(0, 1, R | VmaFlags.Shared, 0, 0));
        kernel.Store(task: 0, page: 0, 5);
        Assert.Equal(5, kernel.Load(task: 1, page: 0));
        kernel.Run(0, new KernelCall(CallKind.Migrate, 0, 1, Slow, (int)MigrateReason.Demotion, 0));
        kernel.Store(task: 0, page: 0, 6);
        Assert.Equal(seen, kernel.Load(task: 1, page: 0));
        Assert.Equal(counted ? null : Violation.Rewritten, kernel.Oracle!.First?.What);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LUF_must_flush_a_folio_that_reclaim_could_not_free(bool flushed)
    {
        LufRules rules = new LufRules().WithMissingTriggers() with { FlushKept = flushed };
        Kernel kernel = Built(Profile.Parse("6.12+luf") with { Luf = rules }, [0, 1, -1]);
        for (int mm = 0; mm < 2; mm++) kernel.Spaces.Add(mm, new Vma(0, 3, R | VmaFlags.Shared, 0, 0));
        // page 2 lies beside page 0, so that the two others do not become one free block
        foreach (int page in new[] { 0, 2, 1 }) kernel.Load(task: 0, page);
        kernel.Load(task: 1, page: 0);
        int frame = kernel.Cache.Find(0, 0);
        // task 1 has cleared its mapping in munmap, but still refers to the page
        kernel.Begin(1, new KernelCall(CallKind.Unmap, 0, 3));
        while (kernel.Frames.MapCount(frame) == 2) kernel.Step(1);
        while (!kernel.Spaces.TableIsFree(1, 0, task: 2)) kernel.Step(1);
        kernel.Run(2, new KernelCall(CallKind.Reclaim, 0, 0, 2));
        Assert.Equal(1, kernel.Tallies[Tally.Lazy]);
        kernel.Finish(1);
        // now nothing maps the page or refers to it
        kernel.Run(2, new KernelCall(CallKind.Reclaim, 0, 0, 1));
        Assert.Equal(FrameUse.Free, kernel.Frames.Use(frame));
        kernel.Run(2, new KernelCall(CallKind.KernelPage, Value: 9));
        kernel.Load(task: 0, page: 0);
        Assert.Equal(flushed ? null : Violation.GivenAway, kernel.Oracle!.First?.What);
    }

    [Fact]
    public void A_folio_that_reclaim_could_not_free_keeps_its_frame_until_the_flush_though_it_is_dropped_meanwhile()
    {
        Kernel kernel = Built(Profile.Parse("6.12"), [0, 0, -1]);
        kernel.Spaces.Add(0, new Vma(0, 1, R | VmaFlags.Shared, 0, 0));
        kernel.Load(task: 0, page: 0);
        int frame = kernel.Cache.Find(0, 0);
        kernel.Frames.Set(frame, FolioFlags.Dirty);
        kernel.Begin(2, new KernelCall(CallKind.Reclaim, 0, 0, 1));
        while (kernel.Frames.MapCount(frame) > 0 || kernel.Frames.Has(frame, FolioFlags.Locked)) kernel.Step(2);
        kernel.Run(1, new KernelCall(CallKind.Invalidate, 0, 0, Value: 9));
        Assert.Equal(-1, kernel.Cache.Find(0, 0));
        Assert.Equal(FrameUse.File, kernel.Frames.Use(frame));
        kernel.Finish(2);
        Assert.Equal(FrameUse.Free, kernel.Frames.Use(frame));
    }

    [Fact]
    public void A_range_that_is_being_unmapped_is_still_found_through_its_pages()
    {
        Kernel kernel = Built(Profile.Parse("6.12"), [0, 0, -1]);
        kernel.Spaces.Add(0, new Vma(0, 2, R | VmaFlags.Shared, 0, 0));
        kernel.Load(task: 0, page: 0);
        kernel.Begin(0, new KernelCall(CallKind.Unmap, 0, 2));
        while (kernel.Spaces.CanWrite(0)) kernel.Step(0);
        kernel.Run(2, new KernelCall(CallKind.Reclaim, 0, 0, 1));
        Assert.Equal(1, kernel.Tallies[Tally.Reclaimed]);
        kernel.Finish(0);
        Assert.False(Audit.Leaks(kernel));
    }

    [Fact]
    public void A_hinted_page_loses_its_right_to_write_and_the_hint_fault_gives_it_back()
    {
        Kernel kernel = Built(Profile.Parse("6.12"), [0, 0]);
        kernel.Spaces.Add(0, new Vma(0, 1, R | W, Vma.Anonymous, 0));
        kernel.Store(task: 0, page: 0, 5);
        kernel.Run(1, new KernelCall(CallKind.Scan, 0, 1));
        Assert.False(kernel.Spaces.Pte(0, 0).Writable);
        kernel.Tallies.Clear();
        kernel.Store(task: 0, page: 0, 6);
        Assert.Equal(1, kernel.Tallies[Tally.Faults]);
        Assert.True(kernel.Spaces.Pte(0, 0).Writable);
    }

    private static Kernel Built(Profile profile, IReadOnlyList<int> mms) =>
        new SmallKernel { Profile = profile, TaskMms = mms, Pages = 3, FilePages = 3, Frames = [4, 4] }.Build();
}
