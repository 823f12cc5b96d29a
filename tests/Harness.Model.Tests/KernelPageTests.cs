using static Harness.Model.Tests.RangeCases;

namespace Harness.Model.Tests;

/// <summary>A page that the kernel takes for itself.</summary>
public class KernelPageTests
{
    [Fact]
    public void The_frame_is_overwritten_and_given_back()
    {
        Kernel kernel = (On("6.12") with { Frames = [1] }).Build();
        kernel.Run(0, new KernelCall(CallKind.KernelPage, Value: 7));
        Assert.Equal(7, kernel.Frames.Content(0));
        Assert.Equal(1, kernel.Frames.Birth(0));
        Assert.Equal(1, kernel.FreeFrames());
        kernel.AssertBalanced();
    }

    [Fact]
    public void Meanwhile_it_is_the_kernels_alone()
    {
        Kernel kernel = (On("6.12") with { Frames = [1] }).Build().AnonymousRange(0, 4);
        kernel.Begin(0, new KernelCall(CallKind.KernelPage, Value: 7));
        kernel.AdvanceUntil(0, () => kernel.Frames.Use(0) == FrameUse.Kernel);
        Assert.Equal(1, kernel.Frames.References(0));
        Assert.Equal(-1, kernel.Load(1, 0));
        Assert.Equal(7, kernel.Frames.Content(0));
        kernel.FinishCall(0);
        Assert.Equal(0, kernel.Load(1, 0));
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Interrupts_are_off_from_first_to_last_where_asked_for(int off, bool expected)
    {
        Kernel kernel = On("6.12").Build();
        kernel.Begin(0, new KernelCall(CallKind.KernelPage, off));
        Assert.Equal(expected, kernel.InterruptsOff(0));
        while (kernel.Advance(0)) Assert.Equal(expected, kernel.InterruptsOff(0));
        Assert.False(kernel.InterruptsOff(0));
        kernel.AssertBalanced();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Without_memory_it_returns_with_interrupts_on(int off)
    {
        Kernel kernel = (On("6.12") with { Frames = [1] }).Build();
        kernel.CacheFolio(0);
        kernel.Run(0, new KernelCall(CallKind.KernelPage, off));
        Assert.Equal(1, kernel.Tallies[Tally.AllocationFailures]);
        Assert.False(kernel.InterruptsOff(0));
        kernel.AssertBalanced();
    }
}
