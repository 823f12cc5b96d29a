namespace Harness.Host.Tests;

/// <summary>Counts what a reader allocates once it is warm.</summary>
internal static class Allocations
{
    // Enough that one growth of a live file past a buffer, or one tier of compilation, does not decide.
    private const int Tries = 10;

    /// <summary>
    /// The least that one of several equal calls allocated, in bytes: what every call must pay. A reader of live files may once outgrow its
    /// buffer; one that allocates each time cannot hide.
    /// </summary>
    internal static long Least(Action call)
    {
        call();
        long least = long.MaxValue;
        for (int i = 0; i < Tries; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            call();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
