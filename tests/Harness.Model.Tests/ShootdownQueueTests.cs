namespace Harness.Model.Tests;

/// <summary>What do flushes that meet on one CPU cost?</summary>
public sealed class ShootdownQueueTests
{
    private readonly Kernel kernel = KernelCases.With("6.12", 0, 0, 0);

    [Fact]
    public void Two_flushes_queued_to_one_CPU_take_one_interrupt_and_count_as_two()
    {
        kernel.Flushes.BeginRange(0, 0, 0, 1, freedTables: false);
        kernel.Send(task: 0);
        kernel.Flushes.BeginRange(1, 0, 1, 1, freedTables: false);
        kernel.Send(task: 1);
        kernel.FinishFlush(task: 0);
        kernel.FinishFlush(task: 1);
        // CPU 2 has both queued: the first brings it up to date, so that the second emits nothing
        Assert.Equal("0: TLB CAL remote(n) mm(n) send(n) | 1: TLB CAL mm(-1) send(n) | 2: TLBx2 CAL remote(-1)", kernel.Counted());
    }

    [Fact]
    public void Batches_that_follow_another_on_one_CPU_emit_flushes_of_no_pages()
    {
        kernel.Shootdown.Advance(0);
        kernel.BeginBatch(task: 0, 2);
        kernel.BeginBatch(task: 1, 2);
        kernel.Send(task: 0);
        kernel.Send(task: 1);
        Assert.True(kernel.Flushes.Pending(2));
        kernel.Receive(2);
        Assert.Equal("0: send(-1) | 1: send(-1) | 2: TLBx2 CAL remote(-1) remote(0)", kernel.Counted());
        Assert.False(kernel.Flushes.Pending(2));
    }

    [Fact]
    public void A_flush_that_comes_after_the_queue_was_run_takes_an_interrupt_of_its_own()
    {
        kernel.FlushBatch(task: 0, 2);
        kernel.FlushBatch(task: 1, 2);
        Assert.Equal("0: send(-1) | 1: send(-1) | 2: TLBx2 CALx2 remote(0)x2", kernel.Counted());
    }

    [Fact]
    public void A_flush_waits_for_the_last_of_its_CPUs()
    {
        kernel.BeginBatch(task: 0, 1, 2);
        kernel.Send(task: 0);
        Assert.Equal(2, kernel.Flushes.Outstanding(0));
        kernel.Receive(1);
        Assert.False(kernel.Ready(0));
        kernel.Receive(2);
        Assert.True(kernel.Ready(0));
        kernel.Send(task: 0);
        Assert.False(kernel.Flushes.InFlight(0));
    }
}
