using static Harness.Model.Tests.RangeCases;

namespace Harness.Model.Tests;

/// <summary>What do parent and child share after a fork, and what does it cost?</summary>
public sealed class ForkTests
{
    private const VmaFlags Rights = VmaFlags.Read | VmaFlags.Write;

    private static Kernel Forked(params int[] taskMms)
    {
        Kernel kernel = (On("6.12") with { TaskMms = taskMms }).Build().AnonymousRange(0, 2);
        kernel.Store(0, 0, 5);
        kernel.Store(0, 1, 6);
        kernel.Tallies.Clear();
        kernel.Run(0, new KernelCall(CallKind.Fork, 1));
        return kernel;
    }

    [Fact]
    public void The_child_reads_what_the_parent_wrote_from_the_same_frames()
    {
        Kernel kernel = Forked(0, 1);
        Assert.Equal((5, 6), (kernel.Load(1, 0), kernel.Load(1, 1)));
        int frame = kernel.Spaces.Pte(0, 0).Frame;
        Assert.Equal(frame, kernel.Spaces.Pte(1, 0).Frame);
        Assert.Equal((2, 2), (kernel.Frames.MapCount(frame), kernel.Frames.References(frame)));
        Assert.False(kernel.Spaces.Pte(0, 0).Writable);
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Whoever_writes_first_gets_a_copy_and_the_other_keeps_the_page(int writer)
    {
        Kernel kernel = Forked(0, 1);
        int shared = kernel.Spaces.Pte(0, 0).Frame;
        kernel.Store(writer, 0, 9);
        Assert.NotEqual(shared, kernel.Spaces.Pte(writer, 0).Frame);
        Assert.Equal((9, 5), (kernel.Load(writer, 0), kernel.Load(1 - writer, 0)));
        // the page left over is its owner's alone, and needs no copy
        kernel.Store(1 - writer, 0, 4);
        Assert.Equal(shared, kernel.Spaces.Pte(1 - writer, 0).Frame);
        kernel.AssertBalanced();
    }

    [Fact]
    public void The_parent_is_flushed_whole_once_and_everywhere_even_where_it_is_lazy()
    {
        Kernel kernel = (On("6.12") with { TaskMms = [0, 0, 1] }).Build().AnonymousRange(0, 2);
        kernel.Store(0, 0, 5);
        kernel.Shootdown.EnterLazy(1);
        kernel.Tallies.Clear();
        kernel.Run(0, new KernelCall(CallKind.Fork, 1));
        Assert.Equal(1, kernel.Tallies.Total(FlushReason.RemoteIpiSend));
        Assert.Equal(1, kernel.Tallies.Interrupts[1]);
        Assert.Equal(1, kernel.Count(0, FlushReason.LocalMmShootdown, FlushedPages.All));
    }

    [Fact]
    public void A_shared_page_moves_with_both_its_mappings()
    {
        Kernel kernel = (On("6.12") with { TaskMms = [0, 1], Frames = [4, 4] }).Build().AnonymousRange(0, 2);
        kernel.Store(0, 0, 5);
        kernel.Run(0, new KernelCall(CallKind.Fork, 1));
        kernel.Load(1, 0);
        kernel.Tallies.Clear();
        kernel.Run(0, new KernelCall(CallKind.Migrate, 0, 1, 1, (int)MigrateReason.Syscall, 0));
        Assert.Equal((1, 2), (kernel.Tallies[Tally.Migrated], kernel.Tallies[Tally.Unmapped]));
        Assert.Equal(kernel.Spaces.Pte(0, 0).Frame, kernel.Spaces.Pte(1, 0).Frame);
        Assert.Equal((5, 5), (kernel.Load(0, 0), kernel.Load(1, 0)));
        kernel.AssertBalanced();
    }

    [Fact]
    public void A_file_s_pages_are_left_for_the_child_s_faults()
    {
        Kernel kernel = (On("6.12") with { TaskMms = [0, 1] }).Build().FileRange(0, 2, Rights | VmaFlags.Shared);
        long there = kernel.Load(0, 0);
        kernel.Run(0, new KernelCall(CallKind.Fork, 1));
        Assert.True(kernel.Spaces.Pte(1, 0).IsNone);
        Assert.Equal(there, kernel.Load(1, 0));
        kernel.AssertBalanced();
    }
}
