namespace Harness.Model;

/// <summary>Reasons of the tracepoint tlb:tlb_flush, numbered as the kernel does.</summary>
public enum FlushReason
{
    /// <summary>A CPU loaded another address space, or left lazy TLB mode behind its generation.</summary>
    TaskSwitch,

    /// <summary>A CPU flushed because another asked it to.</summary>
    RemoteShootdown,

    /// <summary>The CPU that flushes a batch does its own part.</summary>
    LocalShootdown,

    /// <summary>The CPU that flushes an address space does its own part.</summary>
    LocalMmShootdown,

    /// <summary>A flush was sent to other CPUs: once a flush, however many of them took it.</summary>
    RemoteIpiSend,
}

/// <summary>What the kernel would have counted, per CPU.</summary>
internal sealed class Tallies(int cpus)
{
    internal static readonly int Reasons = Enum.GetValues<FlushReason>().Length;

    /// <summary>The TLB line of /proc/interrupts.</summary>
    internal readonly long[] Interrupts = new long[cpus];

    /// <summary>tlb:tlb_flush by CPU and reason: element cpu × <see cref="Reasons"/> + reason.</summary>
    internal readonly long[] Flushes = new long[cpus * Reasons];

    internal void Flush(int cpu, FlushReason reason) => Flushes[cpu * Reasons + (int)reason]++;

    internal void Clear()
    {
        Array.Clear(Interrupts);
        Array.Clear(Flushes);
    }
}
