namespace Harness.Model.Tests;

/// <summary>What do flushes do about CPUs in lazy TLB mode?</summary>
public sealed class ShootdownLazyTests
{
    private readonly Kernel kernel = KernelCases.With("6.12", 0, 0);

    [Fact]
    public void A_lazy_CPU_is_skipped_though_the_send_is_traced_and_it_flushes_everything_when_it_returns()
    {
        kernel.Shootdown.EnterLazy(1);
        kernel.Flush(task: 0, mm: 0);
        Assert.Equal("0: mm(n) send(n)", kernel.Counted());
        Assert.True(kernel.Shootdown.Enter(1, 0));
        Assert.Equal("0: mm(n) send(n) | 1: switch(-1)", kernel.Counted());
        Assert.Equal(kernel.Shootdown.Generation(0), kernel.Shootdown.FlushedTo(1));
    }

    [Fact]
    public void A_batch_skips_lazy_CPUs_too()
    {
        kernel.Shootdown.EnterLazy(1);
        kernel.Shootdown.Advance(0);
        kernel.FlushBatch(task: 0, 0, 1);
        Assert.Equal("0: local(-1) send(-1)", kernel.Counted());
    }

    [Fact]
    public void A_lazy_sender_among_others_leaves_itself_out()
    {
        kernel.Shootdown.EnterLazy(0);
        kernel.Shootdown.Advance(0);
        kernel.FlushBatch(task: 0, 0, 1);
        Assert.Equal("0: send(-1) | 1: TLB CAL remote(-1)", kernel.Counted());
    }

    [Fact]
    public void A_lazy_sender_alone_in_the_mask_drops_the_address_space()
    {
        kernel.Shootdown.EnterLazy(0);
        kernel.Shootdown.Advance(0);
        kernel.FlushBatch(task: 0, 0);
        Assert.Equal("0: switch(0)", kernel.Counted());
        Assert.Equal(Shootdown.NoMm, kernel.Shootdown.Loaded(0));
    }

    [Fact]
    public void Returning_up_to_date_emits_nothing()
    {
        kernel.Shootdown.EnterLazy(1);
        Assert.False(kernel.Shootdown.Enter(1, 0));
        Assert.Equal("", kernel.Counted());
    }

    [Fact]
    public void Several_flushes_missed_are_made_up_for_by_one()
    {
        kernel.Shootdown.EnterLazy(1);
        for (int i = 0; i < 5; i++) kernel.Flush(task: 0, mm: 0, start: i % 4);
        kernel.Shootdown.Enter(1, 0);
        Assert.Equal("0: mm(n)x5 send(n)x5 | 1: switch(-1)", kernel.Counted());
    }

    [Fact]
    public void A_CPU_that_turned_lazy_under_way_counts_the_interrupt_and_drops_the_address_space()
    {
        kernel.Flushes.BeginRange(0, 0, 0, 1, freedTables: false);
        kernel.Send(task: 0);
        kernel.Shootdown.EnterLazy(1);
        kernel.FinishFlush(task: 0);
        Assert.Equal("0: mm(n) send(n) | 1: TLB CAL switch(0)", kernel.Counted());
        Assert.Equal(0b01UL, kernel.Mask(0));
        Assert.Equal(Shootdown.NoMm, kernel.Shootdown.Loaded(1));
        Assert.True(kernel.Shootdown.Enter(1, 0));
        Assert.Equal(0b11UL, kernel.Mask(0));
        Assert.Equal("0: mm(n) send(n) | 1: TLB CAL switch(-1) switch(0)", kernel.Counted());
    }

    [Fact]
    public void A_CPU_that_switched_away_under_way_counts_the_interrupt_and_does_nothing()
    {
        Kernel two = KernelCases.With("6.12", 0, 0, 1);
        two.Flushes.BeginRange(0, 0, 0, 1, freedTables: false);
        two.Send(task: 0);
        two.Shootdown.Enter(1, 1);
        two.FinishFlush(task: 0);
        Assert.Equal("0: mm(n) send(n) | 1: TLB CAL switch(-1)", two.Counted());
    }

    [Fact]
    public void A_nap_turns_flushes_into_one_at_its_end()
    {
        kernel.Begin(1, new KernelCall(CallKind.Nap));
        kernel.Step(1);
        kernel.Flush(task: 0, mm: 0);
        Assert.True(kernel.Continue(1));
        Assert.Equal("0: mm(n) send(n) | 1: switch(-1)", kernel.Counted());
    }
}
