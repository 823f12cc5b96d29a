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
}
