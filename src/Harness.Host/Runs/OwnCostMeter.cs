using Harness.Records;

namespace Harness.Host.Runs;

/// <summary>What this process has used up to one moment.</summary>
internal readonly record struct OwnCostMeter(TimeSpan Cpu, TimeSpan GcPause, long Allocated)
{
    internal static OwnCostMeter Now() => new(Environment.CpuUsage.TotalTime, GC.GetTotalPauseDuration(), GC.GetTotalAllocatedBytes());

    /// <summary>What it has used since an earlier moment.</summary>
    internal OwnCost Since(OwnCostMeter earlier) => new()
    {
        CpuSeconds = (Cpu - earlier.Cpu).TotalSeconds,
        GcPauseSeconds = (GcPause - earlier.GcPause).TotalSeconds,
        AllocatedBytes = Allocated - earlier.Allocated,
    };
}
