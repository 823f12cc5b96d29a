namespace Harness.Model.Tests;

/// <summary>Who hears of a flush that goes with freed page tables?</summary>
public sealed class ShootdownFreedTablesTests
{
    private readonly Kernel kernel = KernelCases.With("6.12", 0, 0, 0);

    [Fact]
    public void Lazy_CPUs_are_interrupted_too_and_drop_the_address_space()
    {
        kernel.Shootdown.EnterLazy(2);
        kernel.Flush(task: 0, mm: 0, freedTables: true);
        Assert.Equal("0: mm(n) send(n) | 1: TLB CAL remote(n) | 2: TLB CAL switch(0)", kernel.Counted());
        Assert.Equal(0b011UL, kernel.Mask(0));
    }

    [Fact]
    public void Once_dropped_the_next_flush_no_longer_reaches_the_lazy_CPU()
    {
        kernel.Shootdown.EnterLazy(2);
        kernel.Flush(task: 0, mm: 0, freedTables: true);
        kernel.Tallies.Clear();
        kernel.Flush(task: 0, mm: 0, freedTables: true);
        Assert.Equal("0: mm(n) send(n) | 1: TLB CAL remote(n)", kernel.Counted());
    }

    [Fact]
    public void Unmapping_the_last_range_of_a_page_table_reaches_lazy_CPUs()
    {
        kernel.Anonymous(task: 0, pages: 2);
        kernel.Shootdown.EnterLazy(2);
        kernel.Run(0, new KernelCall(CallKind.Unmap, A: 0, B: 2));
        Assert.Equal("0: mm(n) send(n) | 1: TLB CAL remote(n) | 2: TLB CAL switch(0)", kernel.Counted());
        kernel.AssertBalanced();
    }

    [Fact]
    public void Unmapping_part_of_a_page_table_leaves_lazy_CPUs_alone()
    {
        kernel.Anonymous(task: 0, pages: 2);
        kernel.Shootdown.EnterLazy(2);
        kernel.Run(0, new KernelCall(CallKind.Unmap, A: 0, B: 1));
        Assert.Equal("0: mm(n) send(n) | 1: TLB CAL remote(n)", kernel.Counted());
        kernel.AssertBalanced();
    }
}
