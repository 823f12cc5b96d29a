namespace Harness.Traces;

/// <summary>What is kept of a PTE besides its frame.</summary>
[Flags]
public enum PteBits : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The CPU could use it: not PROT_NONE.</summary>
    Present = 1,

    /// <summary>Writable: pte_write.</summary>
    Writable = 2,

    /// <summary>Dirty, in hardware or as saved by software: pte_dirty.</summary>
    Dirty = 4,

    /// <summary>Accessed: pte_young.</summary>
    Accessed = 8,
}
