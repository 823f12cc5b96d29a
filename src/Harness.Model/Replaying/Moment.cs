namespace Harness.Model;

/// <summary>When, where and in whose context a recorded event happened.</summary>
/// <param name="TimeNs">Nanoseconds on the recording's clock.</param>
/// <param name="Cpu">The CPU.</param>
/// <param name="Pid">The task: a thread's id, 0 for a CPU's idle task.</param>
public readonly record struct Moment(long TimeNs, int Cpu, int Pid);

/// <summary>A PTE that was cleared.</summary>
/// <param name="Frame">Its frame.</param>
/// <param name="Mm">Its address space, by any number that tells one from another.</param>
/// <param name="Present">A CPU could use it, or the kernel had to take it for one that it could; false for PROT_NONE otherwise.</param>
/// <param name="Writable">It allowed writing.</param>
/// <param name="Dirty">It was written through.</param>
public readonly record struct ClearedPte(long Frame, ulong Mm, bool Present, bool Writable, bool Dirty);
