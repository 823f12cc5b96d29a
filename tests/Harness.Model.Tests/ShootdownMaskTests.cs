namespace Harness.Model.Tests;

/// <summary>Which CPUs are in an address space's mask, and what does a flush of it cost them?</summary>
public sealed class ShootdownMaskTests
{
    [Fact]
    public void A_CPU_that_switches_to_another_user_address_space_leaves_the_mask_of_the_first()
    {
        Kernel kernel = KernelCases.With("6.12", 0, 0, 1);
        Assert.Equal(0b011UL, kernel.Mask(0));
        kernel.Shootdown.Enter(1, 1);
        Assert.Equal(0b001UL, kernel.Mask(0));
        Assert.Equal(0b110UL, kernel.Mask(1));
        Assert.Equal("1: switch(-1)", kernel.Counted());
    }

    [Fact]
    public void A_CPU_that_runs_a_kernel_thread_stays_in_the_mask()
    {
        Kernel kernel = KernelCases.With("6.12", 0, 0);
        kernel.Shootdown.EnterLazy(1);
        Assert.Equal(0b11UL, kernel.Mask(0));
        Assert.Equal(0, kernel.Shootdown.Loaded(1));
        Assert.Equal("", kernel.Counted());
    }

    [Fact]
    public void A_switch_between_threads_of_one_address_space_emits_nothing()
    {
        Kernel kernel = KernelCases.With("6.12", 0);
        Assert.False(kernel.Shootdown.Enter(0, 0));
        Assert.Equal("", kernel.Counted());
    }

    [Fact]
    public void A_page_flush_interrupts_the_CPUs_of_the_mask_and_no_others()
    {
        Kernel kernel = KernelCases.With("6.12", 0, 0, 1, 0);
        kernel.Flush(task: 0, mm: 0);
        Assert.Equal("0: mm(n) send(n) | 1: TLB CAL remote(n) | 3: TLB CAL remote(n)", kernel.Counted());
    }

    [Fact]
    public void Alone_in_the_mask_a_CPU_flushes_itself_and_sends_nothing()
    {
        Kernel kernel = KernelCases.With("6.12", 0, 1);
        kernel.Flush(task: 0, mm: 0);
        Assert.Equal("0: mm(n)", kernel.Counted());
    }

    [Fact]
    public void A_flush_from_a_CPU_outside_the_mask_runs_only_on_the_others()
    {
        Kernel kernel = KernelCases.With("6.12", 1, 0);
        kernel.Flush(task: 0, mm: 0);
        Assert.Equal("0: send(n) | 1: TLB CAL remote(n)", kernel.Counted());
    }

    [Fact]
    public void An_address_space_that_runs_nowhere_costs_no_flush_but_its_generation_moves_on()
    {
        Kernel kernel = KernelCases.With("6.12", 0, 1);
        kernel.Shootdown.Enter(0, 1);
        kernel.Tallies.Clear();
        long before = kernel.Shootdown.Generation(0);
        kernel.Flush(task: 1, mm: 0);
        Assert.Equal("", kernel.Counted());
        Assert.Equal(before + 1, kernel.Shootdown.Generation(0));
    }

    [Fact]
    public void A_batch_interrupts_a_CPU_of_its_mask_that_runs_another_address_space_by_now_which_flushes_nothing()
    {
        Kernel kernel = KernelCases.With("6.12", 0, 0, 1);
        kernel.FlushBatch(task: 0, 1, 2);
        Assert.Equal("0: send(-1) | 1: TLB CAL remote(0) | 2: TLB CAL remote(0)", kernel.Counted());
        Assert.Equal(1, kernel.Tallies[Tally.BatchFlushes]);
    }
}
