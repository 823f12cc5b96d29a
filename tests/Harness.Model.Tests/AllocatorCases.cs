namespace Harness.Model.Tests;

/// <summary>Small allocators, and short ways to use them on CPU 0 and node 0.</summary>
internal static class AllocatorCases
{
    internal static readonly Watermarks NoMarks = new(0, 0, 0, 0);

    /// <summary>One zone from pfn 0 and one CPU, without watermarks.</summary>
    internal static AllocatorShape OneZone(
        int frames, PerCpuSize perCpu, PerCpuTuning tuning = PerCpuTuning.Fixed, TagRules? tags = null) => new()
        {
            Zones = [new(0, 0, frames) { PerCpu = perCpu, Watermarks = NoMarks }],
            CpuNodes = [0],
            Tuning = tuning,
            Tags = tags ?? new(),
        };

    internal static Allocator Build(AllocatorShape shape) => new(new StateArrays(), new StateArrays(), shape);

    internal static int Take(this Allocator allocator, int order = 0) => allocator.Allocate(0, 0, order, AllocationFlags.None, out _);

    internal static uint TakeTag(this Allocator allocator, int order = 0)
    {
        Assert.NotEqual(-1, allocator.Allocate(0, 0, order, AllocationFlags.None, out uint tag));
        return tag;
    }

    internal static int[] TakeMany(this Allocator allocator, int blocks) =>
        [.. Enumerable.Range(0, blocks).Select(_ => allocator.Take())];

    internal static void GiveBack(this Allocator allocator, params int[] pages)
    {
        foreach (int pfn in pages) allocator.Free(0, pfn, 0);
    }

    /// <summary>Free blocks of order 0 to 10, as a line of /proc/buddyinfo.</summary>
    internal static string BuddyInfo(this Allocator allocator, int zone = 0) =>
        string.Join(' ', Enumerable.Range(0, Zones.MaxOrder + 1).Select(order => allocator.FreeBlocks(zone, order)));
}
