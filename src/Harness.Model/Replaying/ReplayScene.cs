namespace Harness.Model;

/// <summary>What the policies replayed side by side share: the recorded machine, and the event at hand.</summary>
internal sealed class ReplayScene(ReplaySetup setup)
{
    internal ReplaySetup Setup { get; } = setup;

    internal FrameMap Frames { get; } = new(setup.Memory);

    internal ReplayCpus Cpus { get; } = new(setup.CpuWords);

    internal ReplayTasks Tasks { get; } = new(setup.CpuWords * 64);

    /// <summary>When the event happened, in nanoseconds since the recording began.</summary>
    internal long Now { get; set; }

    /// <summary>The CPU it happened on.</summary>
    internal int Cpu { get; set; }

    /// <summary>The task in whose context it happened; 0 for one that is not kept.</summary>
    internal int Task { get; set; }
}
