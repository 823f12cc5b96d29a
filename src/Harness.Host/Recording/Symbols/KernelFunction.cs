namespace Harness.Host.Recording.Symbols;

/// <summary>A function of the kernel as /proc/kallsyms has it.</summary>
/// <param name="Name">Its symbol, with the suffix that the compiler gave it: <c>set_tlb_ubc_flush_pending.isra.0</c>.</param>
/// <param name="Address">Its first byte; 0 when the kernel hides addresses.</param>
internal sealed record KernelFunction(string Name, ulong Address)
{
    /// <summary>Where the next symbol begins.</summary>
    public ulong End { get; set; } = ulong.MaxValue;

    /// <summary>How many symbols have this name.</summary>
    public int Bearers { get; set; } = 1;

    /// <summary>ftrace knows it. A kernel refuses to probe others (CONFIG_KPROBE_EVENTS_ON_NOTRACE is off in Debian's).</summary>
    public bool Traceable { get; set; } = true;
}
