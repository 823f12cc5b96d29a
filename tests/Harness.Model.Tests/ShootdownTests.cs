namespace Harness.Model.Tests;

/// <summary>Which events does each path of a flush emit?</summary>
public sealed class ShootdownTests
{
    private const int Self = 0;
    private const int Other = 1;

    private readonly Tallies tallies = new(2);
    private readonly Shootdown shootdown;

    public ShootdownTests()
    {
        shootdown = new Shootdown(2, Profile.Parse("6.1"), tallies);
        shootdown.Enter(Self);
        shootdown.Enter(Other);
        tallies.Clear();
    }

    [Fact]
    public void A_lazy_CPU_is_skipped_but_the_send_is_still_traced_and_the_CPU_flushes_when_it_returns()
    {
        shootdown.EnterLazy(Other);
        shootdown.Advance();
        shootdown.Send(Self);
        Assert.Equal(0, shootdown.Targets.Length);
        Assert.Equal(1, Count(Self, FlushReason.RemoteIpiSend));
        Assert.True(shootdown.Enter(Other));
        Assert.Equal(1, Count(Other, FlushReason.TaskSwitch));
        Assert.Equal(shootdown.Generation, shootdown.FlushedTo(Other));
    }

    [Fact]
    public void Returning_from_lazy_mode_up_to_date_emits_nothing()
    {
        shootdown.EnterLazy(Other);
        Assert.False(shootdown.Enter(Other));
        Assert.Equal(0, Count(Other, FlushReason.TaskSwitch));
    }

    [Fact]
    public void A_CPU_that_turned_lazy_under_way_counts_the_interrupt_and_drops_the_address_space()
    {
        long generation = shootdown.Advance();
        shootdown.Send(Self);
        shootdown.EnterLazy(Other);
        shootdown.Receive(Other, batch: false, generation);
        Assert.Equal(1, tallies.Interrupts[Other]);
        Assert.Equal(0, Count(Other, FlushReason.RemoteShootdown));
        Assert.Equal(1, Count(Other, FlushReason.TaskSwitch));
        Assert.False(shootdown.AnyOtherInMask(Self));
        Assert.True(shootdown.Enter(Other));
        Assert.True(shootdown.AnyOtherInMask(Self));
        Assert.Equal(2, Count(Other, FlushReason.TaskSwitch));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void A_CPU_already_up_to_date_traces_only_a_batch(bool batch, int traced)
    {
        long generation = shootdown.Advance();
        shootdown.Receive(Other, batch, generation);
        tallies.Clear();
        shootdown.Receive(Other, batch, generation);
        Assert.Equal(1, tallies.Interrupts[Other]);
        Assert.Equal(traced, Count(Other, FlushReason.RemoteShootdown));
    }

    [Fact]
    public void A_page_flush_that_comes_after_a_missed_one_becomes_a_full_flush()
    {
        long before = shootdown.FullFlushes(Other);
        shootdown.Receive(Other, batch: false, shootdown.Advance());
        Assert.Equal(before, shootdown.FullFlushes(Other));
        shootdown.Advance();
        shootdown.Receive(Other, batch: false, shootdown.Advance());
        Assert.Equal(before + 1, shootdown.FullFlushes(Other));
    }

    private long Count(int cpu, FlushReason reason) => tallies.Flushes[cpu * Tallies.Reasons + (int)reason];
}
