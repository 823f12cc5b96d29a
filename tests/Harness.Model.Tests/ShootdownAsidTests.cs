namespace Harness.Model.Tests;

/// <summary>How many address spaces does a CPU's TLB tell apart?</summary>
public sealed class ShootdownAsidTests
{
    private readonly Kernel kernel = KernelCases.With("6.12", 0, 1, 2, 3, 4, 5, 6);

    [Fact]
    public void A_new_address_space_takes_the_next_of_six_tags_in_turn_and_flushes_it()
    {
        Assert.Equal(1, kernel.Shootdown.Asid(0));
        int[] tags = [.. Enumerable.Range(1, 6).Select(Enter)];
        Assert.Equal([2, 3, 4, 5, 0, 1], tags);
        Assert.Equal("0: switch(-1)x6", kernel.Counted());
    }

    [Fact]
    public void Six_address_spaces_switch_without_a_flush()
    {
        for (int mm = 1; mm < 6; mm++) Enter(mm);
        kernel.Tallies.Clear();
        for (int mm = 0; mm < 6; mm++) Enter(mm);
        Assert.Equal("0: switch(0)x6", kernel.Counted());
    }

    [Fact]
    public void The_seventh_takes_the_tag_of_the_first_which_must_flush_another_when_it_returns()
    {
        for (int mm = 1; mm < 7; mm++) Enter(mm);
        kernel.Tallies.Clear();
        Assert.Equal(2, Enter(0));
        Assert.Equal("0: switch(-1)", kernel.Counted());
        Assert.Equal(5, Enter(4));
        Assert.Equal("0: switch(-1) switch(0)", kernel.Counted());
        Assert.Equal(3, Enter(1));
        Assert.Equal("0: switch(-1)x2 switch(0)", kernel.Counted());
    }

    [Fact]
    public void An_address_space_that_changed_meanwhile_keeps_its_tag_and_is_flushed_on_return()
    {
        Enter(1);
        kernel.Shootdown.Advance(0);
        kernel.Tallies.Clear();
        Assert.Equal(1, Enter(0));
        Assert.Equal("0: switch(-1)", kernel.Counted());
        Assert.Equal(kernel.Shootdown.Generation(0), kernel.Shootdown.FlushedTo(0));
    }

    [Fact]
    public void The_kernels_own_address_space_has_a_tag_until_six_others_took_all()
    {
        kernel.Shootdown.EnterLazy(0);
        kernel.Flush(task: 1, mm: 0, freedTables: true);
        Assert.Equal("0: TLB CAL switch(0) | 1: send(n)", kernel.Counted());
        Assert.Equal(0, kernel.Shootdown.Asid(0));
        for (int mm = 0; mm < 6; mm++) Enter(mm);
        kernel.Tallies.Clear();
        kernel.Shootdown.EnterLazy(0);
        kernel.Flush(task: 6, mm: 5, freedTables: true);
        Assert.Equal("0: TLB CAL switch(-1) | 5: TLB CAL remote(n) | 6: send(n)", kernel.Counted());
    }

    [Fact]
    public void Without_tags_every_switch_flushes()
    {
        var tallies = new Tallies(1);
        var shootdown = new Shootdown(new StateArrays(), 1, 2, tagged: false, null, Profile.Parse("6.12"), tallies);
        for (int i = 0; i < 4; i++) Assert.True(shootdown.Enter(0, i % 2));
        Assert.Equal(4, tallies.Flushes[Tallies.At(0, FlushReason.TaskSwitch, FlushedPages.All)]);
        Assert.Equal(4, tallies.Flushes.Sum());
        Assert.Equal(4, shootdown.FullFlushes(0));
    }

    private int Enter(int mm)
    {
        kernel.Shootdown.Enter(0, mm);
        return kernel.Shootdown.Asid(0);
    }
}
