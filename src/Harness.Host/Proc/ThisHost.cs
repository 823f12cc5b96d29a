using Harness.Records;

namespace Harness.Host.Proc;

/// <summary>Reads what this host is: CPUs, nodes, distances, memory tiers, kernel release, command line, microcode.</summary>
public static class ThisHost
{
    /// <summary>The description, from /proc and /sys.</summary>
    public static HostDescription Describe() => throw new NotImplementedException();
}
