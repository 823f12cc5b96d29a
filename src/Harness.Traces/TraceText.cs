using Harness.Records;

namespace Harness.Traces;

/// <summary>
/// A trace as text, an event a line: microseconds since the first event, CPU, task, the kernel's name for what happened, its fields.
/// <code>
///           12.345 [002]     815 set_tlb_ubc_flush_pending: pfn=0x5ed4 pte=P--A mm=0xffff8880045c1a00 cpus=0-3
/// </code>
/// PTE bits are present, writable, dirty and accessed.
/// </summary>
public static class TraceText
{
    /// <summary>Writes the events that the reader has still to give.</summary>
    /// <exception cref="UsageException">The file is damaged; the events before that place are written.</exception>
    public static void Write(TraceReader reader, TextWriter to)
    {
        var line = new TraceLine();
        while (reader.Next(out TraceEvent e)) to.WriteLine(line.Of(e, reader.Cpus, reader.FirstTimeNs));
    }
}
