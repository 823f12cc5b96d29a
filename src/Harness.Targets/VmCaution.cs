using Harness.Host.Runs;

namespace Harness.Targets;

/// <summary>What stands beside every number that a virtual machine gave.</summary>
internal static class VmCaution
{
    /// <summary>Under software emulation.</summary>
    public const string Emulated = HostRun.EmulatedCaution;

    /// <summary>Under hardware virtualisation.</summary>
    public const string Virtual = "counted in a virtual machine: not bare-metal counts";
}
