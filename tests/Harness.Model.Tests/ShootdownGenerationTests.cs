namespace Harness.Model.Tests;

/// <summary>When does a CPU flush pages, when everything, and when nothing?</summary>
public sealed class ShootdownGenerationTests
{
    private readonly Kernel kernel = KernelCases.With("6.12", 0, 0);

    [Fact]
    public void A_CPU_that_missed_nothing_flushes_just_the_pages()
    {
        long before = kernel.Shootdown.FullFlushes(1);
        kernel.Flush(task: 0, mm: 0, start: 1, pages: 2);
        Assert.Equal("0: mm(n) send(n) | 1: TLB CAL remote(n)", kernel.Counted());
        Assert.Equal(before, kernel.Shootdown.FullFlushes(1));
    }

    [Fact]
    public void A_CPU_that_is_two_generations_behind_flushes_everything()
    {
        long before = kernel.Shootdown.FullFlushes(1);
        kernel.Shootdown.Advance(0);
        kernel.Flush(task: 0, mm: 0);
        Assert.Equal("0: mm(-1) send(n) | 1: TLB CAL remote(-1)", kernel.Counted());
        Assert.Equal(before + 1, kernel.Shootdown.FullFlushes(1));
        Assert.Equal(kernel.Shootdown.Generation(0), kernel.Shootdown.FlushedTo(1));
    }

    [Fact]
    public void A_flush_that_another_change_overtook_becomes_a_full_one_up_to_that_change()
    {
        kernel.Flushes.BeginRange(0, 0, 0, 1, freedTables: false);
        kernel.Shootdown.Advance(0);
        kernel.FinishFlush(task: 0);
        Assert.Equal("0: mm(-1) send(n) | 1: TLB CAL remote(-1)", kernel.Counted());
        Assert.Equal(3, kernel.Shootdown.FlushedTo(1));
    }

    [Fact]
    public void A_page_flush_that_was_caught_up_with_counts_the_interrupt_and_emits_nothing()
    {
        kernel.Flushes.BeginRange(0, 0, 0, 1, freedTables: false);
        kernel.Send(task: 0);
        kernel.Shootdown.Run(1, new FlushRequest(0, 2, 0, FlushRequest.Full, false), sender: true);
        kernel.Tallies.Clear();
        kernel.Receive(1);
        Assert.Equal("1: TLB", kernel.Counted());
    }

    [Fact]
    public void A_batch_on_a_CPU_that_is_up_to_date_emits_a_flush_of_no_pages()
    {
        kernel.FlushBatch(task: 0, 0, 1);
        Assert.Equal("0: local(0) send(-1) | 1: TLB CAL remote(0)", kernel.Counted());
    }

    [Fact]
    public void A_batch_on_a_CPU_that_is_behind_flushes_everything()
    {
        kernel.Shootdown.Advance(0);
        kernel.FlushBatch(task: 0, 0, 1);
        Assert.Equal("0: local(-1) send(-1) | 1: TLB CAL remote(-1)", kernel.Counted());
    }

    [Fact]
    public void A_CPU_without_a_user_address_space_counts_the_interrupt_and_emits_nothing()
    {
        Kernel idle = KernelCases.With("6.12", 0, -1);
        idle.FlushBatch(task: 0, 1);
        Assert.Equal("0: send(-1) | 1: TLB CAL", idle.Counted());
    }

    [Fact]
    public void A_page_flush_drops_the_translation_of_that_page_only()
    {
        kernel.Anonymous(task: 1, pages: 2);
        kernel.Flush(task: 0, mm: 0, start: 1);
        int asid = kernel.Shootdown.Asid(1);
        Assert.True(kernel.Tlb!.Lookup(1, asid, 0, TlbAccess.Load, out _));
        Assert.False(kernel.Tlb.Lookup(1, asid, 1, TlbAccess.Load, out _));
    }
}
