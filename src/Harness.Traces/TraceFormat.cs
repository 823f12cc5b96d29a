namespace Harness.Traces;

/// <summary>Constants of the trace file; TRACE.md beside this file is its description.</summary>
public static class TraceFormat
{
    /// <summary>The version written. Raised when a reader of the old one would misread the new one.</summary>
    public const int Version = 1;

    /// <summary>Kinds that the format has room for.</summary>
    public const int MostKinds = 31;

    /// <summary>Most CPUs of a set: 16 words (assumed: twice the largest hosts with slow memory today).</summary>
    public const int MostCpus = 1024;

    /// <summary>The largest frame: 2^40, as many bits as a PTE of x86-64 has for it.</summary>
    public const long MostFrame = 1L << 40;

    /// <summary>The largest time in nanoseconds, 2^62: differences of two times always fit.</summary>
    public const long MostTimeNs = 1L << 62;

    /// <summary>The largest order (assumed: twice MAX_PAGE_ORDER of x86-64, which is 10).</summary>
    public const int MostOrder = 20;

    /// <summary>Most bytes of a block of events, without its head.</summary>
    internal const int MostPayload = 1 << 16;

    /// <summary>Most bytes of the header's and the trailer's JSON (assumed: a header of 1024 CPUs and 64 nodes takes 20 KB).</summary>
    internal const int MostJson = 1 << 20;

    /// <summary>Room that no event exceeds: 81 bytes of numbers in their longest form, and a set of 16 words.</summary>
    internal const int MostEvent = 256;

    /// <summary>Address spaces that a block can refer back to (assumed: more than run on one CPU during a block).</summary>
    internal const int RecentSpaces = 64;

    /// <summary>Sets of CPUs that a block can refer back to (assumed).</summary>
    internal const int RecentSets = 16;
}
