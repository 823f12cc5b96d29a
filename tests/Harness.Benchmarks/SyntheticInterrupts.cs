using System.Globalization;
using System.Text;

namespace Harness.Benchmarks;

/// <summary>A /proc/interrupts of a large server: one row for each of 298 device queues, then <c>LOC</c> and <c>TLB</c>, then two single counts.</summary>
internal static class SyntheticInterrupts
{
    // Assumed: two NVMe drives and a network card with a queue for each few CPUs.
    private const int Devices = 298;

    /// <summary>The file; every count has moved on by <paramref name="moved"/>.</summary>
    public static byte[] Render(int cpus, ulong moved = 0)
    {
        var text = new StringBuilder("           ");
        for (int cpu = 0; cpu < cpus; cpu++) text.Append(CultureInfo.InvariantCulture, $"{"CPU" + cpu,-11}");
        text.Append('\n');
        for (int queue = 0; queue < Devices; queue++)
        {
            Row(text, queue.ToString(CultureInfo.InvariantCulture), cpus, (ulong)queue * 1_000_003 + moved, $"PCI-MSIX-0000:3b:00.0 {queue}-edge      nvme0q{queue}");
        }
        Row(text, "LOC", cpus, 2_900_000_000 + moved, "Local timer interrupts");
        Row(text, "TLB", cpus, 70_000_000 + moved, "TLB shootdowns");
        text.Append(" ERR:          0\n MIS:          0\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static void Row(StringBuilder text, string name, int cpus, ulong first, string description)
    {
        text.Append(CultureInfo.InvariantCulture, $"{name,4}:");
        for (int cpu = 0; cpu < cpus; cpu++) text.Append(CultureInfo.InvariantCulture, $" {first + (ulong)cpu * 17,10}");
        text.Append("  ").Append(description).Append('\n');
    }
}
