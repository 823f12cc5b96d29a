using Harness.Host.Recording.Symbols;

namespace Harness.Host.Recording;

/// <summary>
/// Where in a kernel's structures the probes find what they record. What the kernel's types do not tell is left out of the probe, and
/// <see cref="Unknown"/> names it.
/// </summary>
/// <param name="types">The kernel's types, if it has any.</param>
/// <param name="cpuWords">64-bit words of a set of CPUs.</param>
internal sealed class KernelLayout(Btf? types, int cpuWords)
{
    private readonly SortedDictionary<string, int> offsets = new(StringComparer.Ordinal);
    private readonly SortedSet<string> unknown = new(StringComparer.Ordinal);

    /// <summary>The offsets that were asked for and are known, in bytes.</summary>
    public IReadOnlyDictionary<string, int> Offsets => offsets;

    /// <summary>The members that were asked for and are not known.</summary>
    public IReadOnlyCollection<string> Unknown => unknown;

    /// <summary>Bytes of a struct page; 0 when not known.</summary>
    public int PageBytes => types?.SizeOf("page") ?? 0;

    /// <summary>The bit of folio.flags that says it is of more than one page; null when not known.</summary>
    public int? HeadBit => types?.ValueOf("pageflags", "PG_head") is >= 0 and < 64 and long bit ? (int)bit : null;

    /// <summary>A member's offset in bytes; null when not known.</summary>
    public int? OffsetOf(string member)
    {
        if (types?.OffsetOf(member) is not { } offset)
        {
            unknown.Add(member);
            return null;
        }
        offsets[member] = offset;
        return offset;
    }

    /// <summary>What fetches a member of what a fetch gives the address of: <c>+0x10(%di)</c>; null when its place is not known.</summary>
    public string? Follow(string? pointer, string member) =>
        pointer is not null && OffsetOf(member) is { } offset ? $"+0x{offset:x}({pointer})" : null;

    /// <summary>
    /// An address space, whether a change of its PTEs is under way (then the kernel takes an inaccessible PTE for one that may be cached),
    /// and the CPUs that it runs on.
    /// </summary>
    /// <param name="mm">What fetches its address; null when that is not known.</param>
    public IEnumerable<ProbeArgument> AddressSpace(string? mm)
    {
        if (mm is null) yield break;
        yield return new ProbeArgument("mm", mm, ProbeFieldUse.Mm);
        if (Follow(mm, "mm_struct.tlb_flush_pending") is { } changing)
        {
            yield return new ProbeArgument("changing", changing, ProbeFieldUse.Flag, "u32");
        }
        foreach (ProbeArgument word in Cpus(mm, "mm_struct.cpu_bitmap")) yield return word;
    }

    /// <summary>The words of a set of CPUs within a structure.</summary>
    public IEnumerable<ProbeArgument> Cpus(string structure, string member)
    {
        if (OffsetOf(member) is not { } offset) yield break;
        for (int word = 0; word < cpuWords; word++)
        {
            yield return new ProbeArgument($"cpus{word}", $"+0x{offset + word * sizeof(ulong):x}({structure})", ProbeFieldUse.Cpus);
        }
    }
}
