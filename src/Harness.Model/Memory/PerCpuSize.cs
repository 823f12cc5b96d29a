using System.Numerics;

namespace Harness.Model;

/// <summary>How many pages the lists of one CPU and zone exchange and hold.</summary>
/// <param name="Batch">Pages moved from or to the buddy lists at a time.</param>
/// <param name="HighMin">Count at which pages are drained; with automatic tuning its lower bound.</param>
/// <param name="HighMax">Upper bound of that count; equal to <paramref name="HighMin"/> when it is fixed.</param>
internal readonly record struct PerCpuSize(int Batch, int HighMin, int HighMax)
{
    /// <summary>Lists that keep nothing, as between zone_pcp_disable and zone_pcp_enable: what is freed is drained at once.</summary>
    internal static readonly PerCpuSize Off = new(1, 0, 0);

    /// <summary>With automatic tuning all CPUs together may hold 1/8 of a zone (published: MIN_PERCPU_PAGELIST_HIGH_FRACTION).</summary>
    private const int HighMaxFraction = 8;

    /// <summary>The size the kernel computes for a zone; one set in the shape stands.</summary>
    internal static PerCpuSize Of(AllocatorShape shape, ZoneShape zone, Watermarks marks)
    {
        if (zone.PerCpu is { } settled) return settled;
        int batch = BatchOf(zone.Pages);
        int local = shape.CpuNodes.Count(node => node == zone.Node);
        // pages on the lists of a node without CPUs may lie on any CPU
        int cpus = local == 0 ? shape.CpuNodes.Count : local;
        int highMin = Math.Max(marks.Low / cpus, 4 * batch);
        int highMax = shape.Tuning == PerCpuTuning.Fixed ? highMin : Math.Max(zone.Pages / HighMaxFraction / cpus, 4 * batch);
        return new PerCpuSize(batch, highMin, highMax);
    }

    /// <summary>A quarter of 1/1024 of the zone, at most of 1 MiB, brought just below a power of two (published: zone_batchsize).</summary>
    private static int BatchOf(int pages)
    {
        int quarter = Math.Max(Math.Min(pages / 1024, 256) / 4, 1);
        int powerOfTwo = 1 << BitOperations.Log2((uint)(quarter + quarter / 2));
        return Math.Max(powerOfTwo - 1, 1);
    }
}
