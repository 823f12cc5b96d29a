using System.Globalization;
using System.Text;

namespace Harness.Host.Tests;

/// <summary>A /proc/interrupts of a 512-CPU machine with holes in its CPU ids, laid out as the kernel does; every count follows from its place.</summary>
internal static class BigInterrupts
{
    public const int Rows = 300;

    // Every seventh CPU of 0..597 is off line, which leaves 512.
    public static readonly int[] Cpus = [.. Enumerable.Range(0, 598).Where(cpu => cpu % 7 != 6).Take(512)];

    public static ulong Count(int row, int cpu) => (ulong)row * 1_000_003 % 4_294_967_291 + (ulong)cpu * 17;

    public static byte[] Render(int withoutCpu = -1, int fromRow = int.MaxValue)
    {
        var text = new StringBuilder("           ");
        foreach (int cpu in Cpus) text.Append(CultureInfo.InvariantCulture, $"{"CPU" + cpu,-11}");
        text.Append('\n');
        for (int row = 0; row < Rows; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Name(row),4}:");
            foreach (int cpu in Cpus)
            {
                if (row < fromRow || cpu != withoutCpu) text.Append(CultureInfo.InvariantCulture, $" {Count(row, cpu),10}");
            }
            text.Append(CultureInfo.InvariantCulture, $"  {Description(row)}\n");
        }
        text.Append(" ERR:          5\n MIS:          0\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    public static string Name(int row) => row == Rows - 1 ? "TLB" : row.ToString(CultureInfo.InvariantCulture);

    public static string Description(int row) => row == Rows - 1 ? "TLB shootdowns" : $"PCI-MSIX-0000:3b:00.{row % 8} {row}-edge      nvme{row / 8}q{row}";
}
