using System.Diagnostics;

namespace Harness.Interop.Tests;

/// <summary>Does the timer tick at whole periods, count what was missed, and let go of whoever waits?</summary>
public sealed class TickTimerTests
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(2);

    [Fact]
    public void Ticks_that_nobody_waited_for_are_counted_and_the_next_comes_on_time()
    {
        using TickTimer timer = new();
        long start = Stopwatch.GetTimestamp();
        timer.Start(Period);
        long ticks = timer.Wait();
        while (Stopwatch.GetElapsedTime(start) < 20 * Period) Thread.SpinWait(100);
        for (int i = 0; i < 10; i++) ticks += timer.Wait();

        // Were a late tick to push those after it back, fewer would have come than periods have gone.
        double gone = Stopwatch.GetElapsedTime(start) / Period;
        Assert.InRange(ticks, gone / 2, gone);
    }

    [Fact]
    public void A_waiting_thread_is_woken_without_a_tick()
    {
        using TickTimer timer = new();
        timer.Start(TimeSpan.FromHours(1));
        Thread waits = new(() => timer.Wait());
        waits.Start();
        timer.WakeAndStop();
        waits.Join();
    }

    [Fact]
    public void Waiting_allocates_nothing()
    {
        using TickTimer timer = new();
        timer.Start(Period);
        timer.Wait();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 5; i++) timer.Wait();
        timer.WakeAndStop();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
