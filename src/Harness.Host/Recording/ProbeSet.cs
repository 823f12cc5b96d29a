using Harness.Host.Recording.Symbols;
using Harness.Traces;

namespace Harness.Host.Recording;

/// <summary>What to ask of a kernel so that a run can be replayed under another flush policy, and what it cannot answer.</summary>
public sealed class ProbeSet
{
    internal ProbeSet()
    {
    }

    /// <summary>The probes; a kind of event that the kernel cannot give has none.</summary>
    public required IReadOnlyList<Probe> Probes { get; init; }

    /// <summary>What is therefore not known, and what that means for a replay; a sentence each.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Offsets that the probes use, in bytes, by structure and member: <c>mm_struct.cpu_bitmap</c>.</summary>
    public required IReadOnlyDictionary<string, int> Offsets { get; init; }

    /// <summary>64-bit words of a set of CPUs: as many as hold the ids of this host, at most <see cref="TraceFormat.MostCpus"/>.</summary>
    public required int CpuWords { get; init; }

    /// <summary>Bytes of a struct page, which tell the frame of <see cref="ProbeFieldUse.Page"/>; 0 when no probe has one.</summary>
    public required int PageBytes { get; init; }

    /// <summary>The swap type of a read-only migration entry; the other two follow it.</summary>
    public required int FirstMigrationType { get; init; }

    /// <summary>Chooses the probes for a kernel.</summary>
    /// <param name="symbols">What it says of itself.</param>
    /// <param name="switches">Also ask when CPUs load an address space and when they go lazy: two events a context switch.</param>
    public static ProbeSet Choose(KernelSymbols symbols, bool switches) => new ProbeChooser(symbols).Choose(switches);

    /// <summary>
    /// What <see cref="Choose"/> gives for this host as text: a line <c>probe KIND SOURCE</c> for each probe, under it
    /// <c>filter SYSTEM/EVENT FILTER</c> where it has one; then <c>offset</c>, <c>page-bytes</c>, <c>migration-type</c> and
    /// <c>missing</c> lines.
    /// </summary>
    public void Print(TextWriter output)
    {
        foreach (Probe probe in Probes)
        {
            output.WriteLine($"probe {probe.Kind} {probe.Source}");
            if (probe.Filter is { } filter) output.WriteLine($"filter {probe.System}/{probe.Event} {filter}");
        }
        foreach ((string member, int offset) in Offsets) output.WriteLine($"offset {member} 0x{offset:x}");
        output.WriteLine($"page-bytes {PageBytes}");
        output.WriteLine($"migration-type {FirstMigrationType}");
        foreach (string sentence in Missing) output.WriteLine($"missing {sentence}");
    }
}
