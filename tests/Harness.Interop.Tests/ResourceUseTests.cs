using System.Diagnostics;

namespace Harness.Interop.Tests;

/// <summary>Is what a thread and its process use counted, and is a part never more than the whole?</summary>
public sealed class ResourceUseTests
{
    [Fact]
    public void Work_counts_for_the_thread_and_for_the_process()
    {
        ResourceUse process = ResourceUse.OfProcess(), thread = ResourceUse.OfThread();
        long start = Stopwatch.GetTimestamp();
        while (ResourceUse.OfThread().Since(thread).Cpu < TimeSpan.FromMilliseconds(20)) Thread.SpinWait(1000);
        ResourceUse ofThread = ResourceUse.OfThread().Since(thread), ofProcess = ResourceUse.OfProcess().Since(process);

        Assert.True(ofThread.Cpu <= Stopwatch.GetElapsedTime(start), $"{ofThread.Cpu} of CPU in less time");
        // Assumed: getrusage rounds to microseconds and may be a scheduler tick (at most 10 ms) behind the clock of the thread.
        Assert.True(ofProcess.Cpu >= ofThread.Cpu - TimeSpan.FromMilliseconds(10), $"{ofProcess.Cpu} of which {ofThread.Cpu}");
    }

    [Fact]
    public void Each_wait_is_a_voluntary_switch()
    {
        using TickTimer timer = new();
        timer.Start(TimeSpan.FromMilliseconds(2));
        ResourceUse before = ResourceUse.OfThread();
        for (int i = 0; i < 10; i++) timer.Wait();
        // A wait whose tick had already come switches nothing.
        Assert.InRange(ResourceUse.OfThread().Since(before).VoluntarySwitches, 3, 12);
    }

    [Fact]
    public void Taking_it_allocates_nothing()
    {
        ResourceUse.OfProcess().Since(ResourceUse.OfThread());
        long before = GC.GetAllocatedBytesForCurrentThread();
        ResourceUse.OfProcess().Since(ResourceUse.OfThread());
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
