using static Harness.Model.Tests.RangeCases;
using static Harness.Model.VmaFlags;

namespace Harness.Model.Tests;

/// <summary>What the oracle reports when CPU 1 still holds an old translation, and what it must not.</summary>
public class OracleTests
{
    [Fact]
    public void A_load_through_a_frame_given_to_someone_else_is_reported_even_when_it_holds_the_same()
    {
        Kernel kernel = (On("6.12") with { Frames = [1] }).Build().FileRange(0, 4);
        ulong old = LoadedBy1(kernel);
        kernel.Reclaim(0, 0, 1);
        kernel.Run(0, new KernelCall(CallKind.KernelPage, Value: 100));
        PutBack(kernel, old);
        Assert.Equal(100, kernel.Load(1, 0));
        Assert.Equal(new Report(Violation.GivenAway, 1, 0, 0, 0, 100, 0), kernel.Oracle!.First);
        kernel.AssertBalanced(violations: 1);
    }

    [Fact]
    public void A_load_of_old_content_is_reported_with_what_it_should_have_seen()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4);
        ulong old = LoadedBy1(kernel);
        int frame = new Pte(old).Frame;
        kernel.Invalidate(0, 0, 7);
        PutBack(kernel, old);
        Assert.Equal(100, kernel.Load(1, 0));
        Assert.Equal(new Report(Violation.Rewritten, 1, 0, 0, frame, 100, 7), kernel.Oracle!.First);
        kernel.AssertBalanced(violations: 1);
    }

    [Fact]
    public void A_load_past_a_private_copy_is_reported()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4, Read | Write);
        ulong old = LoadedBy1(kernel);
        kernel.Store(0, 0, 7);
        PutBack(kernel, old);
        kernel.Load(1, 0);
        Assert.Equal(Violation.Rewritten, kernel.Oracle!.First?.What);
        kernel.AssertBalanced(violations: 1);
    }

    [Fact]
    public void A_store_into_the_frame_a_page_has_left_is_reported()
    {
        Kernel kernel = TwoNodes();
        ulong old = StoredBy1(kernel);
        kernel.Migrate(0, 0, 1, node: 1);
        PutBack(kernel, old);
        kernel.Store(1, 0, 8);
        Assert.Equal(Violation.LostWrite, kernel.Oracle!.First?.What);
        Assert.Equal(7, kernel.Load(0, 0));
        kernel.AssertBalanced(violations: 1);
    }

    [Fact]
    public void A_store_after_the_right_to_write_went_is_reported_and_a_load_is_not()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        ulong old = StoredBy1(kernel);
        kernel.Protect(0, 0, 4, Read);
        PutBack(kernel, old);
        kernel.Load(1, 0);
        Assert.Null(kernel.Oracle!.First);
        kernel.Store(1, 0, 8);
        Assert.Equal(Violation.RightsShrunk, kernel.Oracle.First?.What);
        kernel.AssertBalanced(violations: 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_load_after_all_rights_or_the_range_went_is_reported(bool unmap)
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        ulong old = StoredBy1(kernel);
        if (unmap) kernel.Munmap(0, 0, 4);
        else kernel.Protect(0, 0, 4, None);
        PutBack(kernel, old);
        kernel.Load(1, 0);
        Assert.Equal(Violation.RightsShrunk, kernel.Oracle!.First?.What);
        kernel.AssertBalanced(violations: 1);
    }

    [Fact]
    public void Only_the_first_wrong_access_is_kept_and_all_are_counted()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4);
        PutBack(kernel, InvalidatedUnder1(kernel));
        kernel.Load(1, 0);
        Report? first = kernel.Oracle!.First;
        kernel.Load(1, 0);
        Assert.Equal(first, kernel.Oracle.First);
        Assert.Equal(2, kernel.Oracle.Violations);
        kernel.Oracle.Clear();
        Assert.Null(kernel.Oracle.First);
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_load_of_an_old_copy_that_is_still_equal_is_none()
    {
        Kernel kernel = TwoNodes();
        ulong old = StoredBy1(kernel);
        kernel.Migrate(0, 0, 1, node: 1);
        PutBack(kernel, old);
        Assert.Equal(7, kernel.Load(1, 0));
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_load_of_an_old_copy_is_one_as_soon_as_the_page_is_written()
    {
        Kernel kernel = TwoNodes();
        ulong old = StoredBy1(kernel);
        kernel.Migrate(0, 0, 1, node: 1);
        kernel.Store(0, 0, 8);
        PutBack(kernel, old);
        kernel.Load(1, 0);
        Assert.Equal(Violation.Rewritten, kernel.Oracle!.First?.What);
        kernel.AssertBalanced(violations: 1);
    }

    [Fact]
    public void While_munmap_is_under_way_either_state_may_be_seen_until_it_returns()
    {
        Kernel kernel = On("6.12").Build().AnonymousRange(0, 4);
        ulong old = StoredBy1(kernel);
        kernel.Begin(0, new KernelCall(CallKind.Unmap, 0, 4));
        do
        {
            PutBack(kernel, old);
            Assert.Equal(7, kernel.Load(1, 0));
            Assert.Null(kernel.Oracle!.First);
        }
        while (kernel.Advance(0));
        PutBack(kernel, old);
        kernel.Load(1, 0);
        Assert.Equal(Violation.RightsShrunk, kernel.Oracle.First?.What);
        kernel.AssertBalanced(violations: 1);
    }

    [Fact]
    public void While_a_file_page_is_invalidated_either_content_may_be_seen_until_that_returns()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4);
        ulong old = LoadedBy1(kernel);
        kernel.Begin(0, new KernelCall(CallKind.Invalidate, 0, 0, Value: 7));
        do
        {
            PutBack(kernel, old);
            Assert.Equal(100, kernel.Load(1, 0));
            Assert.Null(kernel.Oracle!.First);
        }
        while (kernel.Advance(0));
        PutBack(kernel, old);
        kernel.Load(1, 0);
        Assert.Equal(Violation.Rewritten, kernel.Oracle.First?.What);
        kernel.AssertBalanced(violations: 1);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void A_store_between_the_clearing_and_its_batch_s_flush_is_reported_only_by_a_strict_oracle(bool strict, long violations)
    {
        Kernel kernel = (On("6.12") with { Strict = strict }).Build().FileRange(0, 4, Read | Write | Shared);
        StoredBy1(kernel);
        kernel.Begin(0, new KernelCall(CallKind.Reclaim, 0, 0, 1));
        kernel.AdvanceUntil(0, () => kernel.Spaces.Pte(0, 0).IsNone);
        kernel.Store(1, 0, 8);
        Assert.Equal(strict ? Violation.LostWrite : null, kernel.Oracle!.First?.What);
        kernel.FinishCall(0);
        Assert.Equal(8, kernel.Load(1, 0));
        kernel.AssertBalanced(violations);
    }

    [Fact]
    public void A_store_after_the_batch_s_flush_is_reported()
    {
        Kernel kernel = On("6.12").Build().FileRange(0, 4, Read | Write | Shared);
        ulong old = StoredBy1(kernel);
        kernel.Reclaim(0, 0, 1);
        PutBack(kernel, old);
        kernel.Store(1, 0, 8);
        Assert.Equal(Violation.LostWrite, kernel.Oracle!.First?.What);
        kernel.AssertBalanced(violations: 1);
    }

    [Fact]
    public void A_kernel_that_copies_before_it_flushes_loses_a_store()
    {
        Profile wrong = Profile.Parse("6.12") with { FlushesBeforeCopy = false };
        Kernel kernel = (On("6.12") with { Profile = wrong, Frames = [4, 4] }).Build().AnonymousRange(0, 4);
        StoredBy1(kernel);
        kernel.Begin(0, new KernelCall(CallKind.Migrate, 0, 1, 1, (int)MigrateReason.Demotion));
        kernel.AdvanceUntil(0, () => kernel.Spaces.Pte(0, 0) is { Present: true } pte && kernel.Allocator.NodeOf(pte.Frame) == 1);
        kernel.Store(1, 0, 8);
        kernel.FinishCall(0);
        Assert.Equal(7, kernel.Load(0, 0));
        Assert.Equal(Violation.LostWrite, kernel.Oracle!.First?.What);
        kernel.AssertBalanced(violations: 1);
    }

    [Fact]
    public void A_kernel_that_ignores_pending_batches_lets_munmap_return_with_a_translation_left()
    {
        AssertSeen(Profile.Parse("6.12"), null);
        AssertSeen(Profile.Parse("6.12") with { ChecksPendingBatches = false }, Violation.RightsShrunk);

        static void AssertSeen(Profile profile, Violation? expected)
        {
            Kernel kernel = (On("6.12") with { Profile = profile, TaskMms = [0, 0, -1] }).Build().FileRange(0, 4, Read | Write | Shared);
            StoredBy1(kernel);
            // a kernel thread has cleared the mapping and not flushed yet
            kernel.Begin(2, new KernelCall(CallKind.Reclaim, 0, 0, 1));
            kernel.AdvanceUntil(2, () => kernel.Spaces.Pte(0, 0).IsNone);
            kernel.Munmap(0, 0, 1);
            kernel.Load(1, 0);
            kernel.FinishCall(2);
            kernel.Load(1, 0);
            Assert.Equal(expected, kernel.Oracle!.First?.What);
            kernel.AssertBalanced(expected is null ? 0 : 1);
        }
    }

    private static Kernel TwoNodes() => (On("6.12") with { Frames = [4, 4] }).Build().AnonymousRange(0, 4);

    /// <summary>CPU 1 loads page 0.</summary>
    /// <returns>The translation it holds since.</returns>
    private static ulong LoadedBy1(Kernel kernel)
    {
        kernel.Load(1, 0);
        Assert.True(kernel.Tlb!.Lookup(1, kernel.Shootdown.Asid(1), 0, TlbAccess.Load, out ulong word));
        return word;
    }

    /// <summary>CPU 1 stores 7 to page 0.</summary>
    private static ulong StoredBy1(Kernel kernel)
    {
        kernel.Store(1, 0, 7);
        return LoadedBy1(kernel);
    }

    private static ulong InvalidatedUnder1(Kernel kernel)
    {
        ulong old = LoadedBy1(kernel);
        kernel.Invalidate(0, 0, 7);
        return old;
    }

    /// <summary>CPU 1 holds an old translation of page 0 as if it had not been flushed.</summary>
    private static void PutBack(Kernel kernel, ulong word)
    {
        kernel.Tlb!.FlushPage(1, kernel.Shootdown.Asid(1), 0);
        kernel.Tlb.Fill(1, kernel.Shootdown.Asid(1), 0, TlbAccess.Load, word, huge: false, global: false);
    }
}
