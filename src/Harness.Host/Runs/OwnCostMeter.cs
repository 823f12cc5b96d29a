using System.Runtime;
using Harness.Host.Timelines;
using Harness.Interop;
using Harness.Records;

namespace Harness.Host.Runs;

/// <summary>What this process has used up to one moment. Taking it does not allocate.</summary>
internal readonly record struct OwnCostMeter
{
    private ResourceUse Use { get; init; }

    private long Collections { get; init; }

    private TimeSpan GcPause { get; init; }

    private long Allocated { get; init; }

    private long Compiled { get; init; }

    private TimeSpan CompileTime { get; init; }

    internal static OwnCostMeter Now() => new()
    {
        Use = ResourceUse.OfProcess(),
        // A collection of a generation is one of all younger ones too.
        Collections = GC.CollectionCount(0),
        GcPause = GC.GetTotalPauseDuration(),
        Allocated = GC.GetTotalAllocatedBytes(),
        Compiled = JitInfo.GetCompiledMethodCount(),
        CompileTime = JitInfo.GetCompilationTime(),
    };

    /// <summary>What it has used since an earlier moment, the sampler's part told apart.</summary>
    internal OwnCost Since(OwnCostMeter earlier, TimelineSampler? sampler)
    {
        ResourceUse use = Use.Since(earlier.Use);
        OwnCost cost = new()
        {
            CpuSeconds = use.Cpu.TotalSeconds,
            SamplerCpuSeconds = sampler?.Used.Cpu.TotalSeconds,
            VoluntarySwitches = use.VoluntarySwitches,
            InvoluntarySwitches = use.InvoluntarySwitches,
            PageFaults = use.MinorFaults + use.MajorFaults,
            TimerInterrupts = sampler?.Ticks,
            FunctionCallInterrupts = sampler?.Calls,
            Collections = Collections - earlier.Collections,
            GcPauseSeconds = (GcPause - earlier.GcPause).TotalSeconds,
            AllocatedBytes = Allocated - earlier.Allocated,
            MethodsCompiled = Compiled - earlier.Compiled,
            CompileSeconds = (CompileTime - earlier.CompileTime).TotalSeconds,
        };
        return cost with { Notes = OwnCostNotes.Of(cost) };
    }
}
