namespace Harness.Host.Doctor;

/// <summary>What findings belong to, in the order they are shown.</summary>
public static class Areas
{
    /// <summary>Kernel, processor, hypervisor, privilege.</summary>
    public const string Host = "host";

    /// <summary>The processors.</summary>
    public const string Cpus = "cpus";

    /// <summary>Memory nodes, their sizes and distances, swap and huge pages.</summary>
    public const string Nodes = "nodes";

    /// <summary>Memory tiers, and what needs two of them.</summary>
    public const string Tiers = "tiers";

    /// <summary>Kernel settings that a plan can change.</summary>
    public const string Knobs = "knobs";

    /// <summary>Counter readers and perf events.</summary>
    public const string Counters = "counters";

    /// <summary>What tracepoints and probes need.</summary>
    public const string Tracing = "tracing";

    /// <summary>What the VM test-bed needs.</summary>
    public const string Guests = "guests";
}
