namespace Harness.Model.Tests;

/// <summary>From how many pages on is everything flushed?</summary>
public sealed class ShootdownCeilingTests
{
    [Theory]
    [InlineData(1, "0: mm(n) send(n) | 1: TLB CAL remote(n)")]
    [InlineData(33, "0: mm(n) send(n) | 1: TLB CAL remote(n)")]
    [InlineData(34, "0: mm(-1) send(-1) | 1: TLB CAL remote(-1)")]
    public void Up_to_33_pages_are_flushed_one_by_one(int pages, string counted)
    {
        Kernel kernel = KernelCases.With("6.12", pages: 64, [0, 0]);
        kernel.Flush(task: 0, mm: 0, pages: pages);
        Assert.Equal(counted, kernel.Counted());
    }
}
