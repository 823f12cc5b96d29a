namespace Harness.Traces;

/// <summary>One recorded event. What a kind does not speak of is 0.</summary>
public record struct TraceEvent
{
    /// <summary>Nanoseconds on the recording's clock, which begins at any value and is one for all CPUs.</summary>
    public long TimeNs { get; set; }

    /// <summary>The frame (pfn).</summary>
    public long Frame { get; set; }

    /// <summary>The address space: its address in the recorded kernel, good for telling one from another.</summary>
    public ulong Mm { get; set; }

    /// <summary>The kind's number, if it has one.</summary>
    public long Value { get; set; }

    /// <summary>The task: a thread's id, 0 for idle.</summary>
    public int Pid { get; set; }

    /// <summary>The CPU it happened on.</summary>
    public ushort Cpu { get; set; }

    /// <summary>What happened.</summary>
    public TraceEventKind Kind { get; set; }

    /// <summary>The PTE's bits.</summary>
    public PteBits Pte { get; set; }

    /// <summary>Order of the block of frames.</summary>
    public byte Order { get; set; }

    /// <summary>The kind's yes or no, if it has one.</summary>
    public bool Flag { get; set; }
}
