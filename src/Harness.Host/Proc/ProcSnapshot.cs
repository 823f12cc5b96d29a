using Harness.Records;

namespace Harness.Host.Proc;

/// <summary>The /proc and /sys counters of one moment: <c>/proc/interrupts</c>, <c>/proc/vmstat</c>, per-node vmstat and numastat.</summary>
public sealed class ProcSnapshot
{
    /// <summary>Reads all files of the moment into buffers kept from the last call; does not allocate once warm.</summary>
    public static ProcSnapshot Take() => throw new NotImplementedException();

    /// <summary>What moved between two snapshots, as counters <c>interrupts.NAME</c>, <c>vmstat.NAME</c>, <c>nodeN.vmstat.NAME</c>, <c>nodeN.numastat.NAME</c>.</summary>
    /// <param name="before">The first snapshot.</param>
    /// <param name="after">The second.</param>
    /// <param name="cpus">Online CPU ids, ascending: the order of <see cref="Counter.PerCpu"/>.</param>
    public static IReadOnlyList<Counter> Delta(ProcSnapshot before, ProcSnapshot after, IReadOnlyList<int> cpus) => throw new NotImplementedException();
}
